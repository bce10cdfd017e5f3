//! The front end as a state machine: what happens comes in as a [`Msg`], what is to be done
//! goes out as [`Effect`]s, and finished rows collect for the scrollback.
//!
//! `update` says what each message means; `keys`, `events`, `modal` and `commands` do it by
//! kind, `offers` finds what completes a word, `voices` keeps the bots apart. No input or
//! output here: `run` does what is asked.

mod activity;
mod attach;
mod away;
mod commands;
mod copying;
mod drafts;
mod events;
pub(crate) mod first;
mod keys;
mod looks;
mod mentions;
mod message;
mod modal;
mod mouse;
mod offers;
mod past;
mod secrets;
mod update;
mod voices;
mod waiting;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use nanofolks_protocol::command::Catalog;
use nanofolks_protocol::{
    ApprovalId, ApprovalMode, BotId, BotProfile, EnvelopeId, Event, Message, Op, Problem, RoomId,
    SessionId, Timestamp, TurnId, TurnOptions,
};
use ratatui::layout::Size;

pub use self::activity::Activities;
use self::away::Heard;
pub use self::commands::{OWN, Popup};
pub(crate) use self::events::{bytes, span};
pub use self::first::{First, Of, Work};
pub use self::message::{Effect, Msg, Wish};
pub use self::modal::{
    Ask, Choice, Confirm, Field, Item, Modal, ModalKind, Modals, Pick, Picker, Question, Unseen,
};
pub use self::offers::Suggestion;
pub use self::voices::{Running, Voice};
use crate::composer::{Composer, Draft, Sending};
use crate::glyphs::Glyphs;
use crate::markdown::{Languages, Look};
use crate::text::Row;
use crate::theme::{Role, Theme};

#[cfg(test)]
pub(crate) mod stage;
#[cfg(test)]
pub(crate) mod tests;

/// What Enter does while a turn runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Busy {
    /// The text waits for its turn.
    #[default]
    Queue,
    /// The text joins the turn.
    Steer,
    /// The turn is stopped first.
    Interrupt,
}

/// The house, opened.
#[derive(Debug)]
pub struct Opened {
    /// What is wanted of each turn.
    pub options: TurnOptions,
    /// The team.
    pub bots: Vec<BotProfile>,
    /// The model that answers when none is named.
    pub model: Result<String, Problem>,
    /// The commands.
    pub catalog: Catalog,
    /// What Enter does while a turn runs.
    pub busy: Busy,
    /// What was typed in earlier conversations, oldest first.
    pub history: Vec<String>,
    /// Whether the keys of the line are those of vi.
    pub vi: bool,
    /// The room and what happened there.
    pub past: Past,
    /// Why the vault has to be opened before the room goes on; nothing when it has not.
    pub locked: Option<String>,
}

/// A room as it is entered.
#[derive(Debug)]
pub struct Past {
    /// The room.
    pub room: RoomId,
    /// Its session.
    pub session: Option<SessionId>,
    /// What was said before its newest events.
    pub said: Said,
    /// Its newest events, oldest first.
    pub events: Vec<Event>,
    /// The number of its newest event.
    pub seq: u64,
    /// What the person should know about it.
    pub remark: Option<String>,
    /// What was being typed there.
    pub draft: Option<Draft>,
    /// Messages that wait for their turn there.
    pub waiting: Vec<(EnvelopeId, String)>,
    /// Questions that wait in other rooms, and until when.
    pub elsewhere: Vec<(ApprovalId, RoomId, Option<Timestamp>)>,
}

/// What was said earlier.
#[derive(Debug, Default)]
pub struct Said {
    /// How many messages there are above these.
    pub above: u64,
    /// Messages, oldest first.
    pub messages: Vec<Arc<Message>>,
}

/// A turn that runs.
#[derive(Debug, Clone)]
pub struct Turn {
    /// Its name.
    pub id: TurnId,
    /// When it began.
    pub since: Timestamp,
    /// Whether its message was sent from here.
    pub ours: bool,
}

