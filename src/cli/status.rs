//! `nanofolks status`: what is here, in one look and without asking anybody.

use nanofolks_config::settings::ContextMode;
use nanofolks_engine::{Standing, standings};
use nanofolks_protocol::ports::{Models as _, SessionFilter};
use nanofolks_protocol::{ModelRef, Problem, Session};
use nanofolks_providers::ProviderStatus;
use serde_json::{Value, json};

use super::output::{Tone, one_line};
use super::{CliError, Cx, Run, amount, model};
use crate::house::House;

/// Milliseconds for which failures of providers are of interest.
const LATELY: i64 = 600_000;
/// More conversations are only counted up to here.
const COUNTED: u32 = 100_000;

/// Show version, home, model, providers and what is stored
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Also the providers that have no key
    #[arg(long, short)]
    all: bool,
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let look = Look::take(cx)?;
        if cx.out.is_json() {
            let object = look.object(cx)?;
            cx.out.object(&object);
        } else {
            look.print(cx, self.all)?;
        }
        // What is stored cannot be read: said above, and nothing that counts as being well.
        if look.stored.is_err() { Err(CliError::Said(1)) } else { Ok(()) }
    }
}

/// Everything that is shown.
struct Look {
    model: Result<(ModelRef, String), Problem>,
    providers: Vec<ProviderStatus>,
    embedded: Vec<(String, u64)>,
    stored: Result<Stored, Problem>,
}

struct Stored {
    rooms: usize,
    archived: usize,
    sessions: usize,
    last: Option<Session>,
    /// How the providers stand that were asked lately.
    standings: Vec<(String, Standing)>,
}

impl Look {
    fn take(cx: &mut Cx) -> Result<Self, CliError> {
        let catalog = cx.house.catalog()?;
        let model = catalog.default_model().map(|(model, why)| (model, model::because(cx, why)));
        let embedded = model::here(&cx.house);
        let stored = match cx.house.archive() {
            Ok(archive) => cx.block_on(async {
                let told = |error: nanofolks_protocol::ports::StoreError| error.to_problem();
                let rooms = archive.rooms(true).await.map_err(told)?;
                let filter =
                    SessionFilter { all: true, limit: COUNTED, ..SessionFilter::default() };
                let sessions = archive.sessions(filter).await.map_err(told)?;
                let now = House::clock().now();
                let outcomes = archive.outcomes(now.plus_millis(-LATELY), 200).await;
                let standings = standings(&outcomes.map_err(told)?, now);
                let archived = rooms.iter().filter(|room| room.archived).count();
                Ok(Stored {
                    rooms: rooms.len() - archived,
                    archived,
                    sessions: sessions.len(),
                    last: sessions.into_iter().next().map(|summary| summary.session),
                    standings,
                })
            }),
            Err(problem) => Err(problem.into()),
        };
        let stored = match stored {
            Ok(stored) => Ok(stored),
            // What is stored cannot be read: the rest of the look is all the more needed.
            Err(CliError::Problem(problem)) => Err(*problem),
            Err(other) => return Err(other),
        };
        Ok(Self { model, providers: catalog.providers(), embedded, stored })
    }

    fn object(&self, cx: &Cx) -> Result<Value, CliError> {
        let (paths, loaded) = (cx.house.paths()?, cx.house.loaded()?);
        let provider = |provider: &ProviderStatus| {
            json!({
                "name": provider.name, "kind": provider.kind, "base_url": provider.base_url,
                "configured": provider.configured, "available": provider.available,
                "because": provider.because,
            })
        };
        let error = |problem: &Problem| super::output::error_object(problem);
        Ok(json!({
            "schema": "nanofolks.status.v1",
            "version": env!("CARGO_PKG_VERSION"),
            "home": paths.root(),
            "home_exists": paths.root().is_dir(),
            "profile": paths.profile(),
            "config": loaded.user_file,
            "model": match &self.model {
                Ok((model, why)) => json!({ "name": model, "because": why, "error": null }),
                Err(problem) => json!({ "name": null, "because": null, "error": error(problem) }),
            },
            "context": { "mode": loaded.settings.context.mode },
            "providers": self.providers.iter().map(provider).collect::<Vec<_>>(),
            "embedded": self.embedded.iter()
                .map(|(name, bytes)| json!({ "name": name, "bytes": bytes }))
                .collect::<Vec<_>>(),
            "stored": match &self.stored {
                Ok(stored) => json!({
                    "rooms": stored.rooms, "archived_rooms": stored.archived,
                    "sessions": stored.sessions,
                    "last_session": stored.last.as_ref().map(|session| session.id),
                    "asked_lately": stored.standings.iter()
                        .map(|(name, standing)| json!({ "provider": name, "breaker": standing }))
                        .collect::<Vec<_>>(),
                    "error": null,
                }),
                Err(problem) => json!({ "error": error(problem) }),
            },
        }))
    }

