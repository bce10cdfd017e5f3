//! What bots do beside their answers: a row for each call and each thought, and all of it for
//! whoever asks.
//!
//! What is in the scrollback stays as it is. So nothing is unfolded there: Ctrl+O and
//! `/expand` say the whole below, and `/details on` says it at once from then on.

use std::collections::VecDeque;

use nanofolks_protocol::tool::CallStatus;
use nanofolks_protocol::{BotId, CallId, ToolCall, ToolResult};
use nanofolks_security::terminal::clean;
use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

use super::App;
use super::events::{bytes, one_line, span};
use super::voices::Running;
use crate::text::{Piece, Row, expand_tabs, fit};
use crate::theme::Role;

#[cfg(test)]
mod tests;

/// What is remembered of it: so many, and so many bytes.
const MOST: (usize, usize) = (200, 2_000_000);
/// Lines of one that are said when it is asked for.
const WHOLE: usize = 400;
/// Lines of one that are said of each while details are shown.
const DETAIL: usize = 20;

/// A call or a thought.
#[derive(Debug)]
struct Activity {
    /// Its row, without the mark.
    title: String,
    /// All of it.
    body: String,
}

/// The newest calls and thoughts.
#[derive(Debug, Default)]
pub struct Activities {
    kept: VecDeque<Activity>,
    bytes: usize,
    /// How many steps back the last one was that was asked for.
    back: usize,
}

impl Activities {
    fn keep(&mut self, title: String, body: String) {
        self.back = 0;
        self.bytes += body.len();
        self.kept.push_back(Activity { title, body });
        while self.kept.len() > MOST.0 || (self.bytes > MOST.1 && self.kept.len() > 1) {
            if let Some(gone) = self.kept.pop_front() {
                self.bytes -= gone.body.len();
            }
        }
    }

    /// The one so many steps back, 1 being the newest.
    fn nth(&self, back: usize) -> Option<&Activity> {
        self.kept.len().checked_sub(back).and_then(|at| self.kept.get(at))
    }
}

impl App {
    /// A bot wants to use a tool: its arguments are kept for whoever asks.
    pub(super) fn wants(&mut self, bot: &BotId, call: &ToolCall) {
        self.thought_over(bot);
        self.voice(bot).calls.push(call.clone());
    }

    /// A tool began.
    pub(super) fn begins(&mut self, bot: &BotId, call: &CallId, tool: &str, summary: &str) {
        self.thought_over(bot);
        let running = Running {
            call: call.clone(),
            tool: one_line(tool),
            summary: preview(tool, &one_line(summary)),
            output: String::new(),
        };
        self.voice(bot).tools.push(running);
    }

    /// A tool has ended: one row of how it went.
    pub(super) fn tool(&mut self, bot: &BotId, result: &ToolResult) {
        self.thought_over(bot);
        let voice = self.voice(bot);
        let at = voice.tools.iter().position(|tool| tool.call == result.call_id);
        let running = at.map(|at| voice.tools.remove(at));
        let at = voice.calls.iter().position(|call| call.id == result.call_id);
        let call = at.map(|at| voice.calls.remove(at));
        let (mark, role) = match result.status {
            CallStatus::Ok if result.ok => (self.glyphs.ok, Role::Ok),
            CallStatus::Cancelled => (self.glyphs.stopped, Role::Warn),
            _ => (self.glyphs.bad, Role::Bad),
        };
        let mut end = String::new();
        if let Some(error) = &result.error {
            end.push_str(&format!(": {}", one_line(&error.message)));
        } else {
            end.push_str(&format!("  {}", span(result.timing.run_ms)));
            let size = result.truncated.as_ref().map(|cut| cut.bytes);
            if let Some(size) = size.or_else(|| result.data.as_ref().map(size_of)) {
                end.push_str(&format!("  {}", bytes(size)));
            }
        }
        let name = one_line(&result.tool);
        let told = running.map(|tool| tool.summary).unwrap_or_default();
        let used = 4 + name.width() + 1 + end.width();
        let room = usize::from(self.size.width).saturating_sub(used).max(24);
        let told = fit(&told, room).into_owned();
        let gap = if told.is_empty() { "" } else { " " };
        let row: Row = [
            Piece::new(format!("  {mark} "), self.theme.style(role)),
            Piece::new(name.clone(), self.theme.style(Role::Text)),
            Piece::new(format!("{gap}{told}{end}"), self.theme.style(Role::Tool)),
        ]
        .into_iter()
        .collect();
        let body = whole(call.as_ref(), result);
        self.with_voice(bot, |voice, look| voice.aside(row, look));
        self.in_full(bot, format!("{name}{gap}{told}{end}"), body);
    }

    /// A bot stops thinking, if it thought: one row of how long.
    pub(super) fn thought_over(&mut self, bot: &BotId) {
        if !self.speaks(bot) {
            return;
        }
        let now = self.now;
        let Some(thought) = self.voice(bot).take_thought() else { return };
        let text = clean(&thought.text).into_owned();
        let ms = u64::try_from(now.millis_since(thought.since)).unwrap_or(0);
        let words = text.split_whitespace().count();
        let words = if words == 1 { "1 word".to_owned() } else { format!("{words} words") };
        let title = format!("thought for {}, {words}", span(ms));
        let row = self.aside_row(self.glyphs.thought, Role::Dim, &title);
        self.with_voice(bot, |voice, look| voice.aside(row, look));
        self.in_full(bot, title, text);
    }

