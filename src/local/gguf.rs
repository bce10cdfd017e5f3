//! GGUF files: the header, read with suspicion, and the weights behind it.
//!
//! Every length in a header is checked against the bytes that are there before anything
//! is allocated, so a broken or hostile file costs an error and nothing else.

mod file;

use std::collections::HashMap;
use std::ops::Range;

pub(crate) use self::file::{GgufFile, Weights, peek};
use crate::quant::Kind;

#[cfg(test)]
pub(crate) mod tests;

/// Tensors of a model have at most this many dimensions.
const MAX_DIMS: u32 = 4;
/// More entries than any real header has.
const MAX_ENTRIES: u64 = 1 << 20;
/// Arrays of arrays do not occur in model files.
const MAX_ARRAY_DEPTH: u8 = 2;

/// Why bytes are not a usable GGUF header.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GgufError {
    /// The first four bytes are others.
    #[error("not a GGUF file")]
    Magic,
    /// An older or newer layout.
    #[error("GGUF version {0} is not supported, only 2 and 3")]
    Version(u32),
    /// The file ends too early.
    #[error("the file is truncated: {what} ends at byte {needed}, the file at {have}")]
    Truncated {
        /// What was being read.
        what: &'static str,
        /// Where it would end.
        needed: u64,
        /// How long the file is.
        have: u64,
    },
    /// Something that makes no sense.
    #[error("the header is corrupt: {0}")]
    Corrupt(String),
    /// A key every model has.
    #[error("the header has no {0}")]
    Missing(String),
    /// A tensor type this program does not know.
    #[error("tensor {name} has type {kind}, which is not supported")]
    TensorType {
        /// The tensor.
        name: String,
        /// Its type by number.
        kind: u32,
    },
}

/// One metadata value. Arrays keep only what models use: texts, integers, numbers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Bool(bool),
    Text(String),
    Texts(Vec<String>),
    Numbers(Vec<f64>),
    /// An array that was skipped because nobody asked for it.
    Skipped(u64),
}

/// Where a tensor lies and what shape it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TensorInfo {
    /// Fastest-changing dimension first, as in the file.
    pub(crate) dims: Vec<usize>,
    pub(crate) kind: Kind,
    /// Bytes in the file.
    pub(crate) range: Range<usize>,
}

/// A parsed header.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    pub(crate) metadata: HashMap<String, Value>,
    pub(crate) tensors: HashMap<String, TensorInfo>,
}

/// How much of the metadata is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Everything.
    Full,
    /// No arrays and no tensors: what a listing needs.
    Facts,
}

impl Header {
    /// Reads the header at the start of `bytes`; `file_len` is the length of the whole file.
    pub(crate) fn parse(bytes: &[u8], file_len: u64, depth: Depth) -> Result<Self, GgufError> {
        let mut from = Reader { bytes, at: 0 };
        if from.take(4, "the magic")? != b"GGUF" {
            return Err(GgufError::Magic);
        }
        let version = from.u32("the version")?;
        if !(2..=3).contains(&version) {
            return Err(GgufError::Version(version));
        }
        let tensor_count = from.count("tensors")?;
        let value_count = from.count("metadata values")?;
        let mut metadata = HashMap::new();
        for _ in 0..value_count {
            let key = from.text("a metadata key")?;
            let kind = from.u32("a metadata type")?;
            let value = from.value(kind, depth, 0)?;
            metadata.insert(key, value);
        }
        let mut tensors = HashMap::new();
        if depth == Depth::Full {
            tensors = read_tensors(&mut from, tensor_count, &metadata, file_len)?;
        }
        Ok(Self { metadata, tensors })
    }

