//! A value that does not fit, in words for people.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};

use super::Found;
use crate::key;

/// Longest part of a value that is repeated.
const SHOWN: usize = 60;

/// What is wrong with a value, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadError {
    pub(crate) message: String,
    pub(crate) key: String,
    pub(crate) found: Option<Found>,
}

impl ReadError {
    /// The same with its place, unless a closer one is known.
    pub(crate) fn at(mut self, key: &str, found: Found) -> Self {
        if self.found.is_none() {
            self.key = key.to_owned();
            self.found = Some(found);
        }
        self
    }

    /// Something else where one of several names was expected.
    pub(crate) fn one_of(found: Unexpected<'_>, variants: &[&str]) -> Self {
        Self::custom(format!("expected one of {}, found {}", variants.join(", "), thing(found)))
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ReadError {}

impl Error for ReadError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { message: message.to_string(), key: String::new(), found: None }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format!("expected {}, found {}", wish(expected), thing(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let error = Self::one_of(Unexpected::Str(variant), expected);
        match key::nearest(variant, expected.iter().copied()) {
            Some(near) => Self::custom(format!("{error}; did you mean {near}?")),
            None => error,
        }
    }
}

/// What was expected, without the names of Rust's types.
fn wish(expected: &dyn Expected) -> String {
    match expected.to_string().as_str() {
        "u8" | "u16" | "u32" | "u64" => "a whole number, 0 or more".to_owned(),
        "i8" | "i16" | "i32" | "i64" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a string" => "text".to_owned(),
        "a map" => "a table".to_owned(),
        "a sequence" => "a list".to_owned(),
        other => match other.strip_prefix("struct ") {
            Some(_) => "a table".to_owned(),
            None => other.to_owned(),
        },
    }
}

fn thing(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Str(text) => {
            let shown: String = text.chars().take(SHOWN).collect();
            let more = if shown.len() < text.len() { "…" } else { "" };
            format!("{shown:?}{more}")
        }
        Unexpected::Signed(number) => number.to_string(),
        Unexpected::Unsigned(number) => number.to_string(),
        Unexpected::Float(number) => number.to_string(),
        Unexpected::Bool(yes) => yes.to_string(),
        Unexpected::Unit => "nothing".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a table".to_owned(),
        other => other.to_string(),
    }
}
