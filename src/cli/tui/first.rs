//! The first run on a terminal: the same three steps as `onboard`, beside the conversation.
//!
//! Each step runs in a thread with a house of its own, so that the line can be typed
//! meanwhile. Whoever drops the job stops it.

use std::thread;
use std::time::Duration;

use nanofolks_config::{Origin, edit};
use nanofolks_protocol::ports::Models as _;
use nanofolks_protocol::{ModelErrorKind as Kind, Problem, ProblemKind, Secret, SecretKind};
use nanofolks_tui::{Chosen, Found, Hear, Job, Needs, Progress, Settled, Vendor};
use tokio::sync::oneshot;

use crate::cli::onboard::{
    Applied, Choice, Decision, Offer, Ollama, Survey, apply, of_house, offers, usual_model, vendors,
};
use crate::cli::{Cx, Globals, auth, model};
use crate::house::{House, OpenKeys};

/// Whether the person is asked who answers before anything is opened: nobody can answer, or
/// this home is new and nobody said who should.
pub(super) fn is_due(house: &House) -> Result<bool, Problem> {
    let (paths, loaded) = (house.paths()?, house.loaded()?);
    let named = !matches!(loaded.origin("model"), Origin::Default);
    // A name that leads nowhere is for its owner to mend; the message says what is wrong.
    if named {
        return Ok(false);
    }
    let answers = match house.catalog()?.default_model() {
        // Whose key is in a locked vault answers once that is open.
        Ok((model, _why)) => match house.catalog()?.open(&model) {
            Ok(_provider) => true,
            Err(problem) => is_locked(&problem),
        },
        Err(_) => false,
    };
    let new = loaded.user_file.is_none() && !paths.db().exists();
    Ok(!answers || new)
}

fn is_locked(problem: &Problem) -> bool {
    problem.wants.as_ref().is_some_and(|secret| secret.kind == SecretKind::Passphrase)
}

/// Looks what is here.
pub(super) fn look(globals: Globals, keys: OpenKeys) -> Job<Found> {
    let offline = globals.offline;
    beside(globals, keys, async move |house: House| {
        let survey = of_house(&house, offline).await?;
        Ok(found(&survey))
    })
}

/// Whoever needs longer to say which models there are is not well.
const PATIENCE: Duration = Duration::from_secs(12);

/// Makes a choice so. What is here is looked at again: what was offered may have gone.
pub(super) fn settle(globals: Globals, keys: OpenKeys, chosen: Chosen, hear: Hear) -> Job<Settled> {
    let offline = globals.offline;
    beside(globals.clone(), keys.clone(), async move |house: House| {
        let decision = match &chosen.offer {
            Some(what) => {
                let survey = of_house(&house, offline).await?;
                let mut offers = offers(&survey).into_iter();
                let offer = offers.find(|offer| offer.what == *what).ok_or_else(gone)?;
                decided(offer.choice, chosen)?
            }
            None => Decision { choice: Choice::Later, key: None, chosen: true },
        };
        let applied = apply(&house, &decision).await?;
        let mut settled = Settled { remarks: remarks(&house, &decision, &applied), reached: None };
        if let Choice::Fetch { id } = &decision.choice {
            model::bring(&house, id, &*hear).await?;
            let name = format!("local/{id}");
            edit::set(&*house.paths()?, &house.environment(), "model", &name)?;
        }
        let fresh = House::with_keys(&globals, &keys);
        settled.reached = reach(&fresh, offline, &*hear).await;
        Ok(settled)
    })
}

/// Asks whoever answers now for the list of models: that takes a key and costs nothing.
async fn reach(
    house: &House,
    offline: bool,
    tell: &(dyn Fn(Progress) + Send + Sync),
) -> Option<Result<(), Problem>> {
    let catalog = house.catalog().ok()?;
    let (model, _why) = catalog.default_model().ok()?;
    if offline || model.provider == "local" {
        return None;
    }
    let what = format!("asking {} whether it answers", model.provider);
    tell(Progress { what, done: None });
    let provider = match catalog.open(&model) {
        Ok(provider) => provider,
        // It is asked for next.
        Err(problem) if is_locked(&problem) => return None,
        Err(problem) => return Some(Err(problem)),
    };
    let asked = tokio::time::timeout(PATIENCE, provider.models()).await;
    Some(match asked {
        Ok(Ok(_models)) => Ok(()),
        // A server without that list says nothing about whether it answers.
        Ok(Err(error)) if matches!(error.kind, Kind::ModelNotFound | Kind::Malformed) => {
            return None;
        }
        Ok(Err(error)) => Err(error.to_problem()),
        Err(_) => {
            let message = format!("{} sent nothing for {} s", model.provider, PATIENCE.as_secs());
            Err(Problem::new(ProblemKind::Provider, "provider_timeout", message))
        }
    })
}

