//! Names of chats and keys as names of files: any text in, one harmless name out, and back.

use std::fmt::Write as _;

/// Longest name of a file.
const LONGEST: usize = 120;

/// A name for a file. Different texts give different names, as long as they are short.
pub(super) fn of(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for (at, byte) in text.bytes().enumerate() {
        let plain =
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || (byte == b'.' && at > 0);
        if plain {
            name.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _written = write!(name, "%{byte:02x}").is_ok();
        }
        if name.len() >= LONGEST {
            break;
        }
    }
    if name.is_empty() { "%".to_owned() } else { name }
}
