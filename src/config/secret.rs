//! A setting that leads to a secret.

use std::borrow::Cow;
use std::fmt;

use nanofolks_protocol::{Problem, Secret};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Environment;

#[cfg(test)]
mod tests;

/// Tells our own reader of settings that a text must not be expanded: a variable that is
/// not set matters only to whoever uses the secret.
pub(crate) const MARK: &str = "$nanofolks::secret";

/// What stands in a listing instead of a literal.
const MASK: &str = "••••••••";

/// Where a secret is: `keyring:NAME`, `env:NAME`, `${NAME}`, or the secret itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretRef {
    /// In the keyring, under this name.
    Keyring(String),
    /// In this environment variable.
    Variable(String),
    /// Here.
    Literal(Secret),
}

/// Why a secret cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The variable is not set.
    #[error("the environment variable {0} is not set")]
    NotSet(String),
    /// Nothing is stored under this name.
    #[error("no key is stored under the name {0:?}")]
    NotStored(String),
    /// What is stored cannot be reached.
    #[error("{0}")]
    Unreachable(Box<Problem>),
    /// There is nothing in it.
    #[error("the secret is empty")]
    Empty,
}

/// Where `keyring:NAME` leads. The roof supplies it; this member opens no keyring.
pub trait StoredKeys: Send + Sync {
    /// Whether there is a key of this name, as far as that can be told without unlocking.
    fn has(&self, name: &str) -> bool;

    /// Where the key of this name lies, as a sentence calls it, when it is known to be there.
    fn place(&self, name: &str) -> Option<String>;

    /// The key of this name.
    ///
    /// # Errors
    /// When what holds it cannot be opened.
    fn get(&self, name: &str) -> Result<Option<Secret>, Problem>;

    /// What is stored has changed; what was known of it is read again.
    fn changed(&self) {}
}

/// No stored keys at all.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoStoredKeys;

impl StoredKeys for NoStoredKeys {
    fn has(&self, _name: &str) -> bool {
        false
    }

    fn place(&self, _name: &str) -> Option<String> {
        None
    }

    fn get(&self, _name: &str) -> Result<Option<Secret>, Problem> {
        Ok(None)
    }
}

impl SecretRef {
    /// Reads it from the way people write it.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if let Some(name) = text.strip_prefix("keyring:") {
            return Self::Keyring(name.trim().to_owned());
        }
        if let Some(name) = text.strip_prefix("env:") {
            return Self::Variable(name.trim().to_owned());
        }
        match variable(text) {
            Some(name) => Self::Variable(name.to_owned()),
            None => Self::Literal(Secret::new(text.to_owned())),
        }
    }

    /// The secret itself.
    ///
    /// # Errors
    /// When the variable is not set, there is no such entry, or it is blank.
    pub fn resolve(
        &self,
        env: &Environment,
        stored: &dyn StoredKeys,
    ) -> Result<Secret, SecretError> {
        match self {
            Self::Keyring(name) => match stored.get(name) {
                Ok(found) => found.ok_or_else(|| SecretError::NotStored(name.clone())),
                Err(problem) => Err(SecretError::Unreachable(Box::new(problem))),
            },
            Self::Variable(name) => {
                env.secret(name).ok_or_else(|| SecretError::NotSet(name.clone()))
            }
            Self::Literal(secret) if secret.is_blank() => Err(SecretError::Empty),
            Self::Literal(secret) => Ok(secret.clone()),
        }
    }

    /// Whether the secret can probably be had. Unlocks nothing.
    ///
    /// # Errors
    /// As [`SecretRef::resolve`].
    pub fn probe(&self, env: &Environment, stored: &dyn StoredKeys) -> Result<(), SecretError> {
        match self {
            Self::Keyring(name) if stored.has(name) => Ok(()),
            Self::Keyring(name) => Err(SecretError::NotStored(name.clone())),
            Self::Variable(_) | Self::Literal(_) => self.resolve(env, stored).map(drop),
        }
    }

    /// Whether the secret stands in the file itself.
    #[must_use]
    pub const fn is_literal(&self) -> bool {
        matches!(self, Self::Literal(_))
    }
}

/// The name in `${NAME}`, when that is all there is.
pub(crate) fn variable(text: &str) -> Option<&str> {
    let name = text.strip_prefix("${")?.strip_suffix('}')?;
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (plain && !name.is_empty()).then_some(name)
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keyring(name) => write!(f, "keyring:{name}"),
            Self::Variable(name) => write!(f, "env:{name}"),
            Self::Literal(_) => f.write_str(MASK),
        }
    }
}

impl Serialize for SecretRef {
    /// Masked: what is written is for people to read, never to be read back.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SecretRef {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_newtype_struct(MARK, SecretVisitor)
    }
}

struct SecretVisitor;

impl<'de> Visitor<'de> for SecretVisitor {
    type Value = SecretRef;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("keyring:NAME, env:NAME, ${NAME} or the secret itself")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<SecretRef, E> {
        Ok(SecretRef::parse(text))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<SecretRef, D::Error> {
        from.deserialize_str(self)
    }
}

impl JsonSchema for SecretRef {
    fn schema_name() -> Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "keyring:NAME, env:NAME, ${NAME} or the secret itself"
        })
    }
}
