//! Keys and tokens that are known by their shape.

use std::ops::Range;

use super::{Hit, With};

/// A key that begins with a name of its own.
struct Prefix {
    start: &'static str,
    /// Fewest characters after the start.
    least: usize,
    rest: Rest,
}

/// What the characters after the start must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    /// Letters, digits, `_` and `-`.
    Any,
    /// The same, and not just words: real keys have digits in unlikely places.
    Random,
    /// Capitals and digits, exactly as many as asked for.
    Capitals,
}

const fn any(start: &'static str, least: usize) -> Prefix {
    Prefix { start, least, rest: Rest::Any }
}

/// Longer starts first where one begins like another.
const PREFIXES: &[Prefix] = &[
    // Anthropic, OpenRouter, OpenAI; then whatever else begins like OpenAI (DeepSeek).
    any("sk-ant-", 10),
    any("sk-or-v1-", 10),
    any("sk-or-", 16),
    any("sk-proj-", 10),
    any("sk-svcacct-", 10),
    Prefix { start: "sk-", least: 16, rest: Rest::Random },
    // GitHub, GitLab
    any("ghp_", 20),
    any("gho_", 20),
    any("ghu_", 20),
    any("ghs_", 20),
    any("ghr_", 20),
    any("github_pat_", 20),
    any("glpat-", 16),
    // AWS
    Prefix { start: "AKIA", least: 16, rest: Rest::Capitals },
    Prefix { start: "ASIA", least: 16, rest: Rest::Capitals },
    // Google
    any("AIza", 30),
    any("ya29.", 20),
    // Groq, Hugging Face, npm, PyPI
    any("gsk_", 20),
    Prefix { start: "hf_", least: 30, rest: Rest::Random },
    Prefix { start: "npm_", least: 30, rest: Rest::Random },
    any("pypi-AgE", 30),
    // Slack
    any("xoxb-", 10),
    any("xoxp-", 10),
    any("xoxa-", 10),
    any("xoxr-", 10),
    any("xoxs-", 10),
    any("xoxe-", 10),
    any("xoxe.", 10),
    any("xoxc-", 10),
    any("xoxd-", 10),
    any("xapp-", 10),
    // Stripe
    any("sk_live_", 10),
    any("sk_test_", 10),
    any("rk_live_", 10),
    any("rk_test_", 10),
    any("whsec_", 16),
];

/// Finds tokens in one word.
pub(super) fn find(text: &str, word: &Range<usize>, hits: &mut Vec<Hit>) {
    let bytes = text.as_bytes();
    let mut at = word.start;
    while at < word.end {
        let fresh = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        let end = if fresh { token_at(bytes, at, word) } else { None };
        match end {
            Some(end) => {
                hits.push(Hit { range: at..end, with: With::Ends });
                at = end;
            }
            None => at += 1,
        }
    }
    url_password(text, word, hits);
    after_scheme(text, word, hits);
}

/// Where the token that starts here ends.
fn token_at(bytes: &[u8], at: usize, word: &Range<usize>) -> Option<usize> {
    let here = &bytes[at..word.end];
    match here.first()? {
        b'e' => jwt(here).map(|length| at + length),
        b'0'..=b'9' => telegram(here).map(|length| at + length),
        b'M' | b'N' | b'O' => discord(here).map(|length| at + length),
        b's' | b'g' | b'x' | b'A' | b'r' | b'w' | b'h' | b'n' | b'p' | b'y' => {
            PREFIXES.iter().find_map(|prefix| prefix.length(here)).map(|length| at + length)
        }
        _ => None,
    }
}

impl Prefix {
    fn length(&self, here: &[u8]) -> Option<usize> {
        let rest = here.strip_prefix(self.start.as_bytes())?;
        let length = run(rest, is_key);
        let rest = &rest[..length];
        let fits = match self.rest {
            Rest::Any => length >= self.least,
            Rest::Random => length >= self.least && looks_random(rest),
            Rest::Capitals => {
                let capital = |b: &u8| b.is_ascii_uppercase() || b.is_ascii_digit();
                length == self.least && rest.iter().all(capital)
            }
        };
        fits.then(|| self.start.len() + length)
    }
}

pub(super) const fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

