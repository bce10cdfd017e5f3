//! The tokenizer of a model, built from what its GGUF file says.
//!
//! Two kinds of vocabulary exist in such files: byte-level BPE with merges (`gpt2`) and
//! SentencePiece with scores and byte fallback (`llama`). Markers such as `<|im_end|>` are
//! recognised in what templates write, never in what people or tools say: see [`SEAM`].

mod pieces;
mod splits;

use std::collections::HashSet;
use std::sync::Arc;

use tokenizers::models::bpe::{BPE, Vocab};
use tokenizers::normalizers::{Prepend, Replace};
use tokenizers::{AddedToken, NormalizerWrapper, Tokenizer as Inner};

use self::pieces::Spelling;
pub(crate) use self::pieces::Utf8Pieces;
use crate::LocalError;
use crate::gguf::Header;

#[cfg(test)]
mod tests;

/// Put into outside text to break up what looks like a marker; vanishes when encoded.
///
/// It is a character that Unicode reserves for internal use, so no text loses anything.
pub(crate) const SEAM: char = '\u{FDD0}';

/// Markers that some files class as text although answers are structured by them.
const DIALECT: [&str; 6] =
    ["<think>", "</think>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"];

/// How the file classes a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Normal,
    /// Markers that are not text.
    Control,
    /// Markers that are text.
    Marker,
    Byte,
    Unused,
}

/// Text to token ids and back.
pub(crate) struct Tokenizer {
    inner: Inner,
    spelling: Arc<Spelling>,
    bos: Option<u32>,
    ends: HashSet<u32>,
    /// Texts that outside text must not smuggle in.
    markers: Vec<String>,
}

impl Tokenizer {
    /// Builds the tokenizer; takes the long lists out of the header.
    pub(crate) fn build(header: &mut Header) -> Result<Self, LocalError> {
        let model = header.text("tokenizer.ggml.model").unwrap_or_default().to_owned();
        let tokens = header
            .take_texts("tokenizer.ggml.tokens")
            .filter(|tokens| !tokens.is_empty() && u32::try_from(tokens.len()).is_ok())
            .ok_or_else(|| LocalError::Tokenizer("the file has no tokens".to_owned()))?;
        let classes = classes(header, tokens.len());
        let mut inner = match model.as_str() {
            "gpt2" => byte_level(header, &tokens)?,
            "llama" => sentence_piece(header, &tokens)?,
            other => {
                let reason = format!("vocabularies of the kind {other:?} are not supported");
                return Err(LocalError::Tokenizer(reason));
            }
        };
        let special = |class: &Class| matches!(class, Class::Control | Class::Marker);
        let added = tokens
            .iter()
            .zip(&classes)
            .filter(|(token, class)| special(class) && !token.is_empty());
        // Not normalised: a marker is recognised exactly as it is written.
        inner
            .add_special_tokens(added.map(|(token, _)| AddedToken::from(token.clone(), true)))
            .map_err(|error| LocalError::Tokenizer(error.to_string()))?;
        let markers = tokens
            .iter()
            .zip(&classes)
            .filter(|(token, class)| {
                (**class == Class::Control && token.len() > 1) || DIALECT.contains(&token.as_str())
            })
            .map(|(token, _)| token.clone())
            .collect();
        let id = |key: &str| header.number(key).and_then(|id| u32::try_from(id).ok());
        let wants_bos = header.flag("tokenizer.ggml.add_bos_token").unwrap_or(model == "llama");
        let bos = id("tokenizer.ggml.bos_token_id").filter(|_| wants_bos);
        let ends = ends(header, &tokens, &classes);
        let silent = classes.iter().map(|class| *class == Class::Control).collect();
        let spelling = Spelling::new(tokens, silent, model == "llama");
        Ok(Self { inner, spelling: Arc::new(spelling), bos, ends, markers })
    }

    /// The ids of a rendered template. Markers become their ids.
    pub(crate) fn encode(&self, text: &str) -> Result<Vec<u32>, LocalError> {
        let mut ids = Vec::new();
        for part in text.split(SEAM) {
            let encoded = self
                .inner
                .encode_fast(part, false)
                .map_err(|error| LocalError::Tokenizer(error.to_string()))?;
            ids.extend_from_slice(encoded.get_ids());
        }
        if let Some(bos) = self.bos
            && ids.first() != Some(&bos)
        {
            ids.insert(0, bos);
        }
        Ok(ids)
    }

    /// Outside text that cannot be mistaken for markers.
    pub(crate) fn defuse(&self, text: &str) -> String {
        let mut text = text.replace(SEAM, "");
        for marker in &self.markers {
            if text.contains(marker.as_str()) {
                let mut broken = String::with_capacity(marker.len() + SEAM.len_utf8());
                let first = marker.chars().next().map_or(0, char::len_utf8);
                broken.push_str(&marker[..first]);
                broken.push(SEAM);
                broken.push_str(&marker[first..]);
                text = text.replace(marker.as_str(), &broken);
            }
        }
        text
    }

    /// Whether the model says with this token that it is done.
    pub(crate) fn is_end(&self, id: u32) -> bool {
        self.ends.contains(&id)
    }

    /// A token by its text, for templates: `bos_token` and `eos_token`.
    pub(crate) fn text_of(&self, id: u32) -> Option<&str> {
        self.spelling.text_of(id)
    }