/// What was used so far.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Spent {
    /// Tokens, in and out.
    pub tokens: u64,
    /// US dollars.
    pub cost: f64,
    /// Whether all prices were known.
    pub known: bool,
}

/// All state of the front end.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what is shown and what was asked are independent"
)]
pub struct App {
    /// The look of each role.
    pub theme: Theme,
    /// The marks.
    pub glyphs: Glyphs,
    /// Whether the terminal knows links.
    pub links: bool,
    /// The grammars.
    pub languages: Languages,
    /// The size of the window.
    pub size: Size,
    /// What is being typed.
    pub composer: Composer,
    /// The time of the present message.
    pub now: Timestamp,
    /// The room, once the house is open.
    pub room: Option<RoomId>,
    /// The session.
    pub session: Option<SessionId>,
    /// What is wanted of each turn.
    pub options: TurnOptions,
    /// The team.
    pub bots: Vec<BotProfile>,
    /// The model that answers when none is named.
    pub model: String,
    /// The commands.
    pub catalog: Catalog,
    /// What Enter does while a turn runs.
    pub busy: Busy,
    /// The turn that runs.
    pub turn: Option<Turn>,
    /// The bots that are speaking, in the order in which they began.
    pub voices: Vec<Voice>,
    /// Messages that wait for their turn.
    pub queue: Vec<(EnvelopeId, String)>,
    /// What the person is asked.
    pub modals: Modals,
    /// Completion of what is being typed.
    pub popup: Option<Popup>,
    /// The first run, while it lasts.
    pub first: Option<First>,
    /// How full the model's window is: used, of how much.
    pub context: Option<(u64, u64)>,
    /// What was used.
    pub spent: Spent,
    /// How long the last turn took, in milliseconds.
    pub took: Option<u64>,
    /// Whether the terminal's own cursor may stand in the line that is typed.
    pub own_cursor: bool,
    /// Whether the terminal's other screen cannot be used.
    pub one_screen: bool,
    /// Whether what was drawn last wants the window for itself.
    pub whole: bool,
    /// Whether the terminal shows its other screen now.
    pub is_other: bool,
    /// Whether everything is for that one, until the window is larger.
    pub is_away: bool,
    /// Where it stands in the live region: column and row.
    pub caret: Option<(u16, u16)>,
    /// A line for the moment.
    pub hint: Option<String>,
    /// When that line was first shown.
    hinted: Option<Timestamp>,
    /// Whether more is shown of tools and decisions.
    pub details: bool,
    /// What completes arguments, as far as it is known.
    known: offers::Known,
    /// Whether more is shown of what is going on right now.
    pub unfolded: bool,
    activities: Activities,
    secrets: secrets::Secrets,
    /// Whether a first choice was just made.
    welcomed: bool,
    /// Whether who was chosen was reached.
    reached: Option<Result<(), Problem>>,
    /// Questions that wait in other rooms.
    elsewhere: BTreeMap<ApprovalId, (RoomId, Option<Timestamp>)>,
    /// Whether the theme was chosen, not found by the background.
    theme_chosen: bool,
    owner: Option<BotId>,
    /// What is said in other rooms.
    away: HashMap<RoomId, Heard>,
    /// Typed before the house was open.
    early: Vec<Sending>,
    /// How far the line is kept.
    kept: drafts::Kept,
    /// Answers that can be copied, oldest first.
    answers: VecDeque<String>,
    /// Messages on their way, as they were typed, and the one that is being taken back.
    sent: Vec<(EnvelopeId, Draft)>,
    taking: Option<EnvelopeId>,
    /// What is to be said about what goes along with messages.
    along: Vec<(EnvelopeId, Vec<String>)>,
    files: mentions::Listing,
    /// Whether the mouse is ours.
    mouse: bool,
    /// The row of the live region where the line begins, and how many of its rows are above.
    pub(crate) line_from: u16,
    pub(crate) line_skipped: u16,
    seen: u64,
    rows: Vec<Row>,
    parted: bool,
    leaving: Option<Timestamp>,
    /// What the engine is told when the person leaves.
    farewell: Option<Op>,
    focused: bool,
    replaying: bool,
    /// Whether missing events were asked for.
    asked_again: bool,
    /// Whether something was written since.
    more_news: bool,
    /// The list that is shown and is being looked at again.
    renewing: Option<&'static str>,
    /// The list that the last key called for and that is not there yet.
    called_by_key: Option<&'static str>,
    /// When the window last changed its size, and for how long it counts as settling then.
    resized: Option<(Timestamp, i64)>,
    settling: bool,
    effects: Vec<Effect>,
}

