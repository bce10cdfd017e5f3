//! How text is cut into words before merging, by the name the file gives to its way.
//!
//! The patterns are those of llama.cpp, which every GGUF file is made for.

use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{PreTokenizerWrapper, SplitDelimiterBehavior};

use crate::LocalError;

const LLAMA_3: &str = concat!(
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|",
    r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
);
const QWEN_2: &str = concat!(
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|",
    r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
);
const TEKKEN: &str = concat!(
    r"[^\r\n\p{L}\p{N}]?((?=[\p{L}])([^a-z]))*((?=[\p{L}])([^A-Z]))+|",
    r"[^\r\n\p{L}\p{N}]?((?=[\p{L}])([^a-z]))+((?=[\p{L}])([^A-Z]))*|",
    r"\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
);

/// Whether a word that is a token is taken as it is, without merging.
pub(super) fn takes_whole_words(pre: &str) -> bool {
    matches!(pre, "llama3" | "llama-v3" | "llama-bpe" | "falcon3" | "tekken")
}

/// The way of cutting that goes by this name.
pub(super) fn pre_tokenizer(pre: &str) -> Result<PreTokenizerWrapper, LocalError> {
    // With its own pattern, that of GPT-2; without, only bytes to letters.
    let gpt_2 = || ByteLevel::new(false, false, true).into();
    let bytes = || ByteLevel::new(false, false, false).into();
    let steps: Vec<PreTokenizerWrapper> = match pre {
        "smollm" | "starcoder" | "refact" | "command-r" | "codeshell" | "exaone" => {
            vec![Digits::new(true).into(), gpt_2()]
        }
        "llama3" | "llama-v3" | "llama-bpe" | "falcon3" | "smaug-bpe" | "dbrx" => {
            vec![pattern(LLAMA_3)?, bytes()]
        }
        "qwen2" | "deepseek-r1-qwen" | "stablelm2" | "megrez" => vec![pattern(QWEN_2)?, bytes()],
        "tekken" => vec![pattern(TEKKEN)?, bytes()],
        "gpt-2" | "gpt2" | "olmo" | "phi-2" | "jina-en" | "mpt" => vec![gpt_2()],
        other => {
            if other != "default" {
                tracing::warn!(pre = other, "unknown pre-tokenizer, the usual one is used");
            }
            vec![
                pattern(r"[\p{P}\$\+<=>\^~\|]+")?,
                pattern(r"\p{N}+")?,
                pattern(r"[0-9][0-9][0-9]")?,
                gpt_2(),
            ]
        }
    };
    Ok(Sequence::new(steps).into())
}

fn pattern(regex: &str) -> Result<PreTokenizerWrapper, LocalError> {
    let pattern = SplitPattern::Regex(regex.to_owned());
    Split::new(pattern, SplitDelimiterBehavior::Isolated, false)
        .map(Into::into)
        .map_err(|error| LocalError::Tokenizer(error.to_string()))
}