    /// A text.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        match self.metadata.get(key) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// A whole number that fits.
    pub(crate) fn number(&self, key: &str) -> Option<usize> {
        match self.metadata.get(key)? {
            Value::Unsigned(number) => usize::try_from(*number).ok(),
            Value::Signed(number) => usize::try_from(*number).ok(),
            // Some writers store one number per layer; models with equal layers only.
            Value::Numbers(all) => {
                let first = *all.first()?;
                let fits = (0.0..1e9).contains(&first) && all.iter().all(|n| *n == first);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "checked to be a small natural number"
                )]
                fits.then_some(first as usize)
            }
            _ => None,
        }
    }

    /// A number with a fraction.
    pub(crate) fn float(&self, key: &str) -> Option<f64> {
        match self.metadata.get(key)? {
            Value::Float(number) => Some(*number),
            _ => None,
        }
    }

    /// A switch.
    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        match self.metadata.get(key)? {
            Value::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    /// A list of numbers.
    pub(crate) fn numbers(&self, key: &str) -> Option<&[f64]> {
        match self.metadata.get(key)? {
            Value::Numbers(numbers) => Some(numbers),
            _ => None,
        }
    }

    /// Takes a list of texts out, to be kept elsewhere.
    pub(crate) fn take_texts(&mut self, key: &str) -> Option<Vec<String>> {
        match self.metadata.remove(key)? {
            Value::Texts(texts) => Some(texts),
            _ => None,
        }
    }
}

fn read_tensors(
    from: &mut Reader<'_>,
    count: u64,
    metadata: &HashMap<String, Value>,
    file_len: u64,
) -> Result<HashMap<String, TensorInfo>, GgufError> {
    let mut found = Vec::new();
    for _ in 0..count {
        let name = from.text("a tensor name")?;
        let rank = from.u32("a tensor rank")?;
        if !(1..=MAX_DIMS).contains(&rank) {
            return Err(GgufError::Corrupt(format!("tensor {name} has {rank} dimensions")));
        }
        let mut dims = Vec::new();
        for _ in 0..rank {
            dims.push(from.u64("a tensor dimension")?);
        }
        let kind = from.u32("a tensor type")?;
        let offset = from.u64("a tensor offset")?;
        found.push((name, dims, kind, offset));
    }
    let alignment = match metadata.get("general.alignment") {
        Some(Value::Unsigned(n)) if (1..=1 << 16).contains(n) => *n,
        Some(_) => return Err(GgufError::Corrupt("general.alignment".to_owned())),
        None => 32,
    };
    let start = (from.at as u64).next_multiple_of(alignment);
    let mut tensors = HashMap::new();
    for (name, dims, kind, offset) in found {
        let kind = Kind::from_number(kind)
            .ok_or_else(|| GgufError::TensorType { name: name.clone(), kind })?;
        let info = place(&name, &dims, kind, start, offset, file_len)?;
        if tensors.insert(name.clone(), info).is_some() {
            return Err(GgufError::Corrupt(format!("tensor {name} occurs twice")));
        }
    }
    Ok(tensors)
}

