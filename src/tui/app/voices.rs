//! Bots that are speaking. Their words reach the scrollback whole and one after another: a
//! lone bot's as they are finished, those of several in the order in which they end.

use nanofolks_protocol::{BotId, CallId};

use super::App;
use crate::markdown::{Look, Markdown};
use crate::text::{Piece, Row};
use crate::theme::Role;

/// A bot that is speaking.
#[derive(Debug)]
pub struct Voice {
    /// The bot.
    pub bot: BotId,
    /// Tools it has at work.
    pub tools: Vec<Running>,
    /// The last of its thoughts, while it has not spoken.
    pub thought: String,
    /// Whether its name is in the scrollback.
    pub headed: bool,
    markdown: Markdown,
    /// What it said so far, as it came.
    said: String,
    /// Whether the next piece begins another reply.
    again: bool,
    /// Whether pieces were lost: the rest comes with the end.
    torn: bool,
    held: Vec<Row>,
    /// Its place in the order of endings.
    ended: Option<u64>,
}

/// A tool at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// The call.
    pub call: CallId,
    /// What it does, for people.
    pub summary: String,
    /// The last line it wrote.
    pub output: String,
}

impl Voice {
    pub(super) fn new(bot: BotId) -> Self {
        Self {
            bot,
            tools: Vec::new(),
            thought: String::new(),
            headed: false,
            markdown: Markdown::default(),
            said: String::new(),
            again: false,
            torn: false,
            held: Vec::new(),
            ended: None,
        }
    }

    /// Whether it has said everything.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.ended.is_some()
    }

    /// What it is saying, as far as it is not in the scrollback.
    #[must_use]
    pub fn tail(&self, look: Look<'_>) -> Vec<Row> {
        let mut rows = self.held.clone();
        if !self.markdown.is_empty() {
            rows.extend(self.markdown.tail(look));
        }
        rows
    }

    pub(super) fn piece(&mut self, text: &str) {
        if self.torn || text.is_empty() {
            return;
        }
        self.thought.clear();
        if std::mem::take(&mut self.again) && !self.said.is_empty() {
            self.push("\n\n");
        }
        self.push(text);
    }

    fn push(&mut self, text: &str) {
        self.markdown.push(text);
        self.said.push_str(text);
    }

    pub(super) fn think(&mut self, text: &str) {
        self.thought.push_str(text);
        let over = self.thought.len().saturating_sub(400);
        let cut = (over..=self.thought.len()).find(|at| self.thought.is_char_boundary(*at));
        self.thought.drain(..cut.unwrap_or(0));
    }

    /// A reply is over; what comes next is another one.
    pub(super) const fn reply_ended(&mut self) {
        self.again = true;
    }

    /// Pieces were lost.
    pub(super) const fn torn(&mut self) {
        self.torn = true;
    }

    /// A row of its own between its words: a tool, a remark.
    pub(super) fn aside(&mut self, row: Row, look: Look<'_>) {
        self.held.extend(self.markdown.finish(look));
        if self.held.last().is_some_and(|last| !last.is_empty()) && !is_aside(self.held.last()) {
            self.held.push(Row::default());
        }
        self.held.push(row);
    }

    /// The whole answer is known: adds what is missing.
    pub(super) fn complete(&mut self, whole: &str, look: Look<'_>) {
        let said = self.said.trim_end().to_owned();
        match whole.strip_prefix(&said) {
            Some(missing) => {
                let came = self.said.get(said.len()..).unwrap_or_default();
                let missing = missing.strip_prefix(came).unwrap_or(missing).to_owned();
                self.push(&missing);
            }
            None if whole.split_whitespace().eq(said.split_whitespace()) => {}
            // More was shown than was kept.
            None if said.starts_with(whole.trim_end()) => {}
            None => {
                // Something in the middle differs from what was shown: it is said again.
                self.held.extend(self.markdown.finish(look));
                self.held.push(Row::default());
                self.markdown.push(whole);
            }
        }
        self.held.extend(self.markdown.finish(look));
        self.thought.clear();
    }

    /// There will be no more of it.
    pub(super) fn end(&mut self, look: Look<'_>, order: u64) {
        self.held.extend(self.markdown.finish(look));
        self.tools.clear();
        self.thought.clear();
        self.ended.get_or_insert(order);
    }
}

