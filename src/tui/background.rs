//! The terminal's background: asked for once, and answered whenever the terminal likes.
//!
//! The answer comes where keys come from, and looks like keys: an Alt+], then letters. It is
//! taken out of them here, so that it never reaches the line that is typed, however late it is
//! and in however many pieces it comes. What only begins like an answer is typed after all.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

#[cfg(test)]
mod tests;

/// Asks for the colour of the background.
pub const QUESTION: &[u8] = b"\x1b]11;?\x1b\\";

/// Longer answers are none.
const LONGEST: usize = 40;

/// What became of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// These were keys.
    Keys(Vec<KeyEvent>),
    /// It belongs to an answer that is not whole.
    Part,
    /// The background, and whether it is a light one.
    Light(bool),
}

/// Listens for the answer.
#[derive(Debug, Default)]
pub struct Background {
    held: Vec<KeyEvent>,
    text: String,
}

impl Background {
    /// Whether nothing is held back.
    #[must_use]
    pub const fn is_idle(&self) -> bool {
        self.held.is_empty()
    }

    /// Takes a key.
    pub fn take(&mut self, key: KeyEvent) -> Heard {
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        if self.held.is_empty() {
            if alt && key.code == KeyCode::Char(']') {
                self.held.push(key);
                return Heard::Part;
            }
            return Heard::Keys(vec![key]);
        }
        self.held.push(key);
        match key.code {
            KeyCode::Char('\\') if alt => self.end(),
            KeyCode::Char('g') if ctrl => self.end(),
            KeyCode::Char(letter) if !alt && !ctrl && self.fits(letter) => {
                self.text.push(letter);
                Heard::Part
            }
            _ => self.give_back(),
        }
    }

    /// Whether an answer can go on like this.
    fn fits(&self, letter: char) -> bool {
        const BEGIN: &str = "11;rgb";
        match BEGIN.as_bytes().get(self.text.len()) {
            Some(expected) => u32::from(letter) == u32::from(*expected),
            None => {
                self.text.len() < LONGEST
                    && (letter.is_ascii_hexdigit() || matches!(letter, ':' | '/' | 'a'))
            }
        }
    }

    fn end(&mut self) -> Heard {
        let light = is_light(&self.text);
        match light {
            Some(light) => {
                self.held.clear();
                self.text.clear();
                Heard::Light(light)
            }
            None => self.give_back(),
        }
    }

    fn give_back(&mut self) -> Heard {
        self.text.clear();
        Heard::Keys(std::mem::take(&mut self.held))
    }
}

/// Whether `11;rgb:RRRR/GGGG/BBBB` is a light colour; any number of digits.
fn is_light(answer: &str) -> Option<bool> {
    let (_, colour) = answer.split_once(':')?;
    let mut parts = colour.split('/').map(|part| {
        let value = u32::from_str_radix(part, 16).ok()?;
        let most = 16_u32.checked_pow(u32::try_from(part.len()).ok()?)? - 1;
        (part.len() <= 4 && most > 0).then(|| value * 1000 / most)
    });
    let (red, green, blue) = (parts.next()??, parts.next()??, parts.next()??);
    // As bright as people see it.
    Some((red * 299 + green * 587 + blue * 114) / 1000 > 500)
}
