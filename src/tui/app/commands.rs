//! Slash commands: completion while one is typed, and what they leave to the front.

use nanofolks_protocol::command::{Category, Completes, Then};
use nanofolks_protocol::{CommandOutput, CommandSpec};

use super::{App, Effect, Wish};
use crate::text::Row;
use crate::theme::Role;

/// Most offers that are listed.
const MOST: usize = 50;

/// What can be completed where the cursor is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Popup {
    /// Where the word begins.
    pub from: usize,
    /// The offers: what is put in, and what is said about it.
    pub offers: Vec<(String, String)>,
    /// Which offer is marked.
    pub at: usize,
    /// Whether the person marked it.
    pub marked: bool,
}

impl Popup {
    /// The person marks an offer.
    pub(super) const fn mark(&mut self, at: usize) {
        (self.at, self.marked) = (at, true);
    }
}

impl App {
    /// Looks again at what can be completed. A line of the history takes no offers: the keys
    /// that walk through it would be theirs.
    pub(super) fn look_up(&mut self) {
        if self.composer.is_normal() || self.composer.is_recalled() {
            self.popup = None;
            return;
        }
        self.want_offers();
        self.want_mentioned();
        let line = self.composer.before_cursor();
        self.popup = self.offers(line).filter(|popup| !popup.offers.is_empty());
    }

    fn offers(&self, line: &str) -> Option<Popup> {
        if let Some((from, completes)) = self.catalog.awaited(line) {
            let word = line.get(from..)?.to_lowercase();
            let offers = match completes {
                Completes::Command => self.command_offers(word.strip_prefix('/')?),
                Completes::Words(words) => alike(words.iter().copied(), &word),
                Completes::File => self.file_offers(&word),
                Completes::Bot => alike(self.bots.iter().map(|bot| bot.id.as_str()), &word),
                Completes::Model
                | Completes::Room
                | Completes::Session
                | Completes::Approval
                | Completes::Provider
                | Completes::Theme => self.completions(completes, &word),
                Completes::Number | Completes::Text => Vec::new(),
            };
            return Some(Popup { from, offers, at: 0, marked: false });
        }
        self.mentioned(line)
    }

    fn command_offers(&self, word: &str) -> Vec<(String, String)> {
        let fits = |name: &str| name.starts_with(word);
        let found = self.catalog.iter().filter(|spec| spec.names().any(fits));
        let offers = found.map(|spec| {
            let usage = spec.usage();
            let arguments = usage.split_once(' ').map(|(_, rest)| rest).unwrap_or_default();
            let about = if arguments.is_empty() {
                spec.summary.to_owned()
            } else {
                format!("{arguments}  {}", spec.summary)
            };
            (format!("/{} ", spec.name), about)
        });
        offers.take(MOST).collect()
    }

    /// Puts in the marked offer.
    pub(super) fn accept(&mut self) {
        if let Some(popup) = self.popup.take()
            && let Some((text, _)) = popup.offers.get(popup.at)
        {
            self.composer.complete(popup.from, text);
        }
        self.look_up();
    }

    /// Carries a command out: what only this front has, it does itself, and what nobody has
    /// is said to nobody.
    pub(super) fn command(&mut self, name: &str, rest: &str) {
        let spec = match self.catalog.find(name) {
            Ok(spec) => spec,
            Err(problem) => return self.problem(&problem),
        };
        // A list is chosen from here, whoever carries the choice out.
        if rest.is_empty() && self.pick_for(spec.name) {
            return;
        }
        let rest = rest.to_owned();
        if spec.name == "help" {
            match self.catalog.help(&rest) {
                Ok(text) => {
                    self.part();
                    self.remark(Role::Text, &text);
                    if rest.is_empty() {
                        let names = "@file sends a file along, #room names a room.";
                        self.remark(Role::Text, names);
                    }
                }
                Err(problem) => self.problem(&problem),
            }
        } else if OWN.iter().any(|own| own.name == spec.name) {
            self.then(Then::Own { name: spec.name, rest });
        } else {
            let line = format!("/{} {rest}", spec.name);
            self.effects.push(Effect::Submit(Wish::Command(line.trim_end().to_owned())));
        }
    }

    /// Shows what a command had to say and does what it leaves to the front.
    pub(super) fn told(&mut self, said: &CommandOutput) {
        if let Some((question, line)) = confirmed(said) {
            self.ask_whether(question, line);
            return;
        }
        if self.offer_choices(said) {
            return;
        }
        self.part();
        self.remark(Role::Text, said.text.trim_end());
        if let Some(table) = &said.table {
            let mut rows = vec![table.head.clone()];
            rows.extend(table.rows.iter().cloned());
            for (number, row) in columns(&rows).into_iter().enumerate() {
                self.remark(if number == 0 { Role::Strong } else { Role::Text }, &row);
            }
        }
        for choice in &said.choices {
            let line = format!("{}  {}", choice.line, choice.label);
            self.remark(Role::Dim, &line);
        }
        for step in said.then.clone() {
            self.then(step);
        }
    }

