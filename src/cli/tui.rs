//! The conversation on a terminal that can: finished text in the scrollback, the line at the
//! bottom.
//!
//! The front end itself is `nanofolks_tui`; here it gets what only the roof knows. Nothing but
//! the settings is read before the prompt is on the screen.

mod clipboard;
mod desk;
mod drafts;
mod files;
mod first;
mod keys;
mod look;
mod offers;
mod past;
mod sight;
mod themes;

use std::path::PathBuf;
use std::sync::Arc;

use nanofolks_engine::{Engine, commands};
use nanofolks_protocol::command::Completes;
use nanofolks_protocol::ports::Boxed;
use nanofolks_protocol::ports::{Archive, Clock};
use nanofolks_protocol::{
    EngineHandle, Envelope, Op, Problem, ProblemKind, Receipt, RoomId, Secret, SessionId, Timestamp,
};
use nanofolks_tui::{Busy, Chosen, Found, Hear, Job, Opened, Past, Settled, Sight, Suggestion};
use rustyline::history::{FileHistory, History as _};

use self::drafts::Drafts;
use super::chat::{Target, Wish, envelope, find_target, turn_options};
use super::{CliError, Cx, Run, chat, plain};
use crate::house::{House, OpenKeys};
use crate::mirror::Mirror;

/// Lines that are remembered.
const REMEMBERED: usize = 2000;

/// Talk with the bots in the terminal
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "\
Examples:
  nanofolks                      the same
  nanofolks tui --session new    begin a new session
  nanofolks --plain              line by line, for screen readers and simple terminals")]
pub(crate) struct Args {
    /// The session to speak in: an id, `new`, or `last`
    #[arg(long, value_name = "ID|new|last", add = super::complete::sessions())]
    session: Option<String>,
    /// Take up the last question asked in this folder
    #[arg(long = "continue", conflicts_with = "session")]
    take_up: bool,
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let args =
            chat::Args { session: self.session, take_up: self.take_up, ..chat::Args::default() };
        if !is_possible(cx) {
            if cx.out.is_interactive() {
                return plain::run(&args, cx);
            }
            return Err(CliError::usage("terminal_missing", "there is no terminal to talk in")
                .hint("`nanofolks chat -q TEXT` asks one question"));
        }
        run(&args, cx)
    }
}

/// Whether there is a terminal that can do more than lines.
pub(super) fn is_possible(cx: &Cx) -> bool {
    let env = cx.house.environment();
    let dumb = env.get("TERM").is_none_or(|term| matches!(term, "" | "dumb"));
    cx.out.is_interactive() && cx.out.stdout_is_terminal() && !cx.globals.plain && !dumb
}

/// Talks until the person leaves.
pub(super) fn run(args: &chat::Args, cx: &mut Cx) -> Result<(), CliError> {
    let setup = look::setup(cx)?;
    let runtime = cx.runtime()?;
    let keys = cx.house.quiet_keys()?;
    let clock = House::clock();
    let room = RoomId::general();
    let mut front = Front {
        cx,
        args,
        clock,
        room,
        folder: None,
        archive: None,
        history: None,
        drafts: None,
        theme: None,
        theme_name: None,
        mirror: None,
        changed: false,
        keys,
    };
    let ended = runtime.block_on(nanofolks_tui::run(setup, &mut front));
    drop(front.mirror.take());
    drop(front.drafts.take());
    Ok(ended?)
}

/// What the roof does for the front end.
struct Front<'a> {
    cx: &'a mut Cx,
    args: &'a chat::Args,
    clock: Arc<dyn Clock>,
    /// The room that was entered last.
    room: RoomId,
    /// The folder that is worked in.
    folder: Option<PathBuf>,
    archive: Option<Arc<dyn Archive>>,
    history: Option<FileHistory>,
    drafts: Option<Drafts>,
    /// Ends with the conversation.
    mirror: Option<Mirror>,
    /// The theme's file, while it is watched.
    theme: Option<themes::Watched>,
    /// The theme that was chosen in the conversation.
    theme_name: Option<String>,
    /// Whether the house is another one since it was opened.
    changed: bool,
    /// The stored keys, unlocked or not.
    keys: OpenKeys,
}