/// For so long a line for the moment is shown, unless a key takes it away.
const MOMENT: i64 = 5000;

/// For so long after a change of the window's size next to nothing is shown: the next change
/// finds nothing that it could break.
const SETTLING: i64 = 300;
/// The same when the window had changed shortly before: somebody is still at it.
const RESTLESS: i64 = 1000;
/// What "shortly before" is.
const LATELY: i64 = 3000;

impl App {
    /// A front end before the house is open.
    #[must_use]
    pub fn new(theme: Theme, glyphs: Glyphs, links: bool, size: Size, now: Timestamp) -> Self {
        Self {
            theme,
            glyphs,
            links,
            languages: Languages::default(),
            size,
            composer: Composer::default(),
            now,
            room: None,
            session: None,
            options: TurnOptions::default(),
            bots: Vec::new(),
            model: String::new(),
            catalog: Catalog::default(),
            busy: Busy::default(),
            turn: None,
            voices: Vec::new(),
            queue: Vec::new(),
            modals: Modals::default(),
            popup: None,
            first: None,
            context: None,
            spent: Spent { known: true, ..Spent::default() },
            took: None,
            own_cursor: false,
            one_screen: false,
            whole: false,
            is_other: false,
            is_away: false,
            caret: None,
            hint: None,
            hinted: None,
            details: false,
            known: offers::Known::default(),
            unfolded: false,
            activities: Activities::default(),
            secrets: secrets::Secrets::default(),
            welcomed: false,
            reached: None,
            elsewhere: BTreeMap::new(),
            theme_chosen: false,
            owner: None,
            away: HashMap::new(),
            early: Vec::new(),
            kept: drafts::Kept::default(),
            answers: VecDeque::new(),
            sent: Vec::new(),
            taking: None,
            along: Vec::new(),
            files: mentions::Listing::default(),
            mouse: false,
            line_from: 0,
            line_skipped: 0,
            seen: 0,
            rows: Vec::new(),
            parted: true,
            leaving: None,
            farewell: None,
            focused: true,
            replaying: false,
            asked_again: false,
            more_news: false,
            renewing: None,
            called_by_key: None,
            resized: None,
            settling: false,
            effects: Vec::new(),
        }
    }

