//! Bots that are speaking. Their words reach the scrollback whole and one after another: a
//! lone bot's as they are finished, those of several in the order in which they end.

use nanofolks_protocol::{BotId, CallId, Timestamp, ToolCall};

use super::App;
use crate::markdown::{Look, Markdown};
use crate::text::{Piece, Row};
use crate::theme::Role;

#[cfg(test)]
mod tests;

/// Most finished rows that are shown of a bot that waits for others to end.
const SHOWN: usize = 100;

/// A bot that is speaking.
#[derive(Debug)]
pub struct Voice {
    /// The bot.
    pub bot: BotId,
    /// Tools it has at work.
    pub tools: Vec<Running>,
    /// Calls it has asked for, until they have ended.
    pub(super) calls: Vec<ToolCall>,
    thought: Option<Thought>,
    /// Whether its name is in the scrollback.
    pub headed: bool,
    markdown: Markdown,
    /// What it said so far, as it came.
    said: String,
    /// How many replies have ended since its last piece.
    replies: u32,
    /// Whether pieces were lost: the rest comes with the end.
    torn: bool,
    held: Vec<Row>,
    /// What stood last among its rows.
    last: Last,
    /// Its place in the order of endings.
    ended: Option<u64>,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Last {
    #[default]
    Nothing,
    Text,
    Aside,
}

/// What a bot thinks before it speaks.
#[derive(Debug)]
pub(super) struct Thought {
    /// All of it that was heard.
    pub(super) text: String,
    /// When it began.
    pub(super) since: Timestamp,
}

/// A tool at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// The call.
    pub call: CallId,
    /// The tool.
    pub tool: String,
    /// What it does, for people.
    pub summary: String,
    /// The end of what it wrote.
    pub output: String,
}

impl Running {
    /// It wrote something.
    pub(super) fn says(&mut self, text: &str) {
        self.output.push_str(text);
        keep_end(&mut self.output, OUTPUT);
    }
}

/// What is kept of the output of a running tool, and of a thought.
const OUTPUT: usize = 8_000;
const THOUGHT: usize = 100_000;

/// Cuts the beginning off a text that is too long.
fn keep_end(text: &mut String, most: usize) {
    let over = text.len().saturating_sub(most);
    let cut = (over..=text.len()).find(|at| text.is_char_boundary(*at));
    text.drain(..cut.unwrap_or(0));
}

impl Voice {
    pub(super) fn new(bot: BotId) -> Self {
        Self {
            bot,
            tools: Vec::new(),
            calls: Vec::new(),
            thought: None,
            headed: false,
            markdown: Markdown::default(),
            said: String::new(),
            replies: 0,
            torn: false,
            held: Vec::new(),
            last: Last::Nothing,
            ended: None,
        }
    }

    /// A voice that has said the same, and shown nothing of it.
    pub(super) fn echo(&self) -> Self {
        let mut echo = Self::new(self.bot.clone());
        echo.repeat(self);
        echo
    }

    /// Says what another one has said.
    pub(super) fn repeat(&mut self, other: &Self) {
        self.piece(&other.said);
        (self.replies, self.torn) = (other.replies, self.torn || other.torn);
    }