impl Front<'_> {
    async fn opened(&mut self) -> Result<(EngineHandle, Opened), CliError> {
        let options = turn_options(self.args, self.cx, true, None)?;
        self.folder = options.folder.as_ref().map(PathBuf::from);
        let services = self.cx.house.services()?;
        let archive = Arc::clone(&services.archive);
        let roster = Arc::clone(&services.roster);
        let bots = roster.bots().iter().filter_map(|bot| roster.profile(bot)).collect();
        // Opened again, it goes on in the room it is in.
        let again = self.archive.is_some().then(|| self.room.to_string());
        let session = self.args.session.as_deref().filter(|_| again.is_none());
        let take_up = self.args.take_up && again.is_none();
        let room = again.or_else(|| self.cx.globals.room.clone());
        let named = session.is_some() || take_up;
        let wish = Wish {
            room: room.as_deref().or(if named { None } else { Some("general") }),
            session,
            take_up,
            folder: options.folder.as_deref().unwrap_or_default(),
        };
        let target = find_target(wish, &*archive).await?;
        self.archive = Some(archive);
        self.room = target.room.clone();
        let (handle, _engine) = Engine::start(services);
        self.mirror = self.cx.house.mirror(&handle)?;
        let mut session = target.session;
        if target.fresh {
            let begun = handle.submit(Op::NewSession { room: target.room.clone() }).await?;
            if let Receipt::Session(id) = begun {
                session = Some(id);
            }
        }
        let mut past = self.past(&target.room, session).await?;
        past.session = session;
        past.remark = target.remark.map(str::to_owned).or(past.remark);
        let model = match &options.model {
            Some(model) => Ok(model.clone()),
            None => self
                .cx
                .house
                .models()
                .and_then(|models| models.default_model())
                .map(|(model, _why)| model),
        };
        let locked = model.as_ref().ok().and_then(|model| self.cx.house.locked(model));
        let model = model.map(|model| model.to_string());
        let tui = &self.cx.house.settings()?.tui;
        let vi = tui.vi;
        let busy = match tui.busy {
            nanofolks_config::settings::Busy::Queue => Busy::Queue,
            nanofolks_config::settings::Busy::Steer => Busy::Steer,
            nanofolks_config::settings::Busy::Interrupt => Busy::Interrupt,
        };
        let catalog = commands::catalog().with(nanofolks_tui::OWN).on("tui");
        let history = self.lines()?;
        Ok((handle, Opened { options, bots, model, catalog, busy, history, vi, past, locked }))
    }

    /// A room's newest exchange, as far as it belongs to the session that is spoken in, with
    /// what was being typed there and what waits.
    async fn past(&mut self, room: &RoomId, session: Option<SessionId>) -> Result<Past, Problem> {
        let draft = self.drafts().and_then(|drafts| drafts.find(room));
        let past = self.stored(room, session).await?;
        Ok(Past { draft, ..past })
    }

    async fn stored(&self, room: &RoomId, session: Option<SessionId>) -> Result<Past, Problem> {
        let Some(archive) = &self.archive else { return Ok(Past::empty(room.clone())) };
        let state = archive.room(room).await.map_err(|error| error.to_problem())?;
        let Some(state) = state else {
            let elsewhere = past::asked(&**archive).await?;
            return Ok(Past { elsewhere, ..Past::empty(room.clone()) });
        };
        let mut read = past::read(&**archive, &state, session).await?;
        let elsewhere = match state.live {
            Some((_, owner)) => {
                let store = self.cx.house.store()?;
                store.is_alive(owner) && !store.is_ours(owner)
            }
            None => false,
        };
        read.remark = elsewhere.then(|| {
            "another process is at work in this room; what you say comes after it".to_owned()
        });
        let waiting = archive.queue(room).await.map_err(|error| error.to_problem())?;
        let waiting = waiting.into_iter().map(|one| (one.envelope.id, one.envelope.text));
        read.elsewhere = past::asked(&**archive).await?;
        read.waiting = waiting.collect();
        Ok(read)
    }

    /// The lines that are not sent yet; none where there is no home.
    fn drafts(&mut self) -> Option<&mut Drafts> {
        if self.drafts.is_none() {
            let folder = self.cx.house.paths().ok()?.drafts();
            let sanitizer = self.cx.house.sanitizer().ok()?;
            self.drafts = Some(Drafts::new(folder, sanitizer));
        }
        self.drafts.as_mut()
    }

    /// What was typed in earlier conversations.
    fn lines(&mut self) -> Result<Vec<String>, CliError> {
        let config = rustyline::Config::builder()
            .max_history_size(REMEMBERED)
            .map_err(|error| CliError::failure("history_failed", error.to_string()))?
            .build();
        let mut history = FileHistory::with_config(&config);
        // A first conversation has no history yet.
        let _known = history.load(&self.cx.house.paths()?.history()).is_ok();
        let lines = history.iter().cloned().collect();
        self.history = Some(history);
        Ok(lines)
    }
}

