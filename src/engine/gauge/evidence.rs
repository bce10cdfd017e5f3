//! What an error message says about a model's window.

/// Words right before the number that is a window.
const BEFORE: [&str; 10] = [
    "context length is",
    "context window of",
    "context window is",
    "context size",
    "maximum allowed",
    "maximum of",
    "limit of",
    "limit is",
    "n_ctx",
    "max_model_len",
];
/// Words right behind it.
const BEHIND: [&str; 3] = ["maximum", "token limit", "token context"];
/// Bytes around a number that are looked at.
const AROUND: usize = 28;

/// The window that a message names, when it is one that can be believed: smaller than what
/// was believed so far, and not absurdly so.
pub(super) fn window(message: &str, believed: u32) -> Option<u32> {
    let text = message.to_ascii_lowercase();
    numbers(&text)
        .filter(|number| number.is_window(&text))
        .map(|number| number.value)
        .find(|value| *value < believed && *value >= (believed / 64).max(256))
}

struct Number {
    value: u32,
    begin: usize,
    end: usize,
}

impl Number {
    fn is_window(&self, text: &str) -> bool {
        let from = text.floor_char_boundary(self.begin.saturating_sub(AROUND));
        let to = text.ceil_char_boundary((self.end + AROUND).min(text.len()));
        let before = text.get(from..self.begin).unwrap_or_default();
        let before = before.trim_end_matches([' ', ':', '=', '(', '>']);
        let behind = text.get(self.end..to).unwrap_or_default();
        let behind = behind.trim_start().trim_start_matches("tokens").trim_start();
        BEFORE.iter().any(|words| before.ends_with(words))
            || BEHIND.iter().any(|words| behind.starts_with(words))
    }
}

/// All whole numbers, also those with `,` or `_` between their digits.
fn numbers(text: &str) -> impl Iterator<Item = Number> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let bytes = text.as_bytes();
        while at < bytes.len() && !bytes[at].is_ascii_digit() {
            at += 1;
        }
        let begin = at;
        let part = |byte: u8| byte.is_ascii_digit() || byte == b',' || byte == b'_';
        while at < bytes.len() && part(bytes[at]) {
            at += 1;
        }
        let digits = text.get(begin..at)?.trim_end_matches([',', '_']);
        let end = begin + digits.len();
        let value: String = digits.chars().filter(char::is_ascii_digit).collect();
        (begin < at).then(|| Number { value: value.parse().unwrap_or(u32::MAX), begin, end })
    })
}