    /// Turns ids into text as they come.
    pub(crate) fn pieces(&self) -> Utf8Pieces {
        Utf8Pieces::new(self.spelling.clone())
    }
}

fn classes(header: &Header, tokens: usize) -> Vec<Class> {
    let mut classes = vec![Class::Normal; tokens];
    let kinds = header.numbers("tokenizer.ggml.token_type").unwrap_or_default();
    for (class, kind) in classes.iter_mut().zip(kinds) {
        #[expect(clippy::cast_possible_truncation, reason = "token types are 1 to 6")]
        let kind = *kind as i64;
        *class = match kind {
            2 | 3 => Class::Control,
            4 => Class::Marker,
            5 => Class::Unused,
            6 => Class::Byte,
            _ => Class::Normal,
        };
    }
    classes
}

/// The ids after which nothing follows: what the file names, and the usual ends of a turn,
/// because files often name only one of them.
fn ends(header: &Header, tokens: &[String], classes: &[Class]) -> HashSet<u32> {
    const USUAL: [&str; 8] = [
        "<|im_end|>",
        "<|eot_id|>",
        "<|eom_id|>",
        "<end_of_turn>",
        "<|endoftext|>",
        "<|end_of_text|>",
        "<|end|>",
        "</s>",
    ];
    let named = ["eos", "eot", "eom"].into_iter().filter_map(|name| {
        let id = header.number(&format!("tokenizer.ggml.{name}_token_id"))?;
        u32::try_from(id).ok()
    });
    let usual = (0_u32..).zip(tokens.iter().zip(classes)).filter_map(|(id, (token, class))| {
        (*class == Class::Control && USUAL.contains(&token.as_str())).then_some(id)
    });
    named.chain(usual).collect()
}

fn byte_level(header: &mut Header, tokens: &[String]) -> Result<Inner, LocalError> {
    let merges = header
        .take_texts("tokenizer.ggml.merges")
        .ok_or_else(|| LocalError::Tokenizer("the file has no merges".to_owned()))?;
    let merges = merges
        .iter()
        .filter_map(|merge| merge.split_once(' '))
        .map(|(left, right)| (left.to_owned(), right.to_owned()))
        .collect();
    let pre = header.text("tokenizer.ggml.pre").unwrap_or("default");
    let whole_words = splits::takes_whole_words(pre);
    let mut inner = Inner::new(bpe(tokens, merges, whole_words, false)?);
    inner.with_pre_tokenizer(Some(splits::pre_tokenizer(pre)?));
    Ok(inner)
}

/// SentencePiece merges whatever pair gives the piece with the best score, so the order of
/// merges is the order of scores.
fn sentence_piece(header: &Header, tokens: &[String]) -> Result<Inner, LocalError> {
    let scores = header
        .numbers("tokenizer.ggml.scores")
        .filter(|scores| scores.len() == tokens.len())
        .ok_or_else(|| LocalError::Tokenizer("the file has no scores".to_owned()))?;
    let known: HashSet<&str> = tokens.iter().map(String::as_str).collect();
    let mut merges = Vec::new();
    for (token, score) in tokens.iter().zip(scores) {
        for (at, _) in token.char_indices().skip(1) {
            let (left, right) = token.split_at(at);
            if known.contains(left) && known.contains(right) {
                merges.push((score, left, right));
            }
        }
    }
    merges.sort_by(|(one, ..), (other, ..)| other.total_cmp(one));
    let merges =
        merges.into_iter().map(|(_, left, right)| (left.to_owned(), right.to_owned())).collect();
    let mut inner = Inner::new(bpe(tokens, merges, false, true)?);
    let spaces =
        Replace::new(" ", "▁").map_err(|error| LocalError::Tokenizer(error.to_string()))?;
    let mut normalizers = vec![NormalizerWrapper::from(spaces)];
    if header.flag("tokenizer.ggml.add_space_prefix").unwrap_or(true) {
        normalizers.insert(0, Prepend::new("▁".to_owned()).into());
    }
    let normalizer = tokenizers::normalizers::Sequence::new(normalizers);
    inner
        .with_normalizer(Some(normalizer))
        .map_err(|error| LocalError::Tokenizer(error.to_string()))?;
    Ok(inner)
}

fn bpe(
    tokens: &[String],
    merges: Vec<(String, String)>,
    whole_words: bool,
    byte_fallback: bool,
) -> Result<BPE, LocalError> {
    // A text that occurs twice keeps its first id, as in llama.cpp.
    let mut vocabulary = Vocab::default();
    for (token, id) in tokens.iter().zip(0_u32..) {
        vocabulary.entry(token.clone()).or_insert(id);
    }
    let known = |piece: &String| vocabulary.contains_key(piece);
    let merges = merges
        .into_iter()
        .filter(|(left, right)| {
            known(left) && known(right) && vocabulary.contains_key(&format!("{left}{right}"))
        })
        .collect();
    BPE::builder()
        .vocab_and_merges(vocabulary, merges)
        .ignore_merges(whole_words)
        .byte_fallback(byte_fallback)
        .fuse_unk(byte_fallback)
        .build()
        .map_err(|error| LocalError::Tokenizer(error.to_string()))
}
