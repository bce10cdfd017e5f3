//! Values that are never shown.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A key or token. It prints as dots, cannot be serialised and is wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value.
    #[must_use]
    pub const fn new(value: String) -> Self {
        Self(value)
    }

    /// The value itself, at the moment of use. Never log it, never put it into an error.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it but white space.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        // Overwrites the bytes; the black box keeps the compiler from removing dead stores.
        let mut bytes = std::mem::take(&mut self.0).into_bytes();
        bytes.fill(0);
        std::hint::black_box(&bytes);
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What a secret is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretKind {
    /// The key of a provider.
    #[default]
    Key,
    /// What opens the vault with the stored keys.
    Passphrase,
}

/// A secret that is missing, by its name. The value itself is in no event and in no problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedSecret {
    /// Its name: that of a provider, or `vault`.
    pub name: String,
    /// What it is.
    #[serde(default, rename = "secret")]
    pub kind: SecretKind,
}

impl WantedSecret {
    /// The key of a provider.
    #[must_use]
    pub fn key(provider: impl Into<String>) -> Self {
        Self { name: provider.into(), kind: SecretKind::Key }
    }

    /// The passphrase of the vault.
    #[must_use]
    pub fn passphrase() -> Self {
        Self { name: "vault".to_owned(), kind: SecretKind::Passphrase }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_prints() {
        assert_eq!(format!("{:?}", Secret::new("sk-very-secret".into())), "Secret(…)");
    }
}
