//! The flags every command has.

use std::path::PathBuf;

use clap::{ArgAction, ArgMatches, FromArgMatches as _, ValueEnum};

use super::complete;

/// When to use colour
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal that can
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How much goes into the log files
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogLevel {
    /// Nothing
    Off,
    /// What failed
    Error,
    /// What is not as wished
    Warn,
    /// What happens
    Info,
    /// And why
    Debug,
    /// Every step
    Trace,
}

impl LogLevel {
    /// Its name in the configuration.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// How a line of the log files is written
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogForm {
    /// One JSON object each
    Json,
    /// For reading as it is
    Text,
}

impl LogForm {
    /// Its name in the configuration.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Text => "text",
        }
    }
}

/// The flags every command has, before or after its name.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Globals {
    /// The data folder [default: $NANOFOLKS_HOME, else ~/.nanofolks]
    #[arg(long, global = true, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub(crate) home: Option<PathBuf>,
    /// A complete home of its own inside the data folder [default: $NANOFOLKS_PROFILE]
    #[arg(long, global = true, value_name = "NAME", add = complete::profiles())]
    pub(crate) profile: Option<String>,
    /// The folder the tools work in [default: the current folder]
    #[arg(long, global = true, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    pub(crate) dir: Option<PathBuf>,
    /// The room
    #[arg(long, global = true, value_name = "ROOM", add = complete::rooms())]
    pub(crate) room: Option<String>,
    /// The bot that answers instead of the leader
    #[arg(long, global = true, value_name = "BOT", add = complete::bots())]
    pub(crate) bot: Option<String>,
    /// The model, as provider/model or an alias
    #[arg(long, global = true, value_name = "MODEL", add = complete::models())]
    pub(crate) model: Option<String>,
    /// Set a configuration key for this run only
    #[arg(long, global = true, value_name = "KEY=VALUE", action = ArgAction::Append)]
    pub(crate) config: Vec<String>,
    /// Print JSON for programs
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    pub(crate) color: ColorChoice,
    /// Open no socket at all
    #[arg(long, global = true)]
    pub(crate) offline: bool,
    /// Plain lines only: no animation, nothing redrawn
    #[arg(long, global = true)]
    pub(crate) plain: bool,
    /// How much goes into the log files
    #[arg(long, global = true, value_name = "LEVEL", value_enum)]
    pub(crate) log_level: Option<LogLevel>,
    /// How a line of the log files is written
    #[arg(long, global = true, value_name = "FORMAT", value_enum)]
    pub(crate) log_format: Option<LogForm>,
    /// Say more about what happens
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

impl Globals {
    /// The flags as they were given.
    pub(crate) fn of(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Self::from_arg_matches(matches)
    }
}