    /// Whether it has said everything.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.ended.is_some()
    }

    /// What it is saying, as far as it is not in the scrollback.
    #[must_use]
    pub fn tail(&self, look: Look<'_>) -> Vec<Row> {
        let over = self.held.len().saturating_sub(SHOWN);
        let mut rows = self.held.get(over..).unwrap_or_default().to_vec();
        if !self.markdown.is_empty() {
            let tail = self.markdown.tail(look);
            if self.last == Last::Aside && tail.first().is_some_and(|row| !row.is_empty()) {
                rows.push(Row::default());
            }
            rows.extend(tail);
        }
        rows
    }

    pub(super) fn piece(&mut self, text: &str) {
        if self.torn || text.is_empty() {
            return;
        }
        if std::mem::take(&mut self.replies) > 0 && !self.said.is_empty() {
            self.push("\n\n");
        }
        self.push(text);
    }

    fn push(&mut self, text: &str) {
        self.markdown.push(text);
        self.said.push_str(text);
    }

    pub(super) fn think(&mut self, text: &str, now: Timestamp) {
        if text.is_empty() {
            return;
        }
        let new = || Thought { text: String::new(), since: now };
        let thought = self.thought.get_or_insert_with(new);
        thought.text.push_str(text);
        keep_end(&mut thought.text, THOUGHT);
    }

    /// What it thought, once it thinks no more.
    pub(super) fn take_thought(&mut self) -> Option<Thought> {
        self.thought.take().filter(|thought| !thought.text.trim().is_empty())
    }

    /// Whether it thinks right now.
    #[must_use]
    pub const fn is_thinking(&self) -> bool {
        self.thought.is_some()
    }

    /// The end of what it thinks right now, and since when.
    #[must_use]
    pub fn thinking(&self) -> Option<(&str, Timestamp)> {
        self.thought.as_ref().map(|thought| (thought.text.as_str(), thought.since))
    }

    /// A reply is over; what comes next is another one.
    pub(super) const fn reply_ended(&mut self) {
        self.replies = self.replies.saturating_add(1);
    }

    /// A reply that broke off goes on: what comes next belongs to its last words, if it had some.
    pub(super) const fn goes_on(&mut self) {
        if self.replies == 1 {
            self.replies = 0;
        }
    }

    /// Pieces were lost.
    pub(super) const fn torn(&mut self) {
        self.torn = true;
    }

    /// A row of its own between its words: a tool, a remark.
    pub(super) fn aside(&mut self, row: Row, look: Look<'_>) {
        let finished = self.markdown.finish(look);
        self.hold(finished);
        if self.last == Last::Text {
            self.part();
        }
        self.held.push(row);
        self.last = Last::Aside;
    }

    /// Finished rows of its words.
    fn hold(&mut self, rows: Vec<Row>) {
        let Some(first) = rows.first() else { return };
        if self.last == Last::Aside && !first.is_empty() {
            self.part();
        }
        self.held.extend(rows);
        self.last = Last::Text;
    }

    /// A blank row, unless one is there.
    fn part(&mut self) {
        if self.held.last().is_none_or(|last| !last.is_empty()) {
            self.held.push(Row::default());
        }
    }

    /// The whole answer is known: adds what is missing.
    pub(super) fn complete(&mut self, whole: &str, look: Look<'_>) {
        match missing(whole, &self.said) {
            Some(missing) => self.push(missing),
            // More was shown than was kept.
            None if missing(&self.said, whole).is_some() => {}
            None => {
                // Something in the middle differs from what was shown: it is said again.
                let finished = self.markdown.finish(look);
                self.hold(finished);
                self.part();
                self.markdown.push(whole);
            }
        }
        let finished = self.markdown.finish(look);
        self.hold(finished);
    }

    /// There will be no more of it.
    pub(super) fn end(&mut self, look: Look<'_>, order: u64) {
        let finished = self.markdown.finish(look);
        self.hold(finished);
        self.tools.clear();
        self.thought = None;
        self.ended.get_or_insert(order);
    }
}

/// What is missing of a whole when its beginning was said; nothing when it begins otherwise.
/// Spaces do not count: replies may be joined by others than those that were shown.
fn missing<'a>(whole: &'a str, said: &str) -> Option<&'a str> {
    let mut signs = whole.char_indices().filter(|(_, sign)| !sign.is_whitespace());
    let mut end = 0;
    for wanted in said.chars().filter(|sign| !sign.is_whitespace()) {
        let (at, _) = signs.next().filter(|(_, sign)| *sign == wanted)?;
        end = at + wanted.len_utf8();
    }
    let came = said.get(said.trim_end().len()..)?;
    let rest = whole.get(end..)?;
    Some(rest.strip_prefix(came).unwrap_or(rest))
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
        self.thought_over(bot);
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
            voice.hold(made);
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
                    if !self.parted {
                        self.put(Row::default());
                    }
                    let head = self.head(&bot);
                    self.put(head);
                }
                self.owner = Some(bot);
                for row in rows {
                    self.put(row);
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
