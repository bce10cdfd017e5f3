//! Reads a command of the normal mode: a count, what to do, and to what.

use super::motion::{Find, Motion};
use super::object::Object;

/// A command that was typed in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) count: Option<usize>,
    pub(super) what: Target,
}

/// What a command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Move(Motion),
    Operate(Operator, Motion),
    Object(Operator, Object),
    /// Whole lines: the operator was typed twice.
    Lines(Operator),
    Act(Act),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Delete,
    Change,
    Copy,
}

/// Commands without a motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Insert,
    Append,
    InsertFirst,
    AppendLast,
    Below,
    Above,
    Replace(char),
    Case,
    Join,
    Put,
    PutBefore,
    Undo,
    Search,
    Again,
}

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parsed {
    /// More has to come.
    Unfinished,
    /// No command begins like this.
    Nothing,
    Whole(Command),
}

impl Command {
    /// Whether it changes the text, so that it can be repeated.
    pub(super) const fn changes(self) -> bool {
        match self.what {
            Target::Move(_) => false,
            Target::Operate(operator, _)
            | Target::Object(operator, _)
            | Target::Lines(operator) => !matches!(operator, Operator::Copy),
            Target::Act(act) => !matches!(act, Act::Undo | Act::Search | Act::Again),
        }
    }
}

/// Reads what was typed.
pub(super) fn parse(typed: &[char]) -> Parsed {
    let (first, rest) = count(typed);
    let Some((letter, rest)) = rest.split_first() else { return Parsed::Unfinished };
    let whole = |count, what| Parsed::Whole(Command { count, what });
    let shorthand = |operator, motion| whole(first, Target::Operate(operator, motion));
    match letter {
        'x' => return shorthand(Operator::Delete, Motion::Right),
        'X' => return shorthand(Operator::Delete, Motion::Left),
        's' => return shorthand(Operator::Change, Motion::Right),
        'D' => return shorthand(Operator::Delete, Motion::End),
        'C' => return shorthand(Operator::Change, Motion::End),
        'S' => return whole(first, Target::Lines(Operator::Change)),
        'Y' => return whole(first, Target::Lines(Operator::Copy)),
        'r' => {
            return match rest.first() {
                Some(letter) => whole(first, Target::Act(Act::Replace(*letter))),
                None => Parsed::Unfinished,
            };
        }
        _ => {}
    }
    if let Some(act) = act(*letter) {
        return whole(first, Target::Act(act));
    }
    if let Some(operator) = operator(*letter) {
        return operated(operator, *letter, first, rest);
    }
    match motion(*letter, rest) {
        Read::Whole(motion) => whole(first, Target::Move(motion)),
        Read::Unfinished => Parsed::Unfinished,
        Read::Nothing => Parsed::Nothing,
    }
}

fn operated(operator: Operator, name: char, first: Option<usize>, rest: &[char]) -> Parsed {
    let (second, rest) = count(rest);
    let times = match (first, second) {
        (None, None) => None,
        (one, other) => Some(one.unwrap_or(1).saturating_mul(other.unwrap_or(1))),
    };
    let whole = |what| Parsed::Whole(Command { count: times, what });
    let Some((letter, rest)) = rest.split_first() else { return Parsed::Unfinished };
    if *letter == name {
        return whole(Target::Lines(operator));
    }
    if matches!(letter, 'i' | 'a') {
        let Some(kind) = rest.first() else { return Parsed::Unfinished };
        return match Object::named(*kind, *letter == 'a') {
            Some(object) => whole(Target::Object(operator, object)),
            None => Parsed::Nothing,
        };
    }
    match motion(*letter, rest) {
        Read::Whole(motion) => whole(Target::Operate(operator, motion)),
        Read::Unfinished => Parsed::Unfinished,
        Read::Nothing => Parsed::Nothing,
    }
}

/// The count at the beginning; a `0` there is a motion.
fn count(typed: &[char]) -> (Option<usize>, &[char]) {
    let digits = typed.iter().take_while(|c| c.is_ascii_digit()).count();
    if digits == 0 || typed.first() == Some(&'0') {
        return (None, typed);
    }
    let (digits, rest) = typed.split_at(digits);
    let count = digits.iter().filter_map(|c| c.to_digit(10)).fold(0_usize, |count, digit| {
        count.saturating_mul(10).saturating_add(usize::try_from(digit).unwrap_or(0))
    });
    (Some(count.min(super::COUNT)), rest)
}

const fn operator(letter: char) -> Option<Operator> {
    match letter {
        'd' => Some(Operator::Delete),
        'c' => Some(Operator::Change),
        'y' => Some(Operator::Copy),
        _ => None,
    }
}

const fn act(letter: char) -> Option<Act> {
    Some(match letter {
        'i' => Act::Insert,
        'a' => Act::Append,
        'I' => Act::InsertFirst,
        'A' => Act::AppendLast,
        'o' => Act::Below,
        'O' => Act::Above,
        '~' => Act::Case,
        'J' => Act::Join,
        'p' => Act::Put,
        'P' => Act::PutBefore,
        'u' => Act::Undo,
        '/' => Act::Search,
        '.' => Act::Again,
        _ => return None,
    })
}

enum Read {
    Whole(Motion),
    Unfinished,
    Nothing,
}

fn motion(letter: char, rest: &[char]) -> Read {
    Read::Whole(match letter {
        'h' => Motion::Left,
        'l' | ' ' => Motion::Right,
        'j' => Motion::Down,
        'k' => Motion::Up,
        '0' => Motion::Start,
        '^' => Motion::First,
        '$' => Motion::End,
        'w' => Motion::Word(false),
        'W' => Motion::Word(true),
        'e' => Motion::WordEnd(false),
        'E' => Motion::WordEnd(true),
        'b' => Motion::Back(false),
        'B' => Motion::Back(true),
        'G' => Motion::Bottom,
        ';' => Motion::Again,
        ',' => Motion::Reverse,
        'g' => match rest.first() {
            Some('g') => Motion::Top,
            Some(_) => return Read::Nothing,
            None => return Read::Unfinished,
        },
        'f' | 't' | 'F' | 'T' => match rest.first() {
            Some(wanted) => Motion::Find(Find {
                wanted: *wanted,
                till: matches!(letter, 't' | 'T'),
                back: matches!(letter, 'F' | 'T'),
            }),
            None => return Read::Unfinished,
        },
        _ => return Read::Nothing,
    })
}
