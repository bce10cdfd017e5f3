//! What a model file says about the model's shape: sizes, variants, constants.

use std::path::Path;

use crate::LocalError;
use crate::gguf::{GgufError, Header};

#[cfg(test)]
mod tests;

/// Memory that the attention cache of one conversation may take.
const CACHE_BUDGET: usize = 1 << 30;
/// Windows are never made smaller than this, whatever they cost.
const SMALLEST_WINDOW: usize = 2048;

/// The families whose arithmetic differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// llama, and what copies it: SmolLM, Mistral.
    Llama,
    Qwen2,
    Qwen3,
    Gemma,
    Gemma2,
    Gemma3,
}

/// The numbers that decide how a model is computed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    pub(crate) family: Family,
    pub(crate) layers: usize,
    /// Numbers per token between layers.
    pub(crate) width: usize,
    pub(crate) heads: usize,
    /// Heads of keys and values; several query heads share one.
    pub(crate) kv_heads: usize,
    pub(crate) head_dim: usize,
    /// Leading part of each head that carries the position.
    pub(crate) rope_dims: usize,
    pub(crate) rope_base: f64,
    /// Positions are divided by this.
    pub(crate) rope_factor: f64,
    /// Tokens of prompt and answer together.
    pub(crate) window: usize,
    pub(crate) eps: f32,
    pub(crate) embedding_scale: f64,
    pub(crate) attention_scale: f64,
    pub(crate) attention_cap: Option<f64>,
    pub(crate) final_cap: Option<f64>,
    /// Layers that see only the last so many tokens.
    pub(crate) sliding: Option<Sliding>,
}

/// Sliding-window attention in some of the layers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sliding {
    pub(crate) tokens: usize,
    /// Every so manieth layer sees everything.
    pub(crate) period: usize,
    pub(crate) rope_base: f64,
}

impl Shape {
    /// Reads the shape from a header.
    pub(crate) fn read(header: &Header, path: &Path) -> Result<Self, LocalError> {
        let name = header
            .text("general.architecture")
            .ok_or_else(|| missing(path, "general.architecture"))?;
        let unsupported =
            |reason: String| LocalError::Unsupported { path: path.to_owned(), reason };
        let family = family(name).ok_or_else(|| {
            unsupported(format!(
                "models of the kind {name:?} are not supported: llama, qwen2, qwen3, gemma, \
                 gemma2 and gemma3 are"
            ))
        })?;
        let key = |key: &str| format!("{name}.{key}");
        let number = |what: &str| header.number(&key(what));
        let need =
            |what: &str| number(what).filter(|n| *n > 0).ok_or_else(|| missing(path, &key(what)));
        if number("expert_count").is_some_and(|experts| experts > 0) {
            return Err(unsupported("mixtures of experts are not supported".to_owned()));
        }
        let heads = need("attention.head_count")?;
        let width = need("embedding_length")?;
        let head_dim = number("attention.key_length").unwrap_or(width / heads);
        let mut shape = Self {
            family,
            layers: need("block_count")?,
            width,
            heads,
            kv_heads: number("attention.head_count_kv").unwrap_or(heads),
            head_dim,
            rope_dims: number("rope.dimension_count").unwrap_or(head_dim),
            rope_base: header.float(&key("rope.freq_base")).unwrap_or(10_000.0),
            rope_factor: rope_factor(header, &key),
            window: need("context_length")?,
            eps: eps(header, &key),
            embedding_scale: 1.0,
            attention_scale: 1.0 / as_f64(head_dim).sqrt(),
            attention_cap: None,
            final_cap: None,
            sliding: None,
        };
        shape.add_gemma(header, &key);
        shape.check(path)?;
        shape.window = shape.window.min(shape.affordable_window());
        Ok(shape)
    }