    fn print(&self, cx: &mut Cx, all: bool) -> Result<(), CliError> {
        let (paths, loaded) = (cx.house.paths()?, cx.house.loaded()?);
        let version = super::version::features().join(", ");
        entry(cx, "version", &format!("{} ({version})", env!("CARGO_PKG_VERSION")));
        let missing = if paths.root().is_dir() { "" } else { " (not there yet)" };
        entry(cx, "home", &format!("{}{missing}", paths.root().display()));
        if let Some(profile) = paths.profile() {
            entry(cx, "profile", profile);
        }
        match &loaded.user_file {
            Some(file) => entry(cx, "config", &file.display().to_string()),
            None => entry(cx, "config", "none, the defaults count"),
        }
        match &self.model {
            Ok((model, why)) => entry(cx, "model", &format!("{model} ({why})")),
            Err(problem) => told(cx, "model", problem),
        }
        for provider in self.providers.iter().filter(|p| all || p.configured || p.available) {
            let state = if provider.available { "key from" } else { "not usable:" };
            let state =
                if provider.because.contains(' ') && provider.available { "" } else { state };
            let text = format!("{} {state} {}", provider.name, provider.because);
            entry(cx, "provider", &text);
        }
        if loaded.settings.context.mode == ContextMode::Off {
            entry(cx, "context", "long conversations are not shortened (context.mode = off)");
        }
        for (name, bytes) in &self.embedded {
            entry(cx, "embedded", &format!("local/{name}, {}", amount::bytes(*bytes)));
        }
        match &self.stored {
            Ok(stored) => {
                let archived = stored.archived;
                entry(cx, "rooms", &format!("{} and {archived} archived", stored.rooms));
                let last = stored.last.as_ref();
                let last = last.map(|last| format!(", the last on {}", last.updated_at));
                let text = format!("{}{}", stored.sessions, last.unwrap_or_default());
                entry(cx, "sessions", &text);
            }
            Err(problem) => told(cx, "stored", problem),
        }
        for (name, standing) in self.stored.iter().flat_map(|stored| &stored.standings) {
            if let Some(text) = words(name, *standing) {
                entry(cx, "breaker", &text);
            }
        }
        for warning in loaded.warnings.iter().filter(|w| w.level != nanofolks_config::Level::Info) {
            cx.out.warning(&warning.to_string(), warning.hint.as_deref());
        }
        Ok(())
    }
}

/// What is worth saying about a provider that was asked lately.
fn words(name: &str, standing: Standing) -> Option<String> {
    match standing {
        Standing::Closed { failures: 0 } => None,
        Standing::Closed { failures } => Some(format!("{name} failed {failures} times in a row")),
        Standing::Resting { until } => Some(format!("{name} asked to be left alone until {until}")),
        Standing::Open { until } => {
            Some(format!("{name} fails; where there is another one it is left alone until {until}"))
        }
        Standing::HalfOpen => {
            Some(format!("{name} failed; the next request tries whether it is back"))
        }
    }
}

fn entry(cx: &mut Cx, label: &str, text: &str) {
    let label = cx.out.paint(Tone::Strong, &format!("{label:9}"));
    cx.out.line(&format!("{label} {}", one_line(text)));
}

fn told(cx: &mut Cx, label: &str, problem: &Problem) {
    let hint = problem.hint.as_deref().map(|hint| format!("; {hint}")).unwrap_or_default();
    entry(cx, label, &format!("{}{hint}", problem.message));
}
