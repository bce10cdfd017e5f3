//! Makes a choice so. Each step is whole or not done at all, and done twice it changes nothing.

use std::path::PathBuf;

use nanofolks_config::{edit, paths};
use nanofolks_protocol::ports::{Archive as _, Journal as _};
use nanofolks_protocol::{Batch, Problem, ProblemKind, Room, RoomId, RoomKind, Secret, Write};
use nanofolks_security::keys::Stored;
use serde::Serialize;

use super::choices::Choice;
use crate::house::House;

/// What a new configuration begins with: what people change first.
pub(super) const CONFIG: &str = "\
# The settings of nanofolks. What is not set here has a default: `nanofolks config list` shows
# all of them, `nanofolks config set KEY VALUE` changes one and keeps your comments.

# model = \"anthropic/claude-sonnet-4-5\"   # who answers; without it the first that is available
# fallback = [\"local/smollm2-135m\"]       # who goes on when that one cannot be reached

# [budget]                                # ceilings, checked before each call
# day_usd = 5.0

# [providers.mylab]                       # any other server
# kind = \"openai-chat\"
# base_url = \"http://127.0.0.1:8000/v1\"
# api_key = \"keyring:mylab\"
";

/// What was decided.
#[derive(Debug)]
pub(crate) struct Decision {
    /// Who answers.
    pub(crate) choice: Choice,
    /// A provider and its key, to be stored first.
    pub(crate) key: Option<(String, Secret)>,
    /// Whether a person chose, so that it stays when another key appears.
    pub(crate) chosen: bool,
}

/// What was changed.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(crate) struct Applied {
    /// Files and folders that are new.
    pub(crate) made: Vec<PathBuf>,
    /// Settings that are different now.
    pub(crate) set: Vec<String>,
    /// The provider whose key was stored.
    pub(crate) key: Option<String>,
    /// How it was stored.
    #[serde(skip)]
    pub(crate) stored: Option<Stored>,
}

/// Makes the home, stores the key, sets the settings, opens the first room, in this order:
/// whatever stops it, what is there then is right, and the next time goes on.
///
/// # Errors
/// What could not be done; everything before it is done.
pub(crate) async fn apply(house: &House, decision: &Decision) -> Result<Applied, Problem> {
    let places = house.paths()?;
    let mut applied = Applied::default();
    let new = !places.root().is_dir();
    places.create()?;
    if new {
        applied.made.push(places.root().to_owned());
    }
    if let Some(file) = edit::begin(&places, CONFIG)? {
        applied.made.push(file);
    }
    let workspace = places.workspace();
    if !workspace.is_dir() {
        paths::ensure(&workspace).map_err(|error| {
            let message = format!("cannot make {}: {error}", workspace.display());
            Problem::new(ProblemKind::Failure, "home_read_only", message)
        })?;
        applied.made.push(workspace);
    }
    if let Some((provider, key)) = &decision.key {
        let stored = house.keys()?.set(provider, key, None).map_err(|error| error.to_problem())?;
        applied.key = Some(provider.clone());
        applied.stored = Some(stored);
    }
    for (key, value) in settings(decision) {
        let edited = edit::set(&places, &house.environment(), &key, &value)?;
        if edited.changed {
            applied.set.push(edited.key);
        }
    }
    room(house).await?;
    Ok(applied)
}

/// The settings of a decision, in an order in which each is right without the next.
fn settings(decision: &Decision) -> Vec<(String, String)> {
    let set = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    match &decision.choice {
        Choice::Model { model } => vec![set("model", model)],
        Choice::Ollama { base_url, model } => {
            let mut all = vec![
                set("providers.ollama.base_url", base_url),
                set("providers.ollama.default_model", model),
            ];
            if decision.chosen {
                all.push(set("model", &format!("ollama/{model}")));
            }
            all
        }
        Choice::Keep | Choice::Fetch { .. } | Choice::Key { .. } | Choice::Later => Vec::new(),
    }
}

/// The room everybody begins in.
async fn room(house: &House) -> Result<(), Problem> {
    let store = house.store()?;
    let general = RoomId::general();
    let told = |error: nanofolks_protocol::ports::StoreError| error.to_problem();
    if store.room(&general).await.map_err(told)?.is_some() {
        return Ok(());
    }
    let now = House::clock().now();
    let room = Room {
        id: general,
        kind: RoomKind::Open,
        members: house.roster()?.bots(),
        folder: None,
        archived: false,
        created_at: now,
        updated_at: now,
    };
    let batch = Batch { writes: vec![Write::EnsureRoom(room)] };
    store.commit(batch).await.map(drop).map_err(|unwritten| told(unwritten.error))
}
