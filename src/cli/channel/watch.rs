//! `nanofolks channel run --watch`: stays, and takes in what is dropped as it comes.
//!
//! Woken by the system when something changes in a folder, never by a clock. A signal ends it:
//! turns that run are suspended and go on in the next process.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use nanofolks_engine::Engine;
use nanofolks_protocol::handle::Followed;
use nanofolks_protocol::{EngineHandle, Event, EventKind, Op, RoomId, TurnOptions};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::work::{Args, Done, post};
use crate::cli::chat::Signals;
use crate::cli::output::one_line;
use crate::cli::{CliError, Cx};

/// How long it has to be quiet in a folder: what is being written then is written.
const QUIET: Duration = Duration::from_millis(150);
/// How long ending may take.
const LAST_WORDS: Duration = Duration::from_secs(4);

/// The folders that are watched, and the word that something changed.
struct Watch {
    changed: Arc<Notify>,
    watcher: RecommendedWatcher,
}

impl Watch {
    fn begin() -> Result<Self, CliError> {
        let changed = Arc::new(Notify::new());
        let told = Arc::clone(&changed);
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| is_news(&event)) {
                told.notify_one();
            }
        });
        let watcher = watcher.map_err(|error| unwatchable(Path::new("."), &error))?;
        Ok(Self { changed, watcher })
    }

    fn folder(&mut self, folder: &Path) -> Result<(), CliError> {
        self.watcher
            .watch(folder, RecursiveMode::Recursive)
            .map_err(|error| unwatchable(folder, &error))
    }

    /// Waits until something changed and it is quiet again.
    async fn news(&self) {
        self.changed.notified().await;
        while tokio::time::timeout(QUIET, self.changed.notified()).await.is_ok() {}
    }
}

/// Looking into a folder is no news; writing to its end is.
fn is_news(event: &notify::Event) -> bool {
    use notify::event::{AccessKind, AccessMode, EventKind};
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => event.need_rescan(),
        _ => true,
    }
}

fn unwatchable(folder: &Path, error: &notify::Error) -> CliError {
    let message = format!("cannot watch {}: {error}", folder.display());
    CliError::failure("channel_unwatchable", message)
        .hint("without --watch, `nanofolks channel run` takes in what waits and ends")
}

/// What was refused, and why, so that it is said once.
type Refused = BTreeMap<PathBuf, String>;

/// Stays until a signal comes.
pub(super) fn stay(args: &Args, options: &TurnOptions, cx: &mut Cx) -> Result<(), CliError> {
    let (rooms, folders) = args.places(cx)?;
    if rooms.is_empty() {
        let message = "no channel is configured, so there is nothing to watch";
        return Err(CliError::usage("channel_unknown", message)
            .hint("`nanofolks channel --help` shows how one is configured"));
    }
    let mut services = cx.house.services()?;
    services.settings.attends = true;
    let runtime = cx.runtime()?;
    runtime.block_on(async {
        let mut signals = Signals::listen();
        let mut watch = Watch::begin()?;
        for folder in &folders {
            std::fs::create_dir_all(folder.join("in"))
                .map_err(|error| super::work::unreadable(folder, &error))?;
            watch.folder(&folder.join("in"))?;
        }
        let (handle, engine) = Engine::start(services);
        let worked = tokio::select! {
            biased;
            () = signals.next() => Ok(()),
            worked = work(args, &handle, &watch, (&rooms, options), cx) => worked,
        };
        let ended = async {
            handle.submit(Op::Shutdown).await?;
            engine.stopped().await;
            Ok::<_, CliError>(())
        };
        let in_time = tokio::time::timeout(LAST_WORDS, ended).await;
        if in_time.is_err() {
            tracing::warn!("not everything ended in time; the next process takes it up");
        }
        worked
    })
}

async fn work(
    args: &Args,
    handle: &EngineHandle,
    watch: &Watch,
    (rooms, options): (&std::collections::BTreeSet<RoomId>, &TurnOptions),
    cx: &mut Cx,
) -> Result<(), CliError> {
    let mut events = handle.subscribe();
    for room in rooms {
        // What a process that is gone left behind goes on here.
        handle.submit(Op::Open { room: room.clone() }).await?;
    }
    cx.out.note("watching; Ctrl-C ends it");
    let mut refused = Refused::new();
    loop {
        take_in(args, handle, options, &mut refused, cx).await?;
        loop {
            tokio::select! {
                () = watch.news() => break,
                followed = events.next() => match followed {
                    Followed::Event(event) => tell(&event, cx),
                    Followed::Gap(_) => {}
                    Followed::Closed => {
                        let message = "the engine stopped";
                        return Err(CliError::failure("engine_stopped", message));
                    }
                },
            }
            cx.out.finish()?;
        }
    }
}

/// Takes in what waits in the folders.
async fn take_in(
    args: &Args,
    handle: &EngineHandle,
    options: &TurnOptions,
    refused: &mut Refused,
    cx: &mut Cx,
) -> Result<(), CliError> {
    let (_rooms, questions) = args.questions(cx)?;
    refused.retain(|file, _| questions.iter().any(|question| question.dropped.file == *file));
    for question in questions {
        if let Err(why) = &question.dropped.text {
            let file = &question.dropped.file;
            if refused.get(file) != Some(why) {
                refused.insert(file.clone(), why.clone());
                say(cx, json!({ "refused": { "file": file, "reason": why } }));
            }
            continue;
        }
        let mut done = Done::default();
        match post(handle, &question, options, &mut done).await {
            Ok(_) => done.taken.into_iter().for_each(|taken| say(cx, json!({ "taken": taken }))),
            // A full room is no reason to leave: the file stays where it is.
            Err(error) => cx.out.warning(&error.to_string(), None),
        }
    }
    cx.out.finish()
}

/// Says how deliveries go.
fn tell(event: &Event, cx: &mut Cx) {
    if let EventKind::DeliveryChanged { delivery } = &event.what
        && delivery["state"] != "waiting"
    {
        say(cx, json!({ "delivery": delivery }));
    }
}

fn say(cx: &mut Cx, what: Value) {
    if cx.out.is_json() {
        let mut line = json!({ "schema": "nanofolks.channel_watch.v1" });
        if let (Some(line), Value::Object(what)) = (line.as_object_mut(), what) {
            line.extend(what);
        }
        cx.out.line_of(&line);
        return;
    }
    let text = |value: &Value| one_line(value.as_str().unwrap_or_default());
    let told = if let Some(taken) = what.get("taken") {
        format!("{} taken in", text(&taken["file"]))
    } else if let Some(refused) = what.get("refused") {
        let why = text(&refused["reason"]);
        cx.out.warning(&format!("{} was not taken in: {why}", text(&refused["file"])), None);
        return;
    } else {
        let delivery = &what["delivery"];
        let to = format!("{}:{}", text(&delivery["channel"]), text(&delivery["chat"]));
        let why = match delivery["reason"].as_str() {
            Some(why) => format!(": {}", one_line(why)),
            None => String::new(),
        };
        format!("{to} {}{why}", text(&delivery["state"]))
    };
    cx.out.line(&told);
    cx.out.flush();
}
