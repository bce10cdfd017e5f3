//! Asks a person who should answer, line by line. Nothing is changed before the last answer.

use nanofolks_protocol::ports::Models as _;

use super::apply::Decision;
use super::choices::{Choice, Offer, offers, usual_model, vendors};
use super::survey::{Ollama, Survey};
use crate::cli::output::{Tone, one_line};
use crate::cli::pick::{left, pick, unanswered};
use crate::cli::{CliError, Cx, auth, line_prompt, secret_prompt};

/// Says what was found.
pub(super) fn show(survey: &Survey, cx: &mut Cx) {
    let there = if survey.home_exists { "" } else { " (not there yet)" };
    entry(cx, "home", &format!("{}{there}", survey.home.display()));
    for key in &survey.keys {
        entry(cx, "key", &format!("{}: {}", key.title, key.place));
    }
    match &survey.ollama {
        Ollama::Running { base_url, models } if models.is_empty() => {
            entry(cx, "ollama", &format!("runs at {base_url}, without a model"));
        }
        Ollama::Running { base_url, models } => {
            entry(cx, "ollama", &format!("runs at {base_url}: {}", models.join(", ")));
        }
        Ollama::Absent => entry(cx, "ollama", "does not run on this machine"),
        Ollama::NotAsked => entry(cx, "ollama", "was not looked for"),
    }
    for model in &survey.embedded {
        entry(cx, "embedded", &format!("local/{}, {}", model.id, model.about));
    }
    if survey.keys.is_empty() {
        entry(cx, "keys", "none, neither stored nor in a variable such as ANTHROPIC_API_KEY");
    }
}

fn entry(cx: &mut Cx, label: &str, text: &str) {
    let label = cx.out.paint(Tone::Strong, &format!("{label:9}"));
    cx.out.line(&format!("{label} {}", one_line(text)));
}

/// Asks until there is a decision; `None` when the person wants none.
pub(super) fn ask(survey: &Survey, cx: &mut Cx) -> Result<Option<Decision>, CliError> {
    let offers = offers(survey);
    loop {
        let rows: Vec<_> = offers.iter().map(|offer| (&*offer.what, &*offer.because)).collect();
        let Some(at) = pick(cx, "Who answers?", &rows)? else { return Ok(None) };
        let Some(Offer { choice, .. }) = offers.get(at) else { return Ok(None) };
        let decided = match choice {
            Choice::Key { provider } => typed_key(provider.as_deref(), cx)?,
            Choice::Ollama { base_url, model } => {
                let model = of_ollama(survey, model, cx)?;
                let choice = Choice::Ollama { base_url: base_url.clone(), model };
                Some(Decision { choice, key: None, chosen: true })
            }
            other => Some(Decision { choice: other.clone(), key: None, chosen: true }),
        };
        if decided.is_some() {
            return Ok(decided);
        }
    }
}

/// Which of the models of Ollama.
fn of_ollama(survey: &Survey, first: &str, cx: &mut Cx) -> Result<String, CliError> {
    let Ollama::Running { models, .. } = &survey.ollama else { return Ok(first.to_owned()) };
    if models.len() < 2 {
        return Ok(first.to_owned());
    }
    let rows: Vec<_> = models.iter().map(|model| (&**model, "")).collect();
    let at = pick(cx, "Which model?", &rows)?.ok_or_else(left)?;
    Ok(models.get(at).map_or_else(|| first.to_owned(), Clone::clone))
}

/// Whose key, the key, and the model it is for; `None` when no key was typed.
fn typed_key(provider: Option<&str>, cx: &mut Cx) -> Result<Option<Decision>, CliError> {
    let provider = match provider {
        Some(provider) => provider.to_owned(),
        None => {
            let vendors = vendors();
            let at = pick(cx, "Whose key?", &vendors)?.ok_or_else(left)?;
            vendors.get(at).map(|(name, _)| (*name).to_owned()).unwrap_or_default()
        }
    };
    cx.out.flush();
    let key =
        secret_prompt(&format!("key of {provider} (it is not shown): ")).map_err(unanswered)?;
    if key.is_blank() {
        cx.out.note("no key was typed");
        return Ok(None);
    }
    auth::doubt(cx, &provider, &key);
    let model = model(&provider, cx)?;
    let choice = Choice::Model { model };
    Ok(Some(Decision { choice, key: Some((provider, key)), chosen: true }))
}

/// Which model of a provider.
fn model(provider: &str, cx: &mut Cx) -> Result<String, CliError> {
    let catalog = cx.house.catalog()?;
    let usual = usual_model(provider).unwrap_or_default();
    loop {
        let typed = line_prompt(&format!("model [{usual}]: ")).map_err(unanswered)?;
        let name = if typed.is_empty() { usual.clone() } else { typed };
        // A name of another provider may be one of this provider's own, too.
        let own = catalog.resolve(&name).ok().filter(|model| model.provider == provider);
        match own.map_or_else(|| catalog.resolve(&format!("{provider}/{name}")), Ok) {
            Ok(model) => return Ok(model.to_string()),
            Err(problem) => cx.out.problem(&problem),
        }
    }
}