    fn add_gemma(&mut self, header: &Header, key: &dyn Fn(&str) -> String) {
        if !matches!(self.family, Family::Gemma | Family::Gemma2 | Family::Gemma3) {
            return;
        }
        self.embedding_scale = as_f64(self.width).sqrt();
        let (period, local_base) = match self.family {
            Family::Gemma2 => (2, self.rope_base),
            _ => (6, 10_000.0),
        };
        if self.family == Family::Gemma2 {
            let cap = |what: &str, usual| Some(header.float(&key(what)).unwrap_or(usual));
            self.attention_cap = cap("attn_logit_softcapping", 50.0);
            self.final_cap = cap("final_logit_softcapping", 30.0);
        }
        // The largest of each generation divides by width and heads instead.
        let largest = match self.family {
            Family::Gemma2 => self.layers == 46,
            Family::Gemma3 => self.layers == 62,
            _ => false,
        };
        if largest {
            self.attention_scale = 1.0 / as_f64(self.width / self.heads).sqrt();
        }
        if self.family != Family::Gemma {
            self.sliding = header
                .number(&key("attention.sliding_window"))
                .filter(|tokens| *tokens > 0)
                .map(|tokens| Sliding { tokens, period, rope_base: local_base });
        }
    }

    fn check(&self, path: &Path) -> Result<(), LocalError> {
        let plausible = self.heads > 0
            && self.kv_heads > 0
            && self.heads.is_multiple_of(self.kv_heads)
            && self.heads <= 1024
            && (2..=4096).contains(&self.head_dim)
            && self.rope_dims <= self.head_dim
            && self.rope_dims.is_multiple_of(2)
            && self.rope_dims > 0
            && self.layers <= 1024
            && self.width <= 1 << 16
            && self.rope_base > 0.0
            && self.rope_factor > 0.0;
        if plausible {
            Ok(())
        } else {
            let reason = "the model's sizes do not fit together".to_owned();
            Err(LocalError::bad_file(path, GgufError::Corrupt(reason)))
        }
    }

    /// Bytes of attention cache per token.
    pub(crate) fn cache_bytes(&self) -> usize {
        self.layers * 2 * self.kv_heads * self.head_dim * size_of::<f32>()
    }

    fn affordable_window(&self) -> usize {
        (CACHE_BUDGET / self.cache_bytes() / 1024 * 1024).max(SMALLEST_WINDOW)
    }

    /// The sliding window of a layer, if it has one.
    pub(crate) fn sliding_at(&self, layer: usize) -> Option<Sliding> {
        self.sliding.filter(|sliding| !(layer + 1).is_multiple_of(sliding.period))
    }

    /// Whether positions turn neighbouring numbers, instead of the two halves of a head.
    pub(crate) const fn rope_is_interleaved(&self) -> bool {
        matches!(self.family, Family::Llama)
    }

    /// Whether the feed-forward gate is GELU instead of SiLU.
    pub(crate) const fn has_gelu(&self) -> bool {
        matches!(self.family, Family::Gemma | Family::Gemma2 | Family::Gemma3)
    }
}

fn family(name: &str) -> Option<Family> {
    Some(match name {
        "llama" => Family::Llama,
        "qwen2" => Family::Qwen2,
        "qwen3" => Family::Qwen3,
        "gemma" => Family::Gemma,
        "gemma2" => Family::Gemma2,
        "gemma3" => Family::Gemma3,
        _ => return None,
    })
}

fn rope_factor(header: &Header, key: &dyn Fn(&str) -> String) -> f64 {
    let linear = header.text(&key("rope.scaling.type")).is_none_or(|kind| kind == "linear");
    let factor = header
        .float(&key("rope.scaling.factor"))
        .or_else(|| header.float(&key("rope.scale_linear")));
    factor.filter(|factor| linear && *factor > 0.0).unwrap_or(1.0)
}

#[expect(clippy::cast_possible_truncation, reason = "was single precision in the file")]
fn eps(header: &Header, key: &dyn Fn(&str) -> String) -> f32 {
    header.float(&key("attention.layer_norm_rms_epsilon")).unwrap_or(1e-6) as f32
}

#[expect(clippy::cast_precision_loss, reason = "sizes of models are far below 2^52")]
fn as_f64(number: usize) -> f64 {
    number as f64
}

fn missing(path: &Path, key: &str) -> LocalError {
    LocalError::bad_file(path, GgufError::Missing(key.to_owned()))
}