fn run(bytes: &[u8], is: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|byte| !is(*byte)).unwrap_or(bytes.len())
}

/// Digits among the letters, not only as numbers between dashes.
fn looks_random(bytes: &[u8]) -> bool {
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = bytes.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let longest = bytes.split(|b| *b == b'-' || *b == b'_').map(<[u8]>::len).max();
    digits >= 2 && letters >= 2 && longest.unwrap_or_default() >= 12
}

/// `eyJ….eyJ….…`
fn jwt(here: &[u8]) -> Option<usize> {
    here.strip_prefix(b"eyJ")?;
    let head = run(here, is_key);
    let rest = here.get(head..)?.strip_prefix(b".")?;
    let body = run(rest, is_key);
    let rest = rest.get(body..)?.strip_prefix(b".")?;
    let seal = run(rest, is_key);
    (head >= 12 && body >= 8 && seal >= 8).then_some(head + 1 + body + 1 + seal)
}

/// `123456789:` and 35 characters.
fn telegram(here: &[u8]) -> Option<usize> {
    let digits = run(here, |b| b.is_ascii_digit());
    let rest = here.get(digits..)?.strip_prefix(b":")?;
    let length = run(rest, is_key);
    ((8..=12).contains(&digits) && (34..=40).contains(&length)).then_some(digits + 1 + length)
}

/// Three parts with dots: who, when, the seal.
fn discord(here: &[u8]) -> Option<usize> {
    let who = run(here, is_key);
    let rest = here.get(who..)?.strip_prefix(b".")?;
    let when = run(rest, is_key);
    let rest = rest.get(when..)?.strip_prefix(b".")?;
    let seal = run(rest, is_key);
    let fits = (23..=30).contains(&who) && (6..=7).contains(&when) && (27..=45).contains(&seal);
    fits.then_some(who + 1 + when + 1 + seal)
}

/// The password in `scheme://user:password@host`.
fn url_password(text: &str, word: &Range<usize>, hits: &mut Vec<Hit>) {
    let mut from = word.start;
    while let Some(found) = text[from..word.end].find("://") {
        let start = from + found + 3;
        let rest = &text[start..word.end];
        // A password may hold a slash or a question mark if nobody encoded it; the last `@`
        // before the next address counts.
        let rest = rest.find("://").map_or(rest, |next| &rest[..next]);
        if let Some(password) = password(rest) {
            let range = start + password.start..start + password.end;
            hits.push(Hit { range, with: With::Ends });
        }
        from = start;
    }
}

fn password(rest: &str) -> Option<Range<usize>> {
    let colon = rest.find(':')?;
    if rest[..colon].contains(['/', '?', '#', '@']) {
        return None;
    }
    let authority = rest[colon..].find(['/', '?', '#']).map_or(rest.len(), |end| colon + end);
    let at = rest[..authority].rfind('@').filter(|at| *at > colon)?;
    let range = colon + 1..at;
    let value = &rest[range.clone()];
    let placeholder = value.starts_with(['$', '%', '*']) && !value.starts_with("%2");
    let example =
        matches!(value, "password" | "pass" | "passwd" | "pwd" | "pw" | "secret" | "token");
    (!value.is_empty() && !placeholder && !example).then_some(range)
}

/// The word after `Bearer` or `Basic`.
fn after_scheme(text: &str, word: &Range<usize>, hits: &mut Vec<Hit>) {
    let before = text[..word.start].trim_end_matches(' ');
    let gap = word.start - before.len();
    let scheme = |name: &str| {
        let tail = before.len().checked_sub(name.len()).and_then(|at| before.get(at..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(name))
    };
    if !(1..=2).contains(&gap) || !(scheme("bearer") || scheme("basic")) {
        return;
    }
    let bytes = text[word.clone()].as_bytes();
    let length = run(bytes, |b| is_key(b) || matches!(b, b'.' | b'~' | b'+' | b'/' | b'='));
    let has_digit = bytes[..length].iter().any(u8::is_ascii_digit);
    let has_capital = bytes[1..length.max(1)].iter().any(u8::is_ascii_uppercase);
    if length >= 12 && (has_digit || has_capital) {
        hits.push(Hit { range: word.start..word.start + length, with: With::Ends });
    }
}
