use proptest::prelude::*;

use super::*;

/// Writes GGUF files: small ones, for tests.
#[derive(Default)]
pub(crate) struct Writer {
    metadata: Vec<u8>,
    values: u64,
    tensors: Vec<(String, Vec<u64>, u32, Vec<u8>)>,
}

fn push_text(to: &mut Vec<u8>, text: &str) {
    to.extend((text.len() as u64).to_le_bytes());
    to.extend(text.as_bytes());
}

impl Writer {
    fn key(&mut self, key: &str, kind: u32) -> &mut Vec<u8> {
        self.values += 1;
        push_text(&mut self.metadata, key);
        self.metadata.extend(kind.to_le_bytes());
        &mut self.metadata
    }

    pub(crate) fn text(&mut self, key: &str, value: &str) -> &mut Self {
        push_text(self.key(key, 8), value);
        self
    }

    pub(crate) fn number(&mut self, key: &str, value: u32) -> &mut Self {
        self.key(key, 4).extend(value.to_le_bytes());
        self
    }

    pub(crate) fn float(&mut self, key: &str, value: f32) -> &mut Self {
        self.key(key, 6).extend(value.to_le_bytes());
        self
    }

    pub(crate) fn flag(&mut self, key: &str, value: bool) -> &mut Self {
        self.key(key, 7).push(value.into());
        self
    }

    pub(crate) fn texts(&mut self, key: &str, values: &[String]) -> &mut Self {
        let to = self.key(key, 9);
        to.extend(8_u32.to_le_bytes());
        to.extend((values.len() as u64).to_le_bytes());
        for value in values {
            push_text(to, value);
        }
        self
    }

    pub(crate) fn floats(&mut self, key: &str, values: &[f32]) -> &mut Self {
        let to = self.key(key, 9);
        to.extend(6_u32.to_le_bytes());
        to.extend((values.len() as u64).to_le_bytes());
        to.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        self
    }

    pub(crate) fn integers(&mut self, key: &str, values: &[i32]) -> &mut Self {
        let to = self.key(key, 9);
        to.extend(5_u32.to_le_bytes());
        to.extend((values.len() as u64).to_le_bytes());
        to.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        self
    }

    pub(crate) fn tensor(&mut self, name: &str, dims: &[u64], values: &[f32]) -> &mut Self {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.packed(name, dims, 0, bytes)
    }

    pub(crate) fn packed(
        &mut self,
        name: &str,
        dims: &[u64],
        kind: u32,
        bytes: Vec<u8>,
    ) -> &mut Self {
        self.tensors.push((name.to_owned(), dims.to_vec(), kind, bytes));
        self
    }

    pub(crate) fn finish(&self) -> Vec<u8> {
        let mut file = b"GGUF".to_vec();
        file.extend(3_u32.to_le_bytes());
        file.extend((self.tensors.len() as u64).to_le_bytes());
        file.extend(self.values.to_le_bytes());
        file.extend(&self.metadata);
        let mut offset = 0_u64;
        for (name, dims, kind, bytes) in &self.tensors {
            push_text(&mut file, name);
            file.extend(u32::try_from(dims.len()).unwrap().to_le_bytes());
            file.extend(dims.iter().flat_map(|dim| dim.to_le_bytes()));
            file.extend(kind.to_le_bytes());
            file.extend(offset.to_le_bytes());
            offset = (offset + bytes.len() as u64).next_multiple_of(32);
        }
        for (.., bytes) in &self.tensors {
            file.resize(file.len().next_multiple_of(32), 0);
            file.extend(bytes);
        }
        file
    }
}

fn sample() -> Vec<u8> {
    let mut writer = Writer::default();
    writer
        .text("general.architecture", "llama")
        .number("llama.block_count", 2)
        .float("llama.rope.freq_base", 10000.0)
        .flag("tokenizer.ggml.add_bos_token", true)
        .texts("tokenizer.ggml.tokens", &["a".to_owned(), "b".to_owned()])
        .integers("tokenizer.ggml.token_type", &[1, 3])
        .tensor("one", &[4], &[1.0, 2.0, 3.0, 4.0])
        .tensor("two", &[2, 2], &[5.0, 6.0, 7.0, 8.0]);
    writer.finish()
}