    /// What rows are made for.
    #[must_use]
    pub fn look(&self) -> Look<'_> {
        Look {
            theme: &self.theme,
            width: self.size.width,
            links: self.links,
            languages: &self.languages,
        }
    }

    /// Says who is there, and what is wrong with the theme.
    pub fn greet(&mut self, greeting: &str, trouble: Option<&str>) {
        self.remark(Role::Dim, greeting);
        if let Some(trouble) = trouble {
            self.remark(Role::Warn, trouble);
        }
    }

    /// The rows that are finished since the last time.
    pub fn take_rows(&mut self) -> Vec<Row> {
        self.settle();
        std::mem::take(&mut self.rows)
    }

    /// Whether the window has just changed its size.
    #[must_use]
    pub fn is_settling(&self) -> bool {
        self.settling
            && self.resized.is_some_and(|(since, long)| self.now.millis_since(since) < long)
    }

    /// What is asked is not on the screen before the window has settled, and takes no keys.
    pub(crate) fn hide_question(&mut self) {
        if let Some((since, long)) = self.resized {
            self.modals.appear(since.plus_millis(long));
        }
    }

    /// The window has another size.
    fn resize(&mut self, size: Size) {
        self.size = size;
        let lately = self.resized.is_some_and(|(since, _)| self.now.millis_since(since) < LATELY);
        self.resized = Some((self.now, if lately { RESTLESS } else { SETTLING }));
        self.settling = true;
    }

    /// Whether a turn runs.
    #[must_use]
    pub const fn is_busy(&self) -> bool {
        self.turn.is_some()
    }

    /// How much is allowed without asking.
    #[must_use]
    pub const fn mode(&self) -> ApprovalMode {
        self.options.approval
    }

    /// The newest number seen.
    #[must_use]
    pub const fn seen(&self) -> u64 {
        self.seen
    }

    /// When something on the screen changes by itself, in milliseconds from now.
    #[must_use]
    pub fn wakes_in(&self) -> Option<u64> {
        let leaving = self.leaving.map(|since| left(since.plus_millis(2000), self.now));
        let ask = self.modals.wakes_in(self.now);
        let elapsed = self.turn.as_ref().map(|turn| {
            1000 - u64::try_from(self.now.millis_since(turn.since)).unwrap_or(0) % 1000
        });
        let settled = self.resized.filter(|_| self.settling);
        let settled = settled.map(|(since, long)| left(since.plus_millis(long), self.now));
        let first = self.first.as_ref().and_then(First::wakes_in);
        let keeps = self.keeps_in();
        let hint = self.hinted.map(|since| left(since.plus_millis(MOMENT), self.now).max(1));
        [leaving, ask, elapsed, settled, first, hint, keeps].into_iter().flatten().min()
    }

    /// A row for the scrollback. In the middle of an answer its bot is named again when it goes
    /// on, so that nobody wonders whose words they are.
    fn say(&mut self, row: Row) {
        if let Some(owner) = &self.owner
            && let Some(voice) = self.voices.iter_mut().find(|voice| voice.bot == *owner)
        {
            voice.headed = false;
        }
        self.put(row);
    }

    /// A row of an answer.
    fn put(&mut self, row: Row) {
        self.parted = row.is_empty();
        self.rows.push(row);
    }

    /// A blank row, unless there is one.
    fn part(&mut self) {
        if !self.parted {
            self.say(Row::default());
        }
    }

    /// A remark in the scrollback.
    fn remark(&mut self, role: Role, text: &str) {
        let style = self.theme.style(role);
        let clean = nanofolks_security::terminal::clean(text).into_owned();
        for line in clean.lines() {
            self.say(Row::of(crate::text::expand_tabs(line, 0, 4).into_owned(), style));
        }
    }

    fn problem(&mut self, problem: &Problem) {
        let hint = match &*problem.code {
            // What is said elsewhere about it are commands of a shell.
            "no_model" => Some("/setup chooses who answers, at any time"),
            _ => problem.hint.as_deref(),
        };
        let hint = hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
        let text = format!("{} {}{hint}", self.glyphs.bad, problem.message);
        self.remark(Role::Bad, &text);
    }

    fn wish(&mut self, op: Op) {
        self.effects.push(Effect::Submit(Wish::Plain(Box::new(op))));
    }

    /// A bot's number in the team, its mark and its name.
    #[must_use]
    pub fn bot(&self, id: &BotId) -> (usize, String, String) {
        let found = self.bots.iter().position(|bot| bot.id == *id);
        let Some((number, bot)) = found.and_then(|at| Some((at, self.bots.get(at)?))) else {
            return (0, self.glyphs.bot.to_owned(), id.to_string());
        };
        let mark = if self.glyphs.emoji && !bot.emoji.is_empty() {
            nanofolks_security::terminal::clean(&bot.emoji).into_owned()
        } else {
            self.glyphs.bot.to_owned()
        };
        (number, mark, nanofolks_security::terminal::clean(&bot.title).into_owned())
    }
}

/// Milliseconds until a time.
fn left(until: Timestamp, now: Timestamp) -> u64 {
    u64::try_from(until.millis_since(now)).unwrap_or(0)
}
