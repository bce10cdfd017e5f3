//! The vi mode: inserting as everywhere else, and a normal mode in which letters are commands.
//!
//! A command is collected letter by letter until `command` can read it; `motion` and `object`
//! say what part of the text it means. The last change can be repeated because its keys are
//! kept.

mod command;
mod motion;
mod object;
mod place;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use self::command::{Act, Command, Operator, Parsed, Target};
use self::motion::{Find, Motion, Span};
use super::buffer::Buffer;

#[cfg(test)]
mod tests;

/// Most keys of a change that are kept for repeating it.
const KEYS: usize = 4096;
/// Largest count; more is a slip.
const COUNT: usize = 9999;

/// The state of the vi mode.
#[derive(Debug, Default)]
pub(super) struct Vi {
    normal: bool,
    /// The command as far as it was typed.
    typed: Vec<char>,
    /// What `f`, `t`, `F` or `T` looked for last.
    find: Option<Find>,
    /// What was cut or copied last, and whether it is whole lines.
    register: (String, bool),
    /// The keys of the change that is being made, and of the last one.
    making: Vec<KeyEvent>,
    last: Vec<KeyEvent>,
    repeating: bool,
}

/// What a key came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    /// It is done.
    Here,
    /// It is a key like without the vi mode.
    Pass,
    /// An older line of the history is wanted.
    Older,
    /// A newer one.
    Newer,
    /// The history is to be searched.
    Search,
    /// These keys are to be taken again.
    Again,
}

impl Vi {
    /// Whether letters are commands.
    pub(super) const fn is_normal(&self) -> bool {
        self.normal
    }

    /// Whether Escape means something here.
    pub(super) const fn takes_escape(&self) -> bool {
        !self.normal || !self.typed.is_empty()
    }

    /// A new line begins: it is typed.
    pub(super) fn begin(&mut self, buffer: &mut Buffer) {
        self.normal = false;
        self.typed.clear();
        buffer.end_group();
    }

    /// The keys of the last change.
    pub(super) fn again(&mut self) -> Vec<KeyEvent> {
        self.repeating = true;
        self.last.clone()
    }

    /// The last change was repeated.
    pub(super) fn repeated(&mut self, buffer: &mut Buffer) {
        self.repeating = false;
        if !self.normal {
            self.leave_insert(buffer);
        }
    }

