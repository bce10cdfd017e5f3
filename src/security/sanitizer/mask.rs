//! What stands in the place of a secret.

use super::With;

/// From this many characters on the ends are shown. Of a shorter secret, eight characters
/// are too much of it: the rest could be guessed.
const LONG: usize = 20;

/// Instead of short secrets.
const STARS: &str = "****";

/// Writes the mask of a secret.
pub(super) fn push(out: &mut String, secret: &str, with: With) {
    match with {
        With::Body => out.push_str("\n…\n"),
        With::Ends => ends(out, secret),
    }
}

fn ends(out: &mut String, secret: &str) {
    let count = secret.chars().count();
    if count < LONG {
        out.push_str(STARS);
        return;
    }
    out.extend(secret.chars().take(4));
    out.push('…');
    out.extend(secret.chars().skip(count - 4));
}

/// Whether a text is a mask.
pub(super) fn is_masked(text: &str) -> bool {
    if text == STARS || text.trim() == "…" {
        return true;
    }
    let mut chars = text.chars();
    chars.by_ref().take(4).count() == 4 && chars.next() == Some('…') && chars.count() == 4
}
