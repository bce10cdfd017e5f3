//! What is known about a model: the settings first, then the catalogue, then careful guesses.

use nanofolks_config::ProviderKind;
use nanofolks_protocol::{ModelCard, ModelRef, Price};

use super::{Catalog, LOCAL};
use crate::catalogue;

/// Guesses about a model nobody knows. The window is small so that nothing is cut off unseen.
/// Pictures are allowed: a server that cannot look at them says so, we would only guess.
const UNKNOWN_WINDOW: u32 = 32_768;
const UNKNOWN_OUTPUT: u32 = 4096;

const FREE: Price = Price { input: 0.0, output: 0.0, cached_input: 0.0, cache_write: 0.0 };

impl Catalog {
    pub(super) fn card_of(&self, model: &ModelRef) -> ModelCard {
        let mut card = if model.provider == LOCAL { self.local_card(model) } else { None }
            .unwrap_or_else(|| self.known_card(model));
        let name = model.to_string();
        let own =
            self.settings.models.get(&name).or_else(|| self.settings.models.get(&model.model));
        if let Some(own) = own {
            card.context_window = own.context_window.unwrap_or(card.context_window);
            card.max_output = own.max_output.unwrap_or(card.max_output);
            card.tools = own.tools.unwrap_or(card.tools);
            card.images = own.images.unwrap_or(card.images);
            card.small = own.small.unwrap_or(card.small);
            card.price = own.price.map(Price::from).or(card.price);
        }
        card.max_output = card.max_output.min(card.context_window);
        card
    }

    fn local_card(&self, model: &ModelRef) -> Option<ModelCard> {
        self.local.as_ref()?.card(&model.model)
    }

    fn known_card(&self, model: &ModelRef) -> ModelCard {
        let entry = catalogue::lookup(&model.model);
        let price = self.price(model, entry.as_ref());
        let model = model.clone();
        match entry {
            Some(entry) => ModelCard {
                model,
                context_window: entry.window,
                max_output: entry.output,
                tools: entry.tools,
                images: entry.images,
                small: false,
                price,
            },
            None => ModelCard {
                model,
                context_window: UNKNOWN_WINDOW,
                max_output: UNKNOWN_OUTPUT,
                tools: true,
                images: true,
                small: false,
                price,
            },
        }
    }

    /// The catalogue's prices are the vendors'. A server of one's own may take anything, so its
    /// price is unknown until the settings say it.
    fn price(&self, model: &ModelRef, entry: Option<&catalogue::Entry>) -> Option<Price> {
        let parts = self.parts(&model.provider);
        let elsewhere = parts.settings.is_some_and(|settings| settings.base_url.is_some());
        if parts.kind() == Some(ProviderKind::Ollama) && !model.model.ends_with("-cloud") {
            return Some(FREE);
        }
        if parts.preset.is_none_or(|preset| preset.keyless) || elsewhere {
            return None;
        }
        if model.model.ends_with(":free") { Some(FREE) } else { entry?.price() }
    }
}
