//! Bytes of files as text: encodings, and what is no text at all.

use encoding_rs_io::DecodeReaderBytesBuilder;
use std::io::Read;

#[cfg(test)]
mod tests;

/// How much of a file is looked at to tell text from other data.
pub(crate) const SAMPLE: usize = 8192;

/// What a file's first bytes say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// UTF-8, or close enough to be shown as such.
    Utf8,
    /// UTF-16, little end first, with a byte order mark.
    Utf16Le,
    /// UTF-16, big end first, with a byte order mark.
    Utf16Be,
    /// Not text; its media type when it is known.
    Binary(Option<&'static str>),
}

/// Tells text from other data.
pub(crate) fn format_of(sample: &[u8]) -> Format {
    match sample {
        [0xFF, 0xFE, 0, 0, ..] => return Format::Binary(None),
        [0xFF, 0xFE, ..] => return Format::Utf16Le,
        [0xFE, 0xFF, ..] => return Format::Utf16Be,
        _ => {}
    }
    let has_null = memchr::memchr(0, sample).is_some();
    // A character may be cut in two at the end of the sample.
    let is_utf8 = match std::str::from_utf8(sample) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    if is_utf8 && !has_null {
        return Format::Utf8;
    }
    match infer::get(sample) {
        Some(kind) if kind.matcher_type() != infer::MatcherType::Text => {
            Format::Binary(Some(kind.mime_type()))
        }
        _ if has_null => Format::Binary(None),
        _ => Format::Utf8,
    }
}

/// Text from a file and how many bytes of it were not valid.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    /// The text, with a mark in place of each invalid sequence.
    pub(crate) text: String,
    /// How many bytes were not valid UTF-8.
    pub(crate) invalid: usize,
}

/// Bytes as UTF-8, with a mark in place of what is not.
pub(crate) fn decode(bytes: Vec<u8>) -> Decoded {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Decoded { text, invalid: 0 },
        Err(error) => error.into_bytes(),
    };
    let mut text = String::with_capacity(bytes.len());
    let mut invalid = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            invalid += chunk.invalid().len();
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    Decoded { text, invalid }
}

/// A reader that turns UTF-16 into UTF-8 on the way; its byte order mark is left out.
pub(crate) fn transcode(reader: impl Read) -> impl Read {
    DecodeReaderBytesBuilder::new().bom_sniffing(true).strip_bom(true).build(reader)
}

/// Text as UTF-16 with a byte order mark.
pub(crate) fn utf16(text: &str, format: Format) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    if format == Format::Utf16Be {
        units.flat_map(u16::to_be_bytes).collect()
    } else {
        units.flat_map(u16::to_le_bytes).collect()
    }
}

/// A size for people: `312 bytes`, `1.4 MB`.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if bytes < 1024 {
        return if bytes == 1 { "1 byte".to_owned() } else { format!("{bytes} bytes") };
    }
    // One digit behind the point, in whole numbers.
    let mut tenths = u128::from(bytes) * 10 / 1024;
    let mut unit = 0;
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or_default();
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}
