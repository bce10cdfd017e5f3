//! Which models may stand in for another one.

use nanofolks_protocol::ports::{Fallback, Models as _};
use nanofolks_protocol::{ModelRef, Price};

use super::Catalog;

impl Catalog {
    /// The fallbacks of the settings, in order. A dearer one, or one of unknown price, comes
    /// with the reason against it unless the owner allowed it.
    pub(super) fn stand_ins(&self, wanted: &ModelRef) -> Vec<Fallback> {
        let ceiling = self.card(wanted).price;
        let free = self.settings.fallback_may_cost_more;
        let known = self.settings.fallback.iter().filter_map(|name| match self.resolve(name) {
            Ok(model) => Some(model),
            Err(problem) => {
                tracing::warn!(%name, %problem, "a fallback names no model");
                None
            }
        });
        known
            .filter(|model| model != wanted)
            .map(|model| {
                let refused = if free { None } else { dearer(self.card(&model).price, ceiling) };
                Fallback { model, refused }
            })
            .collect()
    }
}

/// Why a price is too much for one who chose another.
fn dearer(price: Option<Price>, ceiling: Option<Price>) -> Option<String> {
    let allow = "fallback_may_cost_more = true allows it";
    match (price, ceiling) {
        (Some(price), _) if price.input == 0.0 && price.output == 0.0 => None,
        (Some(price), Some(ceiling)) => (price.input > ceiling.input
            || price.output > ceiling.output)
            .then(|| format!("it costs more; {allow}")),
        (None, _) => Some(format!("its price is unknown; {allow}")),
        (Some(_), None) => {
            Some(format!("it may cost more than the model that was chosen; {allow}"))
        }
    }
}
