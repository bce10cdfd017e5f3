//! Pasted text: long ones are shown as one mark and sent in full.

use nanofolks_security::terminal::clean;

/// From this many lines or bytes on a pasted text is shown as a mark.
const LINES: usize = 6;
const BYTES: usize = 2000;

/// The first of the characters that stand for a pasted text. Nobody can type them.
const FIRST: u32 = 0x10_0000;
const MOST: u32 = 0xfff;

/// What was pasted and is shown as a mark.
#[derive(Debug, Default)]
pub(super) struct Pastes {
    texts: Vec<String>,
}

impl Pastes {
    /// Takes pasted text; gives what stands for it in the line.
    pub(super) fn take(&mut self, text: &str) -> String {
        let text = typed(unmarked(text));
        let long = text.len() > BYTES || text.lines().count() >= LINES;
        let mark = u32::try_from(self.texts.len()).ok().filter(|number| *number < MOST);
        let mark = mark.and_then(|number| char::from_u32(FIRST + number)).filter(|_| long);
        let Some(mark) = mark else { return text };
        self.texts.push(text);
        mark.to_string()
    }

    /// What a mark says, if it is one.
    pub(super) fn label(&self, grapheme: &str) -> Option<String> {
        let text = self.text(grapheme.chars().next()?)?;
        let (lines, bytes) = (text.lines().count(), text.len());
        Some(if lines > 1 {
            format!("[pasted: {lines} lines]")
        } else {
            format!("[pasted: {bytes} bytes]")
        })
    }

    /// A text with every mark replaced by what it stands for.
    pub(super) fn expand(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            match self.text(c) {
                Some(text) => out.push_str(text),
                None => out.push(c),
            }
        }
        out
    }

    fn text(&self, mark: char) -> Option<&str> {
        let number = u32::from(mark).checked_sub(FIRST)?;
        self.texts.get(usize::try_from(number).ok()?).map(String::as_str)
    }
}

/// Text fit for the line: no controls, and none of our marks.
pub(super) fn typed(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let is_mark = |c: char| (FIRST..=FIRST + MOST).contains(&u32::from(c));
    clean(&text).chars().filter(|c| !is_mark(*c)).collect()
}

/// The text without the marks of a paste that some terminals let through at its ends.
fn unmarked(text: &str) -> &str {
    const BEGIN: [&str; 4] = ["\x1b[200~", "^[[200~", "[200~", "00~"];
    const END: [&str; 4] = ["\x1b[201~", "^[[201~", "[201~", "01~"];
    let text = BEGIN.iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(text);
    END.iter().find_map(|mark| text.strip_suffix(mark)).unwrap_or(text)
}