    /// Takes a key.
    pub(super) fn key(&mut self, key: KeyEvent, buffer: &mut Buffer) -> Done {
        if self.normal {
            return self.normal_key(key, buffer);
        }
        if let (KeyCode::Char(_), KeyModifiers::ALT) = (key.code, key.modifiers) {
            // Escape and a letter that were typed fast arrive as one key.
            self.insert_key(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE), buffer);
            return self.normal_key(KeyEvent::new(key.code, KeyModifiers::NONE), buffer);
        }
        self.insert_key(key, buffer)
    }

    /// After a key that was none of ours: the cursor stands on a character, not behind one.
    pub(super) fn settle(&self, buffer: &mut Buffer) {
        if self.normal {
            let at = place::on_character(buffer.text(), buffer.cursor());
            if at != buffer.cursor() {
                buffer.go(at);
            }
        }
    }

    fn insert_key(&mut self, key: KeyEvent, buffer: &mut Buffer) -> Done {
        if key.code == KeyCode::Esc {
            if !self.repeating && !self.making.is_empty() {
                self.making.push(key);
                self.last = std::mem::take(&mut self.making);
            }
            self.leave_insert(buffer);
            return Done::Here;
        }
        if !self.repeating && !self.making.is_empty() && self.making.len() < KEYS {
            self.making.push(key);
        }
        Done::Pass
    }

    fn leave_insert(&mut self, buffer: &mut Buffer) {
        buffer.end_group();
        self.normal = true;
        let start = place::line_start(buffer.text(), buffer.cursor());
        if buffer.cursor() > start {
            buffer.go(place::before(buffer.text(), buffer.cursor()));
        }
    }

    fn normal_key(&mut self, key: KeyEvent, buffer: &mut Buffer) -> Done {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        let letter = match key.code {
            KeyCode::Char('r') if ctrl && !alt => {
                self.typed.clear();
                buffer.redo();
                self.settle(buffer);
                return Done::Here;
            }
            KeyCode::Esc => {
                let pending = !self.typed.is_empty();
                self.typed.clear();
                return if pending { Done::Here } else { Done::Pass };
            }
            KeyCode::Backspace if !ctrl && !alt => 'h',
            KeyCode::Char(letter) if !ctrl && !alt => letter,
            // Escape and a letter, typed fast.
            KeyCode::Char(letter) if alt && !ctrl => {
                self.typed.clear();
                letter
            }
            _ => {
                self.typed.clear();
                return Done::Pass;
            }
        };
        self.typed.push(letter);
        match command::parse(&self.typed) {
            Parsed::Unfinished => Done::Here,
            Parsed::Nothing => {
                self.typed.clear();
                Done::Here
            }
            Parsed::Whole(command) => {
                let typed = std::mem::take(&mut self.typed);
                let done = self.carry_out(command, buffer);
                self.note(command, &typed);
                self.settle(buffer);
                done
            }
        }
    }

    /// Keeps the keys of a change.
    fn note(&mut self, command: Command, typed: &[char]) {
        if self.repeating || !command.changes() {
            return;
        }
        let press = |c: &char| KeyEvent::new(KeyCode::Char(*c), KeyModifiers::NONE);
        let keys: Vec<_> = typed.iter().map(press).collect();
        if self.normal {
            self.last = keys;
        } else {
            self.making = keys;
        }
    }

    fn carry_out(&mut self, command: Command, buffer: &mut Buffer) -> Done {
        match command.what {
            Target::Move(motion) => return self.go(motion, command.count, buffer),
            Target::Operate(operator, motion) => {
                if let Some(range) = self.range(operator, motion, command.count, buffer) {
                    self.operate(operator, range, buffer);
                }
            }
            Target::Object(operator, object) => {
                if let Some((from, to)) = object::find(object, buffer.text(), buffer.cursor()) {
                    self.operate(operator, (from, to, false), buffer);
                }
            }
            Target::Lines(operator) => {
                let count = command.count.unwrap_or(1).min(COUNT);
                let (from, to) = place::lines(buffer.text(), buffer.cursor(), count);
                self.operate(operator, (from, to, true), buffer);
            }
            Target::Act(act) => return self.act(act, command.count, buffer),
        }
        Done::Here
    }

    fn go(&mut self, motion: Motion, count: Option<usize>, buffer: &mut Buffer) -> Done {
        self.look_for(motion);
        let found =
            motion::target(motion, count, buffer.text(), buffer.cursor(), self.find.as_ref());
        match (found, motion) {
            (Some((at, _)), _) => buffer.go(at),
            (None, Motion::Up) => return Done::Older,
            (None, Motion::Down) => return Done::Newer,
            (None, _) => {}
        }
        Done::Here
    }

    const fn look_for(&mut self, motion: Motion) {
        if let Motion::Find(find) = motion {
            self.find = Some(find);
        }
    }

    /// What an operator with a motion means: from, to, and whether it is whole lines.
    fn range(
        &mut self,
        operator: Operator,
        motion: Motion,
        count: Option<usize>,
        buffer: &Buffer,
    ) -> Option<(usize, usize, bool)> {
        self.look_for(motion);
        let (text, at) = (buffer.text(), buffer.cursor());
        // Changing a word leaves the blanks behind it.
        let motion = match motion {
            Motion::Word(big) if operator == Operator::Change && !place::is_blank(text, at) => {
                Motion::ChangedWord(big)
            }
            motion => motion,
        };
        let (to, span) = motion::target(motion, count, text, at, self.find.as_ref())?;
        let (from, to) = (at.min(to), at.max(to));
        Some(match span {
            Span::Before => (from, to, false),
            Span::With => (from, place::after(text, to), false),
            Span::Words => (from, place::without_line_end(text, from, to), false),
            Span::Lines => (place::line_start(text, from), place::past_line_end(text, to), true),
        })
    }

    fn operate(&mut self, operator: Operator, range: (usize, usize, bool), buffer: &mut Buffer) {
        let (from, to, lines) = range;
        let text = buffer.text().get(from..to).unwrap_or_default();
        let kept = if lines { text.trim_end_matches('\n') } else { text };
        self.register = (kept.to_owned(), lines);
        match operator {
            Operator::Copy => buffer.go(from),
            Operator::Delete => {
                let (from, to) =
                    if lines { place::with_line_end(buffer.text(), from, to) } else { (from, to) };
                buffer.splice(from, to, "", from);
                if lines {
                    buffer.go(place::first_word(buffer.text(), buffer.cursor()));
                }
            }
            Operator::Change => {
                let to = if lines { from + kept.len() } else { to };
                self.insert(buffer);
                buffer.splice(from, to, "", from);
            }
        }
    }

    /// Begins to insert; all that is typed is one step.
    fn insert(&mut self, buffer: &mut Buffer) {
        self.normal = false;
        buffer.begin_group();
    }

    fn act(&mut self, act: Act, count: Option<usize>, buffer: &mut Buffer) -> Done {
        let times = count.unwrap_or(1).min(COUNT);
        let (text, at) = (buffer.text(), buffer.cursor());
        let (start, end) = (place::line_start(text, at), place::line_end(text, at));
        match act {
            Act::Insert => self.insert(buffer),
            Act::Append => {
                let at = if at < end { place::after(text, at) } else { at };
                buffer.go(at);
                self.insert(buffer);
            }
            Act::InsertFirst => {
                buffer.go(place::first_word(text, at));
                self.insert(buffer);
            }
            Act::AppendLast => {
                buffer.go(end);
                self.insert(buffer);
            }
            Act::Below => {
                self.insert(buffer);
                buffer.splice(end, end, "\n", end + 1);
            }
            Act::Above => {
                self.insert(buffer);
                buffer.splice(start, start, "\n", start);
            }
            Act::Replace(letter) => replace(letter, times, buffer),
            Act::Case => change_case(times, buffer),
            Act::Join => join(times.max(2) - 1, buffer),
            Act::Put | Act::PutBefore => self.put(act == Act::PutBefore, times, buffer),
            Act::Undo => (0..times).for_each(|_| buffer.undo()),
            Act::Search => return Done::Search,
            Act::Again => return Done::Again,
        }
        Done::Here
    }

    fn put(&self, before: bool, times: usize, buffer: &mut Buffer) {
        let (text, lines) = &self.register;
        // A slip of the fingers does not fill the memory.
        let times = times.min((1 << 20) / text.len().max(1)).max(1);
        if text.is_empty() && !lines {
            return;
        }
        let (whole, at) = (buffer.text(), buffer.cursor());
        if *lines {
            let block = vec![text.as_str(); times].join("\n");
            if before {
                let start = place::line_start(whole, at);
                buffer.splice(start, start, &format!("{block}\n"), start);
            } else {
                let end = place::line_end(whole, at);
                buffer.splice(end, end, &format!("\n{block}"), end + 1);
            }
            return;
        }
        let at =
            if before || at >= place::line_end(whole, at) { at } else { place::after(whole, at) };
        let block = text.repeat(times);
        buffer.splice(at, at, &block, at + block.len());
        buffer.go(place::before(buffer.text(), buffer.cursor()));
    }
}

