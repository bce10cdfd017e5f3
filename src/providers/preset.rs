//! Providers that need only a key. One table; a new vendor is one entry.

use nanofolks_config::ProviderKind;

mod table;

pub(crate) use self::table::PRESETS;

#[cfg(test)]
mod tests;

/// A provider we know.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Preset {
    /// Its name in the configuration.
    pub id: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What it speaks.
    pub kind: ProviderKind,
    /// Where it is.
    pub base_url: &'static str,
    /// The vendor's usual variables for the key, the first one set counts.
    pub key_env: &'static [&'static str],
    /// Whether it can be asked without a key.
    pub keyless: bool,
    /// How its keys begin, where that is known.
    pub key_prefix: Option<&'static str>,
    /// Other names people use for it.
    pub aliases: &'static [&'static str],
    /// Beginnings of names of models that are this vendor's own.
    pub families: &'static [&'static str],
    /// The model that is used when only the provider is known.
    pub default_model: Option<&'static str>,
    /// Where it differs from others of its kind.
    pub(crate) quirks: Quirks,
}

/// The providers we know, in the order in which they are tried.
#[must_use]
pub const fn presets() -> &'static [Preset] {
    PRESETS
}

/// The preset with this name or alias, in any case.
#[must_use]
pub fn preset(name: &str) -> Option<&'static Preset> {
    let is_it = |known: &&str| known.eq_ignore_ascii_case(name);
    PRESETS.iter().find(|preset| is_it(&preset.id) || preset.aliases.iter().any(is_it))
}

/// Where a vendor differs from OpenAI's Chat Completions.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact about a vendor, none excludes another"
)]
pub(crate) struct Quirks {
    /// Knows models without the `vendor/` in front.
    pub(crate) strips_vendor: bool,
    /// Families of models that take one temperature only.
    pub(crate) temperatures: &'static [(&'static str, f32)],
    /// Calls the limit of the output `max_completion_tokens`.
    pub(crate) max_completion_tokens: bool,
    /// Reports usage only when asked to, and does not mind being asked.
    pub(crate) stream_usage: bool,
    /// Knows `reasoning_effort`.
    pub(crate) effort: bool,
    /// Knows `response_format` with a schema.
    pub(crate) json_schema: bool,
    /// Mixes thoughts into the answer unless told otherwise.
    pub(crate) reasoning_split: bool,
}

impl Quirks {
    /// Of a server about which nothing is known.
    pub(crate) const NONE: Self = Self {
        strips_vendor: false,
        temperatures: &[],
        max_completion_tokens: false,
        stream_usage: true,
        effort: true,
        json_schema: true,
        reasoning_split: false,
    };

    /// The vendor's name for a model.
    pub(crate) fn model_name<'a>(&self, model: &'a str) -> &'a str {
        if self.strips_vendor { model.rsplit('/').next().unwrap_or(model) } else { model }
    }

    /// The temperature to send for a model.
    pub(crate) fn temperature(&self, model: &str, wish: Option<f32>) -> Option<f32> {
        let name = model.rsplit('/').next().unwrap_or(model);
        let only = self.temperatures.iter().find(|(family, _)| name.starts_with(family));
        only.map_or(wish, |(_, temperature)| Some(*temperature))
    }
}
