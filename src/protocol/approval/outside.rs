//! What a call reaches beyond this machine, and what it costs: told before it runs.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Which hosts a call talks to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Network {
    /// Nobody can tell before it runs, or nobody said.
    #[default]
    Unknown,
    /// It stays on this machine.
    None,
    /// These and no others.
    Hosts {
        /// Their names, with the port where it is not the usual one.
        hosts: Vec<String>,
    },
}

impl Network {
    /// Whether nothing is known.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("network: not known"),
            Self::None => f.write_str("no network"),
            Self::Hosts { hosts } if hosts.is_empty() => f.write_str("no network"),
            Self::Hosts { hosts } => write!(f, "network: {}", hosts.join(", ")),
        }
    }
}

/// What a call costs, beside the model that asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Cost {
    /// Nobody can tell before it runs, or nobody said.
    #[default]
    Unknown,
    /// Nothing.
    Free,
    /// About so much.
    About {
        /// US dollars.
        usd: f64,
    },
}

impl Cost {
    /// Whether nothing is known.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("cost: not known"),
            Self::Free => f.write_str("costs nothing"),
            Self::About { usd } => write!(f, "costs about ${usd:.4}"),
        }
    }
}