/// Checks a tensor's shape against its type and its bytes against the file.
fn place(
    name: &str,
    dims: &[u64],
    kind: Kind,
    start: u64,
    offset: u64,
    file_len: u64,
) -> Result<TensorInfo, GgufError> {
    let corrupt = || GgufError::Corrupt(format!("tensor {name} has an impossible shape {dims:?}"));
    let elements = dims
        .iter()
        .try_fold(1_u64, |all, dim| all.checked_mul(*dim))
        .filter(|all| *all > 0 && *all < 1 << 40)
        .ok_or_else(corrupt)?;
    let row = *dims.first().ok_or_else(corrupt)?;
    if row % kind.elements() as u64 != 0 {
        return Err(corrupt());
    }
    let bytes = elements / kind.elements() as u64 * kind.bytes() as u64;
    let begin = start.checked_add(offset).ok_or_else(corrupt)?;
    let end = begin.checked_add(bytes).ok_or_else(corrupt)?;
    if end > file_len {
        return Err(GgufError::Truncated { what: "a tensor", needed: end, have: file_len });
    }
    let fits = |n: u64| usize::try_from(n).map_err(|_| corrupt());
    Ok(TensorInfo {
        dims: dims.iter().map(|dim| fits(*dim)).collect::<Result<_, _>>()?,
        kind,
        range: fits(begin)?..fits(end)?,
    })
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize, what: &'static str) -> Result<&'a [u8], GgufError> {
        let end = self.at.saturating_add(len);
        let Some(taken) = self.bytes.get(self.at..end) else {
            return Err(GgufError::Truncated {
                what,
                needed: end as u64,
                have: self.bytes.len() as u64,
            });
        };
        self.at = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], GgufError> {
        let taken = self.take(N, what)?;
        taken.try_into().map_err(|_| GgufError::Corrupt(what.to_owned()))
    }

    fn u32(&mut self, what: &'static str) -> Result<u32, GgufError> {
        Ok(u32::from_le_bytes(self.array(what)?))
    }

    fn u64(&mut self, what: &'static str) -> Result<u64, GgufError> {
        Ok(u64::from_le_bytes(self.array(what)?))
    }

    fn count(&mut self, what: &'static str) -> Result<u64, GgufError> {
        let count = self.u64(what)?;
        if count > MAX_ENTRIES {
            return Err(GgufError::Corrupt(format!("{count} {what}")));
        }
        Ok(count)
    }

    fn text(&mut self, what: &'static str) -> Result<String, GgufError> {
        let len = self.u64(what)?;
        let bytes = self.take(usize::try_from(len).unwrap_or(usize::MAX), what)?;
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }

    fn value(&mut self, kind: u32, depth: Depth, nested: u8) -> Result<Value, GgufError> {
        const WHAT: &str = "a metadata value";
        Ok(match kind {
            0 => Value::Unsigned(self.array::<1>(WHAT)?[0].into()),
            1 => Value::Signed(i8::from_le_bytes(self.array(WHAT)?).into()),
            2 => Value::Unsigned(u16::from_le_bytes(self.array(WHAT)?).into()),
            3 => Value::Signed(i16::from_le_bytes(self.array(WHAT)?).into()),
            4 => Value::Unsigned(self.u32(WHAT)?.into()),
            5 => Value::Signed(i32::from_le_bytes(self.array(WHAT)?).into()),
            6 => Value::Float(f32::from_le_bytes(self.array(WHAT)?).into()),
            7 => Value::Bool(self.array::<1>(WHAT)?[0] != 0),
            8 => Value::Text(self.text(WHAT)?),
            9 => self.list(depth, nested + 1)?,
            10 => Value::Unsigned(self.u64(WHAT)?),
            11 => Value::Signed(i64::from_le_bytes(self.array(WHAT)?)),
            12 => Value::Float(f64::from_le_bytes(self.array(WHAT)?)),
            other => return Err(GgufError::Corrupt(format!("metadata type {other}"))),
        })
    }

    #[expect(clippy::cast_precision_loss, reason = "lists hold scores, token types and sizes")]
    fn list(&mut self, depth: Depth, nested: u8) -> Result<Value, GgufError> {
        let kind = self.u32("a list type")?;
        let count = self.u64("a list length")?;
        if nested > MAX_ARRAY_DEPTH {
            return Err(GgufError::Corrupt("lists are nested too deeply".to_owned()));
        }
        // Each element takes at least one byte, which bounds what a bad length can cost.
        if count > (self.bytes.len() - self.at) as u64 {
            return Err(GgufError::Truncated {
                what: "a list",
                needed: (self.at as u64).saturating_add(count),
                have: self.bytes.len() as u64,
            });
        }
        let (mut texts, mut numbers) = (Vec::new(), Vec::new());
        for _ in 0..count {
            if kind == 8 && depth == Depth::Facts {
                let len = self.u64("a text")?;
                self.take(usize::try_from(len).unwrap_or(usize::MAX), "a text")?;
                continue;
            }
            match self.value(kind, depth, nested)? {
                Value::Text(text) => texts.push(text),
                Value::Unsigned(number) => numbers.push(number as f64),
                Value::Signed(number) => numbers.push(number as f64),
                Value::Float(number) => numbers.push(number),
                Value::Bool(flag) => numbers.push(f64::from(u8::from(flag))),
                Value::Texts(_) | Value::Numbers(_) | Value::Skipped(_) => {}
            }
        }
        Ok(match (kind, depth) {
            (_, Depth::Facts) if count > 1024 => Value::Skipped(count),
            (8, Depth::Full) => Value::Texts(texts),
            (8 | 9, _) => Value::Skipped(count),
            _ => Value::Numbers(numbers),
        })
    }
}