/// Whether a row begins like one that stands beside the text.
fn is_aside(row: Option<&Row>) -> bool {
    row.is_some_and(|row| row.plain().starts_with("  "))
}

impl App {
    /// The voice of a bot; a new one when it has none.
    pub(super) fn voice(&mut self, bot: &BotId) -> &mut Voice {
        let at = self.voices.iter().position(|voice| voice.bot == *bot && !voice.is_over());
        let at = at.unwrap_or_else(|| {
            self.voices.push(Voice::new(bot.clone()));
            self.voices.len() - 1
        });
        &mut self.voices[at]
    }

    /// Whether a bot is speaking.
    pub(super) fn speaks(&self, bot: &BotId) -> bool {
        self.voices.iter().any(|voice| voice.bot == *bot && !voice.is_over())
    }

    /// Does something with a voice and the look of things.
    pub(super) fn with_voice(&mut self, bot: &BotId, act: impl FnOnce(&mut Voice, Look<'_>)) {
        self.voice(bot);
        let look = Look {
            theme: &self.theme,
            width: self.size.width,
            links: self.links,
            languages: &self.languages,
        };
        let voice = self.voices.iter_mut().find(|voice| voice.bot == *bot && !voice.is_over());
        if let Some(voice) = voice {
            act(voice, look);
        }
    }

    /// Ends all voices: the turn is over.
    pub(super) fn end_voices(&mut self) {
        let bots: Vec<_> = self.voices.iter().map(|voice| voice.bot.clone()).collect();
        for bot in bots {
            self.end_voice(&bot);
        }
        self.settle();
    }

    pub(super) fn end_voice(&mut self, bot: &BotId) {
        if self.speaks(bot) {
            let order = self.voices.iter().filter_map(|voice| voice.ended).max().unwrap_or(0) + 1;
            self.with_voice(bot, |voice, look| voice.end(look, order));
        }
    }

    /// Moves what is finished to the scrollback.
    pub(super) fn settle(&mut self) {
        let look = Look {
            theme: &self.theme,
            width: self.size.width,
            links: self.links,
            languages: &self.languages,
        };
        for voice in &mut self.voices {
            let made = voice.markdown.take(look);
            voice.held.extend(made);
        }
        loop {
            let at = match &self.owner {
                Some(owner) => self.voices.iter().position(|voice| voice.bot == *owner),
                None => {
                    let over = self.voices.iter().enumerate().filter(|(_, v)| v.is_over());
                    let first = over.min_by_key(|(_, voice)| voice.ended).map(|(at, _)| at);
                    first.or_else(|| self.alone())
                }
            };
            let Some(at) = at else {
                self.owner = None;
                return;
            };
            let voice = &mut self.voices[at];
            let (bot, over) = (voice.bot.clone(), voice.is_over());
            let rows = std::mem::take(&mut voice.held);
            let headed = voice.headed;
            voice.headed |= !rows.is_empty();
            if !rows.is_empty() {
                if !headed {
                    self.part();
                    let head = self.head(&bot);
                    self.say(head);
                }
                self.owner = Some(bot);
                for row in rows {
                    self.say(row);
                }
            }
            if !over {
                return;
            }
            self.voices.remove(at);
            self.owner = None;
        }
    }

    /// The place of the only voice, when nobody else speaks.
    fn alone(&self) -> Option<usize> {
        (self.voices.len() == 1).then_some(0)
    }

    /// The row with a bot's name.
    #[must_use]
    pub fn head(&self, bot: &BotId) -> Row {
        let (number, mark, name) = self.bot(bot);
        let style = self.theme.bot(number);
        [Piece::new(format!("{mark} {name}"), style)].into_iter().collect()
    }

    /// A row that stands beside the text.
    pub(super) fn aside_row(&self, mark: &'static str, role: Role, text: &str) -> Row {
        let clean = nanofolks_security::terminal::clean(text);
        let line = clean.lines().next().unwrap_or_default();
        let line = crate::text::expand_tabs(line, 0, 4).into_owned();
        [
            Piece::new(format!("  {mark} "), self.theme.style(role)),
            Piece::new(line, self.theme.style(Role::Tool)),
        ]
        .into_iter()
        .collect()
    }
}