    pub(super) fn then(&mut self, step: Then) {
        match step {
            Then::Room(room) => {
                self.leave_line();
                self.effects.push(Effect::Enter(room));
            }
            Then::Session(session) => self.go_on(session),
            Then::Model(model) => {
                self.model = model.to_string();
                self.options.model = Some(model);
            }
            Then::Bot(bot) => self.options.bot = Some(bot),
            Then::Approval(mode) => self.options.approval = mode,
            Then::Follow { session, .. } => self.session = Some(session),
            Then::Own { name: "exit", .. } => self.effects.push(Effect::Leave),
            Then::Own { name: "details", rest } => self.details_wish(&rest),
            Then::Own { name: "expand", rest } => self.expand_wish(&rest),
            Then::Own { name, rest } if rest.is_empty() && self.pick_for(name) => {}
            Then::Own { name: "theme", rest } => self.choose_theme(&rest),
            Then::Own { name: "auth", rest } => self.ask_key_of(&rest),
            Then::Own { name: "unlock", .. } => self.effects.push(Effect::LookAtVault),
            Then::Own { name: "redraw", .. } => self.effects.push(Effect::Redraw),
            Then::Own { name: "keys", .. } => self.keys_help(),
            Then::Own { name: "copy", rest } => self.copy(&rest),
            Then::Own { name: "image", rest } => self.attach(&rest),
            Then::Own { name: "paste", .. } => self.attach(""),
            Then::Own { name: "mouse", .. } => self.toggle_mouse(),
            Then::Own { name: "setup", .. } => self.look_around(),
            Then::Own { name, rest } => self.effects.push(Effect::Own { name, rest }),
            Then::Confirm { question, line } => self.ask_whether(question, line),
        }
    }

    fn keys_help(&mut self) {
        for (keys, about) in KEYS {
            let row = Row::of(format!("{keys:<28} {about}"), self.theme.style(Role::Text));
            self.say(row);
        }
    }
}

/// The keys, for people.
const KEYS: &[(&str, &str)] = &[
    ("Enter", "send; while a turn runs, the text waits for its turn"),
    ("Alt+Enter, Ctrl+J, \\ Enter", "a new line"),
    ("Esc", "stop what runs"),
    ("Ctrl+C", "clear the line, or stop what runs; twice leaves"),
    ("Ctrl+D", "leave, when the line is empty"),
    ("Tab", "complete a command, @bot, @file or #room"),
    ("Up, Delete", "with an empty line: take the last message that waits back, drop it"),
    ("Up, Down, Ctrl+P, Ctrl+N", "earlier lines"),
    ("Ctrl+R", "search earlier lines"),
    ("Ctrl+G, Ctrl+X Ctrl+E", "edit in $EDITOR"),
    ("Alt+V, Ctrl+V", "send the picture in the clipboard along"),
    ("Ctrl+A, E, B, F, Alt+B, F", "move; Alt+<, Alt+> to the ends"),
    ("Ctrl+K, U, W, Alt+D", "cut"),
    ("Ctrl+Y, Alt+Y", "put back what was cut; Alt+Y what was cut before"),
    ("Ctrl+T, Alt+T", "swap characters, words"),
    ("Alt+U, L, C", "capitals, small letters, a capital"),
    ("Ctrl+_, Alt+_", "undo, redo"),
    ("Ctrl+O", "more of what runs; else the last call or thought in full"),
    ("F2, F3, F4", "the team and the rooms with what goes on there; the sessions"),
    ("F1, F5, F6", "these keys; what is asked; what waits"),
    ("Ctrl+L", "draw again"),
    ("Ctrl+Z", "to the background"),
];

/// Commands that only this front has.
pub const OWN: &[CommandSpec] = &[
    own(
        "theme",
        "show the themes or choose one",
        &[nanofolks_protocol::command::Argument {
            name: "NAME",
            completes: Completes::Theme,
            needed: false,
        }],
    ),
    own(
        "copy",
        "copy the last answer, the one N before, or the last piece of code",
        &[nanofolks_protocol::command::Argument {
            name: "N|code|last",
            completes: Completes::Words(&["last", "code"]),
            needed: false,
        }],
    ),
    own(
        "image",
        "send a picture along with the next message",
        &[nanofolks_protocol::command::Argument {
            name: "PATH",
            completes: Completes::File,
            needed: false,
        }],
    ),
    own("paste", "send the picture in the clipboard along", &[]),
    own("mouse", "take the mouse for the line and the lists, or give it back", &[]),
    own(
        "auth",
        "store the key of a provider; it is typed unseen",
        &[nanofolks_protocol::command::Argument {
            name: "PROVIDER",
            completes: Completes::Provider,
            needed: false,
        }],
    ),
    own("unlock", "open the vault with the stored keys; its passphrase is typed unseen", &[]),
    own("keys", "show the keys", &[]),
    own(
        "expand",
        "show a tool call or a thought in full: the last one, or the Nth last",
        &[nanofolks_protocol::command::Argument {
            name: "N",
            completes: Completes::Number,
            needed: false,
        }],
    ),
    own("redraw", "draw the screen again", &[]),
    own("setup", "choose who answers: a key, a server, a model on this machine", &[]),
];

const fn own(
    name: &'static str,
    summary: &'static str,
    arguments: &'static [nanofolks_protocol::command::Argument],
) -> CommandSpec {
    CommandSpec {
        name,
        aliases: &[],
        summary,
        category: Category::Settings,
        arguments,
        busy: nanofolks_protocol::command::WhileBusy::Bypass,
        surface: nanofolks_protocol::command::Surface::Terminal,
        destructive: false,
    }
}

/// What is asked before a command does anything.
fn confirmed(said: &CommandOutput) -> Option<(String, String)> {
    said.then.iter().find_map(|step| match step {
        Then::Confirm { question, line } => Some((question.clone(), line.clone())),
        _ => None,
    })
}

fn alike<'a>(words: impl Iterator<Item = &'a str>, begin: &str) -> Vec<(String, String)> {
    let found = words.filter(|word| word.starts_with(begin));
    found.map(|word| (format!("{word} "), String::new())).collect()
}

/// Rows of cells as lines with aligned columns.
fn columns(rows: &[Vec<String>]) -> Vec<String> {
    use unicode_width::UnicodeWidthStr as _;
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|it| it.width()).max();
    let widths: Vec<_> = (0..count).map(|at| widest(at).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width()) + 2));
        }
        line.trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}
