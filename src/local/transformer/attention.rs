//! Attention over a cache of keys and values.

use candle_core::{D, DType, Device, Tensor};
use candle_nn::ops::{rms_norm, softmax_last_dim};

use crate::LocalError;
use crate::gguf::GgufFile;
use crate::linear::{Linear, vector};
use crate::rope::{Rope, Turns};
use crate::shape::Shape;

/// Places for tokens that a cache starts with; it doubles when it is full.
const FIRST_PLACES: usize = 256;

/// What all layers of one kind share in one step.
pub(super) struct Step {
    turns: Turns,
    /// Place of the first new token.
    start: usize,
    tokens: usize,
    /// First token that anybody in this step may still see.
    from: usize,
    /// What must not be seen, as numbers to add; `None` when everything may be.
    mask: Option<Tensor>,
}

impl Step {
    pub(super) fn new(
        shape: &Shape,
        rope: &Rope,
        sliding: Option<usize>,
        start: usize,
        tokens: usize,
    ) -> Result<Self, LocalError> {
        debug_assert!(start + tokens <= shape.window);
        let oldest = |at: usize| sliding.map_or(0, |window| (at + 1).saturating_sub(window));
        let from = oldest(start);
        let seen = start + tokens - from;
        let mask = if tokens == 1 {
            None
        } else {
            let hidden = (start..start + tokens).flat_map(|at| {
                (from..from + seen).map(move |other| {
                    if other > at || other < oldest(at) { f32::NEG_INFINITY } else { 0.0 }
                })
            });
            Some(Tensor::from_vec(hidden.collect(), (tokens, seen), &Device::Cpu)?)
        };
        Ok(Self { turns: rope.turns(start, tokens)?, start, tokens, from, mask })
    }
}

/// Queries, keys, values, and the way back.
pub(super) struct Attention {
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    query_norm: Option<Tensor>,
    key_norm: Option<Tensor>,
    cache: Option<Cache>,
}

/// `[kv_heads, places, head_dim]` each; only the first tokens of it are filled.
struct Cache {
    keys: Tensor,
    values: Tensor,
}

impl Attention {
    pub(super) fn load(file: &GgufFile, shape: &Shape, prefix: &str) -> Result<Self, LocalError> {
        let (wide, narrow) = (shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim);
        let linear = |name: &str, columns, rows| {
            Linear::load(file, &format!("{prefix}.{name}"), columns, rows)
        };
        let norm = |name: &str| {
            let name = format!("{prefix}.{name}.weight");
            file.find(&name).map(|_| vector(file, &name, shape.head_dim)).transpose()
        };
        Ok(Self {
            query: linear("attn_q", shape.width, wide)?,
            key: linear("attn_k", shape.width, narrow)?,
            value: linear("attn_v", shape.width, narrow)?,
            output: linear("attn_output", wide, shape.width)?,
            query_norm: norm("attn_q_norm")?,
            key_norm: norm("attn_k_norm")?,
            cache: None,
        })
    }

    /// `x` is `[tokens, width]`, and so is the result.
    pub(super) fn forward(
        &mut self,
        shape: &Shape,
        step: &Step,
        x: &Tensor,
    ) -> Result<Tensor, LocalError> {
        let query = heads(&self.query.forward(x)?, shape, self.query_norm.as_ref())?;
        let key = heads(&self.key.forward(x)?, shape, self.key_norm.as_ref())?;
        let value = heads(&self.value.forward(x)?, shape, None)?;
        let query = (step.turns.apply(&query)? * shape.attention_scale)?;
        let key = step.turns.apply(&key)?;
        let (keys, values) = self.remember(shape, step, &key, &value)?;

        // The query heads that share a key head stand one below the other.
        let group = shape.heads / shape.kv_heads * step.tokens;
        let query = query.reshape((shape.kv_heads, group, shape.head_dim))?;
        let mut scores = query.matmul(&keys.t()?)?;
        let seen = scores.dim(D::Minus1)?;
        if let Some(cap) = shape.attention_cap {
            scores = ((scores / cap)?.tanh()? * cap)?;
        }
        if let Some(mask) = &step.mask {
            scores = scores
                .reshape((shape.heads, step.tokens, seen))?
                .broadcast_add(mask)?
                .reshape((shape.kv_heads, group, seen))?;
        }
        let mixed = softmax_last_dim(&scores)?.matmul(&values)?;
        let mixed = mixed
            .reshape((shape.heads, step.tokens, shape.head_dim))?
            .transpose(0, 1)?
            .reshape((step.tokens, shape.heads * shape.head_dim))?;
        self.output.forward(&mixed)
    }

    /// Puts new keys and values into the cache and gives all that may be seen.
    fn remember(
        &mut self,
        shape: &Shape,
        step: &Step,
        key: &Tensor,
        value: &Tensor,
    ) -> Result<(Tensor, Tensor), LocalError> {
        let end = step.start + step.tokens;
        let cache = match self.cache.take() {
            Some(cache) if cache.keys.dim(1)? >= end => cache,
            old => Cache::with_room(shape, old, step.start, end)?,
        };
        cache.keys.slice_set(key, 1, step.start)?;
        cache.values.slice_set(value, 1, step.start)?;
        let keys = cache.keys.narrow(1, step.from, end - step.from)?;
        let values = cache.values.narrow(1, step.from, end - step.from)?;
        self.cache = Some(cache);
        Ok((keys, values))
    }
}

impl Cache {
    fn with_room(
        shape: &Shape,
        old: Option<Self>,
        kept: usize,
        end: usize,
    ) -> Result<Self, LocalError> {
        let places = end.next_power_of_two().max(FIRST_PLACES).min(shape.window.max(end));
        let room =
            || Tensor::zeros((shape.kv_heads, places, shape.head_dim), DType::F32, &Device::Cpu);
        let new = Self { keys: room()?, values: room()? };
        if let Some(old) = old.filter(|_| kept > 0) {
            new.keys.slice_set(&old.keys.narrow(1, 0, kept)?.contiguous()?, 1, 0)?;
            new.values.slice_set(&old.values.narrow(1, 0, kept)?.contiguous()?, 1, 0)?;
        }
        Ok(new)
    }
}

/// `[tokens, heads × head_dim]` to `[heads, tokens, head_dim]`, each head normed if it should.
fn heads(x: &Tensor, shape: &Shape, norm: Option<&Tensor>) -> Result<Tensor, LocalError> {
    let (tokens, wide) = x.dims2()?;
    let x = x.reshape((tokens, wide / shape.head_dim, shape.head_dim))?;
    let x = match norm {
        Some(norm) => rms_norm(&x, norm, shape.eps)?,
        None => x,
    };
    Ok(x.transpose(0, 1)?.contiguous()?)
}