fn parse(bytes: &[u8]) -> Result<Header, GgufError> {
    Header::parse(bytes, bytes.len() as u64, Depth::Full)
}

#[test]
fn reads_what_was_written() {
    let bytes = sample();
    let header = parse(&bytes).unwrap();

    assert_eq!(header.text("general.architecture"), Some("llama"));
    assert_eq!(header.number("llama.block_count"), Some(2));
    assert_eq!(header.float("llama.rope.freq_base"), Some(10000.0));
    assert_eq!(header.flag("tokenizer.ggml.add_bos_token"), Some(true));
    assert_eq!(header.numbers("tokenizer.ggml.token_type"), Some(&[1.0, 3.0][..]));
    let two = &header.tensors["two"];
    assert_eq!((&two.dims[..], two.kind), (&[2, 2][..], Kind::F32));
    assert_eq!(&bytes[two.range.clone()][..4], 5.0_f32.to_le_bytes());
}

#[test]
fn a_look_at_the_facts_skips_the_lists_and_tensors() {
    let bytes = sample();
    let header = Header::parse(&bytes, bytes.len() as u64, Depth::Facts).unwrap();

    assert_eq!(header.number("llama.block_count"), Some(2));
    assert_eq!(header.metadata["tokenizer.ggml.tokens"], Value::Skipped(2));
    assert!(header.tensors.is_empty());
}

#[test]
fn a_file_that_is_cut_anywhere_is_an_error() {
    let bytes = sample();
    for len in 0..bytes.len() {
        assert!(parse(&bytes[..len]).is_err(), "{len} of {} bytes were taken", bytes.len());
    }
}

#[test]
fn says_what_is_wrong() {
    let mut bytes = sample();
    bytes[4] = 9;
    assert_eq!(parse(&bytes).unwrap_err(), GgufError::Version(9));
    assert_eq!(parse(b"PK\x03\x04 and so on").unwrap_err(), GgufError::Magic);
    let cut = &sample()[..sample().len() - 1];
    assert!(parse(cut).unwrap_err().to_string().starts_with("the file is truncated: a tensor"));
}

#[test]
fn lengths_beyond_the_file_cost_nothing() {
    let mut bytes = b"GGUF".to_vec();
    bytes.extend(3_u32.to_le_bytes());
    bytes.extend(0_u64.to_le_bytes());
    bytes.extend(1_u64.to_le_bytes());
    bytes.extend(u64::MAX.to_le_bytes());
    assert!(matches!(parse(&bytes), Err(GgufError::Truncated { .. })));

    let mut bytes = b"GGUF".to_vec();
    bytes.extend(3_u32.to_le_bytes());
    bytes.extend(u64::MAX.to_le_bytes());
    bytes.extend(0_u64.to_le_bytes());
    assert!(matches!(parse(&bytes), Err(GgufError::Corrupt(_))));
}

#[test]
fn a_tensor_with_an_overflowing_shape_is_an_error() {
    let mut writer = Writer::default();
    writer.packed("huge", &[u64::MAX, u64::MAX], 0, vec![0; 4]);
    assert!(matches!(parse(&writer.finish()), Err(GgufError::Corrupt(_))));
    let mut writer = Writer::default();
    writer.packed("odd", &[33], 3, vec![0; 40]);
    assert!(matches!(parse(&writer.finish()), Err(GgufError::Corrupt(_))));
    let mut writer = Writer::default();
    writer.packed("exotic", &[32], 999, vec![0; 40]);
    assert!(matches!(parse(&writer.finish()), Err(GgufError::TensorType { kind: 999, .. })));
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        drop(parse(&bytes));
        let mut file = b"GGUF\x03\0\0\0".to_vec();
        file.extend(bytes);
        drop(parse(&file));
    }

    #[test]
    fn no_change_of_a_good_file_panics(at in 0_usize..1024, to in any::<u8>()) {
        let mut bytes = sample();
        let at = at % bytes.len();
        bytes[at] = to;
        if let Ok(header) = parse(&bytes) {
            for tensor in header.tensors.values() {
                prop_assert!(tensor.range.end <= bytes.len());
            }
        }
    }
}
