//! What is known about models: `catalogue.toml`, read a line at a time.
//!
//! Most runs ask for one model. So its line is found first, and only that line is parsed.

use nanofolks_protocol::Price;
use serde::Deserialize;

#[cfg(test)]
mod tests;

const FILE: &str = include_str!("catalogue.toml");

/// What the catalogue knows about a model.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// Tokens of prompt and answer together.
    pub(crate) window: u32,
    /// Tokens of an answer.
    pub(crate) output: u32,
    /// Whether it can look at pictures.
    #[serde(default)]
    pub(crate) images: bool,
    /// Whether it can call tools.
    #[serde(default = "yes")]
    pub(crate) tools: bool,
    /// Dollars per million tokens: input, output, cached input, cache write.
    #[serde(default)]
    price: Option<[f64; 4]>,
}

const fn yes() -> bool {
    true
}

impl Entry {
    /// What it costs.
    pub(crate) fn price(&self) -> Option<Price> {
        let [input, output, cached_input, cache_write] = self.price?;
        Some(Price { input, output, cached_input, cache_write })
    }
}

/// What is known about a model, by the vendor's name or a reseller's.
pub(crate) fn lookup(model: &str) -> Option<Entry> {
    let name = plain(model);
    let known = lines("[models]").filter(|(key, _)| begins_with(&name, key));
    let (_, line) = known.max_by_key(|(key, _)| key.len())?;
    parse(line)
}

/// What an alias stands for, in order of preference.
pub(crate) fn alias(name: &str) -> Option<Vec<String>> {
    let (_, line) = lines("[aliases]").find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    parse(line)
}

/// The names of all aliases.
pub(crate) fn aliases() -> impl Iterator<Item = &'static str> {
    lines("[aliases]").map(|(key, _)| key)
}

/// Keys and values of one section of the file.
fn lines(section: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    FILE.lines()
        .skip_while(move |line| *line != section)
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once(" = "))
}

fn parse<T: for<'de> Deserialize<'de>>(value: &str) -> Option<T> {
    #[derive(Deserialize)]
    struct One<T> {
        it: T,
    }
    toml::from_str::<One<T>>(&format!("it = {value}")).ok().map(|one| one.it)
}

/// `anthropic/claude-sonnet-4.5:beta` and `models/claude-sonnet-4-5` become
/// `claude-sonnet-4-5`.
fn plain(model: &str) -> String {
    let name = model.rsplit('/').next().unwrap_or(model);
    let name = name.split(':').next().unwrap_or(name);
    let plain = |c: char| if matches!(c, '.' | '_') { '-' } else { c.to_ascii_lowercase() };
    name.chars().map(plain).collect()
}

/// Whether a name begins with a key and a new word follows, so that `gpt-4-1` is not the
/// beginning of `gpt-4-1106-preview`.
fn begins_with(name: &str, key: &str) -> bool {
    let Some(rest) = name.strip_prefix(key) else { return false };
    !rest.starts_with(|c: char| c.is_ascii_alphanumeric())
}
