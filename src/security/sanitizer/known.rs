//! The spellings of a secret that is known.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Shorter secrets are too likely to be words.
pub(super) const SHORTEST: usize = 8;

/// A secret as it is, in JSON, with percent signs, hexadecimal, and in Base64 wherever it
/// may stand in what was encoded.
pub(super) fn forms(secret: &str) -> BTreeSet<String> {
    let secret = secret.trim();
    let mut forms = BTreeSet::from([secret.to_owned()]);
    if let Ok(json) = serde_json::to_string(secret) {
        forms.insert(json.trim_matches('"').to_owned());
    }
    let bytes = secret.bytes();
    forms.insert(bytes.clone().map(|b| format!("{b:02x}")).collect());
    forms.insert(bytes.clone().map(|b| format!("{b:02X}")).collect());
    forms.insert(bytes.clone().map(|b| percent(b, |b| format!("%{b:02x}"))).collect());
    forms.insert(bytes.map(|b| percent(b, |b| format!("%{b:02X}"))).collect());
    for before in 0..3 {
        forms.extend(base64(secret, before));
    }
    forms.retain(|form| form.chars().count() >= SHORTEST);
    forms
}

/// A byte as it stands in an address.
fn percent(byte: u8, encoded: impl Fn(u8) -> String) -> String {
    if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
        char::from(byte).to_string()
    } else {
        encoded(byte)
    }
}

/// The part of the Base64 text that is the same whatever stands before and after, when
/// `before` bytes of the first group of three are not the secret's.
fn base64(secret: &str, before: usize) -> [String; 2] {
    let mut bytes = vec![0; before];
    bytes.extend(secret.bytes());
    let start = [0, 2, 3][before];
    let end = bytes.len() * 8 / 6;
    let middle = |text: String| text.get(start..end).unwrap_or_default().to_owned();
    [middle(STANDARD_NO_PAD.encode(&bytes)), middle(URL_SAFE_NO_PAD.encode(&bytes))]
}