impl nanofolks_tui::House for Front<'_> {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn open(&mut self) -> Result<(EngineHandle, Opened), Problem> {
        if std::mem::take(&mut self.changed) {
            // What was read of the configuration is not true any more.
            drop(self.mirror.take());
            self.cx.house = House::with_keys(&self.cx.globals, &self.keys);
        }
        self.opened().await.map_err(problem)
    }

    fn is_first(&mut self) -> Result<bool, Problem> {
        first::is_due(&self.cx.house)
    }

    fn sight(&mut self) -> Job<Sight> {
        let pane = self.cx.house.environment().get("TMUX_PANE").map(str::to_owned);
        Box::pin(sight::read(pane))
    }

    fn look(&mut self) -> Job<Found> {
        first::look(self.cx.globals.clone(), self.keys.clone())
    }

    fn settle(&mut self, chosen: Chosen, hear: Hear) -> Job<Settled> {
        self.changed = true;
        first::settle(self.cx.globals.clone(), self.keys.clone(), chosen, hear)
    }

    async fn enter(&mut self, room: &RoomId) -> Result<Past, Problem> {
        self.room = room.clone();
        self.past(room, None).await
    }

    async fn resume(
        &mut self,
        session: SessionId,
        from: Option<SessionId>,
    ) -> Result<Option<Past>, Problem> {
        let Some(archive) = &self.archive else { return Ok(None) };
        let read = archive.session(session).await.map_err(|error| error.to_problem())?;
        if from.is_some() && read.is_none_or(|session| session.parent == from) {
            return Ok(None);
        }
        let past = self.stored(&self.room, Some(session)).await?;
        Ok(Some(Past { session: Some(session), ..past }))
    }

    fn theme(&mut self, name: &str) -> Result<nanofolks_tui::Theme, String> {
        self.theme_name = Some(name.to_owned());
        let own = look::folder(self.cx).and_then(|folder| themes::read(&folder, name));
        own.unwrap_or_else(|| nanofolks_tui::Theme::named(name).map_err(|error| error.to_string()))
    }

    fn theme_changes(&mut self) -> Option<nanofolks_tui::ThemeChanges> {
        let set = self.cx.settings().ok()?.settings.tui.theme.clone();
        let name = self.theme_name.clone().or(set)?;
        let (watched, changes) = themes::Watched::new(&look::folder(self.cx)?, &name)?;
        self.theme = Some(watched);
        Some(changes)
    }

    fn written(&self) -> Option<Boxed<'static, ()>> {
        let archive = Arc::clone(self.archive.as_ref()?);
        Some(Box::pin(async move { archive.changed().await }))
    }

    fn envelope(&self, room: &RoomId, session: Option<SessionId>, text: String) -> Envelope {
        let target = Target { session, ..Target::in_room(room.clone()) };
        let made = envelope(&target, text, Vec::new());
        Envelope { channel: "tui".to_owned(), ..made }
    }

    fn offers(&self, completes: Completes) -> Boxed<'static, Vec<Suggestion>> {
        let globals = self.cx.globals.clone();
        offers::find(completes, self.archive.clone(), self.room.clone(), globals)
    }

    fn keep(&mut self, provider: String, key: Secret) -> Job<String> {
        self.kept(provider, key)
    }

    fn has_passphrase(&mut self) -> Result<bool, Problem> {
        self.cx.house.has_passphrase()
    }

    fn unlock(&mut self, passphrase: Secret) -> Job<()> {
        self.unlocked(passphrase)
    }

    fn remember(&mut self, line: &str) {
        let Ok(sanitizer) = self.cx.house.sanitizer() else { return };
        let Ok(paths) = self.cx.house.paths() else { return };
        // A secret is not kept.
        if sanitizer.clean(line) != line {
            return;
        }
        if let Some(history) = &mut self.history
            && history.add(line).unwrap_or(false)
        {
            // A home that cannot be written is no reason to stop talking.
            let _kept = history.append(&paths.history()).is_ok();
        }
    }

    fn edit(&mut self, text: String) -> Job<String> {
        self.edited(text)
    }

    fn own(&mut self, name: &str, rest: &str, session: Option<SessionId>) -> Job<String> {
        self.carried_out(name, rest, session)
    }
}

/// An error of the command line, for the screen.
fn problem(error: CliError) -> Problem {
    match error {
        CliError::Problem(problem) => *problem,
        CliError::Usage(error) => {
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default().to_owned();
            Problem::new(ProblemKind::Usage, "usage", line)
        }
        CliError::Said(_) => Problem::new(ProblemKind::Failure, "failed", "it did not work"),
    }
}
