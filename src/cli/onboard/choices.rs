//! What can be chosen after a survey, the best first, and why.

use nanofolks_providers::{preset, presets};
use serde::Serialize;

use super::survey::{Ollama, Survey};

/// Who answers from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Choice {
    /// Whoever answers now; nothing is set.
    Keep,
    /// A model whose key is here, or that needs none.
    Model {
        /// Its full name.
        model: String,
    },
    /// A model of the Ollama server of this machine.
    Ollama {
        /// Where it is.
        base_url: String,
        /// The model's name there.
        model: String,
    },
    /// An embedded model that is fetched first.
    Fetch {
        /// Its name without `local/`.
        id: String,
    },
    /// A provider whose key the person types.
    Key {
        /// The provider; the person says which when there is none.
        provider: Option<String>,
    },
    /// Nobody for now.
    Later,
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Offer {
    /// What is chosen.
    pub(crate) choice: Choice,
    /// The same in words.
    pub(crate) what: String,
    /// Why it is offered.
    pub(crate) because: String,
}

/// Everything there is to choose. The first is what we would choose.
pub(crate) fn offers(survey: &Survey) -> Vec<Offer> {
    let offer =
        |choice, what: String, because: &str| Offer { choice, what, because: because.to_owned() };
    let mut offers = Vec::new();
    let now = survey.answers.as_ref().map(|answers| answers.model.to_string());
    if let Some(answers) = &survey.answers {
        offers.push(offer(Choice::Keep, answers.model.to_string(), &answers.because));
    }
    for key in &survey.keys {
        if let Some(model) = key.model.clone().filter(|model| Some(model) != now.as_ref()) {
            let because = format!("a key of {} is in {}", key.title, key.place);
            offers.push(offer(Choice::Model { model: model.clone() }, model, &because));
        }
    }
    if let Ollama::Running { base_url, models } = &survey.ollama
        && let Some(first) = models.first().filter(|first| now != Some(format!("ollama/{first}")))
    {
        let because = format!("Ollama runs here, with {}", counted(models.len()));
        let choice = Choice::Ollama { base_url: base_url.clone(), model: first.clone() };
        offers.push(offer(choice, format!("ollama/{first}"), &because));
    }
    for model in &survey.embedded {
        let name = format!("local/{}", model.id);
        if now.as_ref() != Some(&name) {
            let because = format!("it is on this machine, {}", model.about);
            offers.push(offer(Choice::Model { model: name.clone() }, name, &because));
        }
    }
    let fetchable = survey.fetchable.first().filter(|_| survey.embedded.is_empty());
    if let Some(model) = fetchable.filter(|_| !survey.offline) {
        let what = format!("fetch local/{}, which runs on this machine", model.id);
        offers.push(offer(Choice::Fetch { id: model.id.clone() }, what, &model.about));
    }
    let because = "Anthropic, OpenAI, Gemini and others";
    offers.push(offer(
        Choice::Key { provider: None },
        "type a key of a provider".to_owned(),
        because,
    ));
    if now.is_none() {
        let because = "`nanofolks auth add` and `nanofolks model pull` do it at any time";
        offers.push(offer(Choice::Later, "no model for now".to_owned(), because));
    }
    offers
}

/// What is chosen when there is nobody to ask: nothing that costs, and nothing that is fetched.
pub(crate) fn unattended(survey: &Survey) -> Offer {
    let free = |offer: &Offer| matches!(offer.choice, Choice::Keep | Choice::Ollama { .. });
    let later = || Offer {
        choice: Choice::Later,
        what: "no model for now".to_owned(),
        because: "no key, no server and no model was found".to_owned(),
    };
    offers(survey).into_iter().find(free).unwrap_or_else(later)
}

/// The providers a key can be typed for: name and title.
pub(crate) fn vendors() -> Vec<(&'static str, &'static str)> {
    let takes_keys = presets().iter().filter(|preset| !preset.keyless);
    takes_keys.map(|preset| (preset.id, preset.title)).collect()
}

/// The model a provider is asked for when nobody names another: its full name.
pub(crate) fn usual_model(provider: &str) -> Option<String> {
    let model = preset(provider)?.default_model?;
    Some(format!("{provider}/{model}"))
}

fn counted(models: usize) -> String {
    if models == 1 { "1 model".to_owned() } else { format!("{models} models") }
}
