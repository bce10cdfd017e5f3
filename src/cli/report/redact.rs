//! Takes out of a report what is nobody else's business.

use std::sync::Arc;

use nanofolks_engine::{Material, wordless};
use nanofolks_protocol::BotId;
use nanofolks_security::Sanitizer;
use serde_json::Value;

/// Takes out secrets and folders, and words where that is wished.
pub(super) struct Redactor {
    sanitizer: Arc<Sanitizer>,
    /// Folders, the longest first, and what stands for each: as long as it.
    places: Vec<(String, String)>,
    /// The bots whose names stay, when words go.
    bots: Option<Vec<BotId>>,
}

impl Redactor {
    pub(super) fn new(
        sanitizer: Arc<Sanitizer>,
        mut places: Vec<String>,
        bots: Option<Vec<BotId>>,
    ) -> Self {
        places.retain(|place| place.len() > 3);
        places.sort_by_key(|place| std::cmp::Reverse(place.len()));
        places.dedup();
        let places = places.into_iter().map(|place| (stand_in(&place), place));
        let places = places.map(|(stand_in, place)| (place, stand_in)).collect();
        Self { sanitizer, places, bots }
    }

    /// Whether words go.
    pub(super) const fn takes_words(&self) -> bool {
        self.bots.is_some()
    }

    /// Redacts everything in a value, the keys too.
    pub(super) fn redact(&self, value: &mut Value) {
        self.clean(value);
        if let Some(bots) = &self.bots {
            wordless(value, bots);
        }
    }

    fn clean(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.clean(item)),
            Value::Object(fields) => {
                let old = std::mem::take(fields);
                for (key, mut value) in old {
                    self.clean(&mut value);
                    fields.insert(self.text(&key), value);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn text(&self, text: &str) -> String {
        let mut text = self.sanitizer.clean(text).into_owned();
        for (place, stand_in) in &self.places {
            if text.contains(place.as_str()) {
                text = text.replace(place.as_str(), stand_in);
            }
        }
        text
    }
}

/// A folder of the same length and depth with nothing in its names.
fn stand_in(place: &str) -> String {
    place
        .chars()
        .flat_map(|c| {
            let (count, sign) = if c == '/' { (1, '/') } else { (c.len_utf8(), 'x') };
            std::iter::repeat_n(sign, count)
        })
        .collect()
}

/// The bots that a turn's record knows.
pub(super) fn bots(material: &Material) -> Vec<BotId> {
    material.members()
}