    /// Keeps the whole of it; says it at once while details are shown.
    fn in_full(&mut self, bot: &BotId, title: String, body: String) {
        if self.details {
            for row in self.body_rows(&body, DETAIL) {
                self.with_voice(bot, |voice, look| voice.aside(row, look));
            }
        }
        self.activities.keep(title, body);
    }

    /// The lines of a text, set in, at most so many.
    fn body_rows(&self, body: &str, most: usize) -> Vec<Row> {
        let style = self.theme.style(Role::Dim);
        let row = |line: &str| Row::of(format!("    {}", expand_tabs(line, 0, 4)), style);
        let mut rows: Vec<Row> = body.lines().take(most).map(row).collect();
        let rest = body.lines().count().saturating_sub(most);
        if rest > 0 {
            rows.push(row(&format!("… {rest} more lines")));
        }
        rows
    }

    /// Ctrl+O: what is going on is shown with more or less of it; when nothing is, the whole
    /// of the newest call or thought is said, and with each further time that of the one before.
    pub(super) fn unfold(&mut self) {
        let is_live = self
            .voices
            .iter()
            .any(|voice| !voice.is_over() && (voice.is_thinking() || !voice.tools.is_empty()));
        if is_live {
            self.unfolded = !self.unfolded;
            return;
        }
        if self.activities.kept.is_empty() {
            self.hint = Some("nothing was done yet that could be shown in full".to_owned());
            return;
        }
        self.expand(self.activities.back + 1);
    }

    /// `/expand`: the whole of a call or a thought, the newest being 1.
    pub(super) fn expand_wish(&mut self, rest: &str) {
        match rest.trim() {
            "" => self.expand(1),
            number => match number.parse() {
                Ok(back @ 1..) => self.expand(back),
                _ => {
                    let text = format!("{} {number:?} is no number from 1 on", self.glyphs.bad);
                    self.remark(Role::Bad, &text);
                }
            },
        }
    }

    fn expand(&mut self, back: usize) {
        let Some(activity) = self.activities.nth(back) else {
            let count = self.activities.kept.len();
            let text = match count {
                0 => "nothing was done yet that could be shown in full".to_owned(),
                _ => format!("that was all: {count} calls and thoughts are kept"),
            };
            self.activities.back = 0;
            self.remark(Role::Dim, &format!("{} {text}", self.glyphs.note));
            return;
        };
        let (title, body) = (activity.title.clone(), activity.body.clone());
        self.activities.back = back;
        // It stands below what is finished by now.
        self.settle();
        self.part();
        let style = self.theme.style(Role::Strong);
        self.say(Row::of(format!("{}{title}", self.glyphs.chosen), style));
        let rows = self.body_rows(&body, WHOLE);
        if rows.is_empty() {
            self.remark(Role::Dim, "    (nothing)");
        }
        for row in rows {
            self.say(row);
        }
        self.part();
        if self.activities.nth(back + 1).is_some() {
            self.hint = Some(format!("Ctrl+O or /expand {} shows the one before", back + 1));
        }
    }

    /// `/details`: on, off, or the other of the two.
    pub(super) fn details_wish(&mut self, rest: &str) {
        self.details = match rest.trim() {
            "on" => true,
            "off" => false,
            _ => !self.details,
        };
        let text = match self.details {
            true => "details are shown: what tools get and give, thoughts, what was decided",
            false => "details are hidden; Ctrl+O shows what was done last in full",
        };
        self.remark(Role::Dim, &format!("{} {text}", self.glyphs.note));
    }
}

/// What a tool does without the verb that its name has already.
fn preview(tool: &str, summary: &str) -> String {
    let verb = tool.split('_').next().unwrap_or_default();
    match summary.split_once(' ') {
        Some((first, rest)) if first.eq_ignore_ascii_case(verb) => rest.to_owned(),
        _ => summary.to_owned(),
    }
}

/// What a tool got and gave, for people.
fn whole(call: Option<&ToolCall>, result: &ToolResult) -> String {
    let mut text = String::new();
    if let Some(call) = call {
        match &call.malformed {
            Some(malformed) => text.push_str(malformed),
            None => tell(&call.arguments, &mut text),
        }
        if !text.is_empty() {
            text.push('\n');
        }
    }
    if let Some(error) = &result.error {
        text.push_str(&error.message);
        text.push('\n');
    }
    if let Some(data) = &result.data {
        tell(data, &mut text);
    }
    for line in result.warnings.iter().chain(&result.effects) {
        text.push_str(line);
        text.push('\n');
    }
    if let Some(cut) = &result.truncated {
        text.push_str(&format!("(shortened; all of it has {})\n", bytes(cut.bytes)));
    }
    clean(&text).into_owned()
}

/// A value as lines: a field each, texts as they are.
fn tell(value: &Value, text: &mut String) {
    match value {
        Value::Null => {}
        Value::String(words) => {
            text.push_str(words.trim_end());
            text.push('\n');
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(words) if words.trim_end().contains('\n') => {
                        text.push_str(&format!("{name}:\n{}\n", words.trim_end()));
                    }
                    Value::String(words) => text.push_str(&format!("{name}: {words}\n")),
                    Value::Null => {}
                    other => text.push_str(&format!("{name}: {other}\n")),
                }
            }
        }
        other => text.push_str(&format!("{other}\n")),
    }
}

fn size_of(data: &Value) -> u64 {
    let length = data.as_str().map_or_else(|| data.to_string().len(), str::len);
    u64::try_from(length).unwrap_or(u64::MAX)
}