/// Stores the key of a provider and says where it is.
pub(super) fn keep(globals: Globals, keys: OpenKeys, named: String, key: Secret) -> Job<String> {
    beside(globals, keys, async move |house: House| auth::keep(&house, &named, &key))
}

/// Runs something in a thread with a house of its own, until it is done or nobody waits for
/// it any more.
fn beside<T: Send + 'static>(
    globals: Globals,
    keys: OpenKeys,
    act: impl AsyncFnOnce(House) -> Result<T, Problem> + Send + 'static,
) -> Job<T> {
    let (mut done, answer) = oneshot::channel();
    thread::spawn(move || {
        let mut cx = Cx::new(globals.clone());
        let worked = match cx.runtime() {
            Ok(runtime) => runtime.block_on(async {
                tokio::select! {
                    worked = act(House::with_keys(&globals, &keys)) => Some(worked),
                    () = done.closed() => None,
                }
            }),
            Err(error) => Some(Err(super::problem(error))),
        };
        if let Some(worked) = worked {
            // Nobody may wait for it any more.
            let _heard = done.send(worked).is_ok();
        }
    });
    Box::pin(async { answer.await.unwrap_or_else(|_| Err(broke_off())) })
}

fn found(survey: &Survey) -> Found {
    let mut here = Vec::new();
    let mut say = |label: &str, text: String| here.push((label.to_owned(), text));
    for key in &survey.keys {
        say("key", format!("{}: {}", key.title, key.place));
    }
    match &survey.ollama {
        Ollama::Running { base_url, models } if models.is_empty() => {
            say("ollama", format!("runs at {base_url}, without a model"));
        }
        Ollama::Running { base_url, models } => {
            say("ollama", format!("runs at {base_url}: {}", models.join(", ")));
        }
        Ollama::Absent => say("ollama", "does not run on this machine".to_owned()),
        Ollama::NotAsked => say("ollama", "was not looked for".to_owned()),
    }
    for model in &survey.embedded {
        say("embedded", format!("local/{}, {}", model.id, model.about));
    }
    if survey.keys.is_empty() {
        say("keys", "none, neither stored nor in a variable such as ANTHROPIC_API_KEY".to_owned());
    }
    let offers = offers(survey).into_iter().map(|offer| shown(offer, survey)).collect();
    let vendors = vendors().into_iter().map(|(id, title)| Vendor {
        id: id.to_owned(),
        title: title.to_owned(),
        model: usual_model(id).unwrap_or_default(),
    });
    Found { here, offers, vendors: vendors.collect() }
}

fn shown(offer: Offer, survey: &Survey) -> nanofolks_tui::Offer {
    let needs = match (&offer.choice, &survey.ollama) {
        (Choice::Ollama { .. }, Ollama::Running { models, .. }) => Needs::OneOf(models.clone()),
        (Choice::Fetch { .. }, _) => Needs::Time,
        (Choice::Key { .. }, _) => Needs::Key,
        _ => Needs::Nothing,
    };
    let because = match offer.choice {
        Choice::Later => "/setup asks again, at any time".to_owned(),
        _ => offer.because,
    };
    nanofolks_tui::Offer { what: offer.what, because, needs }
}

/// The choice with what the person said besides.
fn decided(choice: Choice, chosen: Chosen) -> Result<Decision, Problem> {
    let choice = match (choice, chosen.model, &chosen.key) {
        (Choice::Ollama { base_url, .. }, Some(model), _) => Choice::Ollama { base_url, model },
        (Choice::Key { .. }, Some(model), Some(_)) => Choice::Model { model },
        (Choice::Key { .. }, ..) => return Err(gone()),
        (other, ..) => other,
    };
    Ok(Decision { choice, key: chosen.key, chosen: true })
}

fn remarks(house: &House, decision: &Decision, applied: &Applied) -> Vec<String> {
    let mut remarks = Vec::new();
    if let (Some((provider, key)), Some(stored)) = (&decision.key, &applied.stored) {
        remarks.push(format!("the key of {provider} is stored in {}", stored.tier));
        remarks.extend(auth::doubts(provider, key));
        if let Ok(paths) = house.paths() {
            remarks.extend(auth::remarks(&paths, stored));
        }
    }
    remarks
}

fn gone() -> Problem {
    Problem::new(ProblemKind::Failure, "choice_gone", "what was chosen is not there any more")
        .hint("/setup looks again")
}

fn broke_off() -> Problem {
    Problem::new(ProblemKind::Failure, "failed", "what was begun broke off")
}
