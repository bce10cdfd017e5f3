//! Pictures: named, dropped on the window, out of the clipboard.

use nanofolks_protocol::{Attachment, Problem};

use super::{App, Effect};
use crate::desk::Source;
use crate::theme::Role;

/// A paste that is longer is no list of files.
const LONGEST: usize = 8192;
/// Pictures, by the end of their names. What a file is, its first bytes say.
const ENDS: [&str; 5] = [".png", ".jpg", ".jpeg", ".gif", ".webp"];

impl App {
    /// Takes pasted text: paths of pictures are pictures.
    pub(super) fn pasted(&mut self, text: &str) {
        let dropped = dropped(text);
        if dropped.is_empty() {
            self.composer.paste(text);
            self.look_up();
        }
        for word in dropped {
            self.effects.push(Effect::Picture(Source::Dropped(word)));
        }
    }

    /// `/image PATH` and `/paste`.
    pub(super) fn attach(&mut self, path: &str) {
        let path = path.trim();
        let source =
            if path.is_empty() { Source::Clipboard } else { Source::Named(path.to_owned()) };
        self.effects.push(Effect::Picture(source));
    }

    /// A picture is there, or not.
    pub(super) fn pictured(&mut self, source: Source, read: Result<Attachment, Problem>) {
        match (read, source) {
            (Ok(picture), _) => {
                let size = super::bytes(picture.bytes);
                if self.composer.attach(picture) {
                    self.hint = Some(format!(
                        "a picture of {size} goes with the message; Backspace takes it out"
                    ));
                } else {
                    self.remark(Role::Bad, "there are too many pieces in this conversation");
                }
            }
            // It only looked like a picture: it was a text.
            (Err(problem), Source::Dropped(word)) => {
                if problem.code != "file_unreadable" {
                    self.problem(&problem);
                }
                self.composer.paste(&word);
            }
            (Err(problem), _) => self.problem(&problem),
        }
        self.look_up();
    }
}

/// The paths of pictures that a pasted text is made of; none when there is anything else.
fn dropped(text: &str) -> Vec<String> {
    let text = crate::composer::unmarked(text).trim();
    if text.len() > LONGEST || text.is_empty() {
        return Vec::new();
    }
    let whole = is_picture(text) && !text.contains(['\n', '\'', '"', '\\']);
    if whole && !text.contains(' ') {
        return vec![text.to_owned()];
    }
    let words = shlex::split(text).unwrap_or_default();
    if !words.is_empty() && words.iter().all(|word| is_picture(word)) {
        return words;
    }
    // Some terminals hand over a path with blanks as it is.
    if whole { vec![text.to_owned()] } else { Vec::new() }
}

fn is_picture(word: &str) -> bool {
    let from_root = ["/", "~/", "file://"].iter().any(|begin| word.starts_with(begin));
    let name = word.to_lowercase();
    from_root && ENDS.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paste_that_is_nothing_but_pictures_is_pictures() {
        for (text, expected) in [
            ("/tmp/a.png", &["/tmp/a.png"][..]),
            ("'/tmp/my shot.PNG' ", &["/tmp/my shot.PNG"]),
            ("/tmp/my\\ shot.jpg", &["/tmp/my shot.jpg"]),
            ("/tmp/my shot.jpg", &["/tmp/my shot.jpg"]),
            ("file:///tmp/my%20shot.webp\r\n", &["file:///tmp/my%20shot.webp"]),
            ("/a.png '/b c.gif'", &["/a.png", "/b c.gif"]),
            ("/a.png\n/b.png\n", &["/a.png", "/b.png"]),
            ("see /a.png", &[]),
            ("/a.png and /b.txt", &[]),
            ("a.png", &[]),
            ("don't", &[]),
            ("", &[]),
        ] {
            assert_eq!(dropped(text), expected, "{text:?}");
        }
    }
}
