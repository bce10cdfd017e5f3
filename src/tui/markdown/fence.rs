//! Fences around code, as CommonMark has them, one line at a time.

/// The opening fence of a block of code at the top level.
#[derive(Debug)]
pub(super) struct Fence {
    mark: char,
    length: usize,
    indent: usize,
    /// The first word behind it.
    pub(super) language: String,
}

impl Fence {
    /// The fence of the line that begins at `at`, and where the code begins. `None` while that
    /// line is not complete, or when it is no fence.
    pub(super) fn open(text: &str, at: usize) -> Option<(Self, usize)> {
        let rest = text.get(at..)?;
        let end = rest.find('\n')?;
        let line = rest.get(..end)?;
        let bare = line.trim_start_matches(' ');
        let indent = line.len() - bare.len();
        let mark = bare.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let length = bare.chars().take_while(|c| *c == mark).count();
        if indent > 3 || length < 3 {
            return None;
        }
        let info = bare.get(length..).unwrap_or_default().trim();
        let language = info.split_whitespace().next().unwrap_or_default().to_lowercase();
        Some((Self { mark, length, indent, language }, at + end + 1))
    }

    /// Whether a line is the closing fence.
    pub(super) fn closes(&self, line: &str) -> bool {
        let bare = line.trim_start_matches(' ');
        let length = bare.chars().take_while(|c| *c == self.mark).count();
        line.len() - bare.len() <= 3
            && length >= self.length
            && bare.get(length..).is_some_and(|rest| rest.trim_matches([' ', '\t']).is_empty())
    }

    /// The line without the spaces that the opening fence has before it.
    pub(super) fn content<'a>(&self, line: &'a str) -> &'a str {
        let spaces = line.bytes().take(self.indent).take_while(|byte| *byte == b' ').count();
        line.get(spaces..).unwrap_or(line)
    }
}