/// Writes a letter over the next ones, when there are so many in the line.
fn replace(letter: char, times: usize, buffer: &mut Buffer) {
    let (text, at) = (buffer.text(), buffer.cursor());
    let end = place::line_end(text, at);
    let Some(to) = place::forward(text, at, times).filter(|to| *to <= end) else { return };
    let new: String = std::iter::repeat_n(letter, times).collect();
    let cursor = at + new.len() - letter.len_utf8();
    buffer.splice(at, to, &new, cursor);
}

fn change_case(times: usize, buffer: &mut Buffer) {
    let (text, at) = (buffer.text(), buffer.cursor());
    let end = place::line_end(text, at);
    let mut to = at;
    for _ in 0..times {
        if to >= end {
            break;
        }
        to = place::after(text, to);
    }
    let flip = |c: char| -> String {
        if c.is_uppercase() { c.to_lowercase().collect() } else { c.to_uppercase().collect() }
    };
    let new: String = text.get(at..to).unwrap_or_default().chars().map(flip).collect();
    if !new.is_empty() {
        buffer.splice(at, to, &new, at + new.len());
    }
}

/// Makes one line of this one and the next ones.
fn join(times: usize, buffer: &mut Buffer) {
    for _ in 0..times {
        let text = buffer.text();
        let end = place::line_end(text, buffer.cursor());
        if end >= text.len() {
            return;
        }
        let rest = text.get(end + 1..).unwrap_or_default();
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let gap =
            if text.get(..end).is_some_and(|line| line.ends_with([' ', '\n']) || line.is_empty()) {
                ""
            } else {
                " "
            };
        buffer.splice(end, end + 1 + blank, gap, end);
    }
}
