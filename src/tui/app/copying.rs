//! `/copy`: an answer or a piece of code, for elsewhere. `/mouse`: who has the mouse.

use pulldown_cmark::{Event as Part, Parser, Tag, TagEnd};

use super::{App, Effect};
use crate::theme::Role;

/// Most answers that are at hand, and most bytes of them.
const MOST: usize = 100;
const BYTES: usize = 8 << 20;

impl App {
    /// Keeps an answer at hand.
    pub(super) fn remember_answer(&mut self, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        self.answers.push_back(text.to_owned());
        let mut size: usize = self.answers.iter().map(String::len).sum();
        while self.answers.len() > MOST || (size > BYTES && self.answers.len() > 1) {
            size -= self.answers.pop_front().map_or(0, |text| text.len());
        }
    }

    /// `/copy [n|code|last]`
    pub(super) fn copy(&mut self, what: &str) {
        let found = match what.trim() {
            "" | "last" => self.answers.back().cloned().ok_or("there is no answer to copy yet"),
            "code" => {
                let code = self.answers.iter().rev().find_map(|answer| last_code(answer));
                code.ok_or("there is no code in the answers")
            }
            number => match number.parse::<usize>() {
                Ok(number @ 1..) => {
                    let answer = self.answers.iter().rev().nth(number - 1).cloned();
                    answer.ok_or("there are not so many answers at hand")
                }
                _ => Err("write /copy, /copy 2 for the answer before the last one, or /copy code"),
            },
        };
        match found {
            Ok(text) => self.effects.push(Effect::Copy(text)),
            Err(why) => self.remark(Role::Bad, &format!("{} {why}", self.glyphs.bad)),
        }
    }

    /// `/mouse`
    pub(super) fn toggle_mouse(&mut self) {
        self.mouse = !self.mouse;
        self.effects.push(Effect::Mouse(self.mouse));
        let text = if self.mouse {
            "the mouse is ours now: a click sets the cursor in the line, the wheel moves in \
             lists and questions; select text with Shift held, /mouse gives it back"
        } else {
            "the mouse is the terminal's: it selects, copies and scrolls"
        };
        self.remark(Role::Dim, text);
    }
}

/// The last block of code in a text.
fn last_code(text: &str) -> Option<String> {
    let mut last = None;
    let mut open: Option<String> = None;
    for part in Parser::new(text) {
        match part {
            Part::Start(Tag::CodeBlock(_)) => open = Some(String::new()),
            Part::Text(text) => {
                if let Some(code) = &mut open {
                    code.push_str(&text);
                }
            }
            Part::End(TagEnd::CodeBlock) => last = open.take().or(last),
            _ => {}
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::last_code;

    #[test]
    fn the_last_code_is_found_without_its_fence() {
        let text =
            "a\n\n```rust\nfn a() {}\n```\n\n- list\n\n  ```\n  two\n  lines\n  ```\nend `x`";
        assert_eq!(last_code(text).unwrap(), "two\nlines\n");
        assert_eq!(last_code("no `code` here"), None);
    }
}
