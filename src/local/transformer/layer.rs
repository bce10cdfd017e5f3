//! One layer: attention, then the feed-forward net, each with its norms.

use candle_core::Tensor;
use candle_nn::ops::rms_norm;

use super::attention::{Attention, Step};
use crate::LocalError;
use crate::gguf::GgufFile;
use crate::linear::{Linear, vector};
use crate::shape::Shape;

pub(super) struct Layer {
    attention: Attention,
    attention_norm: Tensor,
    /// Norms after the two halves, which some families have.
    after_attention: Option<Tensor>,
    after_feed: Option<Tensor>,
    feed_norm: Tensor,
    gate: Linear,
    up: Linear,
    down: Linear,
}

impl Layer {
    pub(super) fn load(file: &GgufFile, shape: &Shape, index: usize) -> Result<Self, LocalError> {
        let prefix = format!("blk.{index}");
        let norm = |name: &str| vector(file, &format!("{prefix}.{name}.weight"), shape.width);
        let optional = |name: &str| {
            file.find(&format!("{prefix}.{name}.weight")).map(|_| norm(name)).transpose()
        };
        let gate = Linear::load_table(file, &format!("{prefix}.ffn_gate"), shape.width)?;
        let wide = gate.rows();
        Ok(Self {
            attention: Attention::load(file, shape, &prefix)?,
            attention_norm: norm("attn_norm")?,
            after_attention: optional("post_attention_norm")?,
            after_feed: optional("post_ffw_norm")?,
            feed_norm: norm("ffn_norm")?,
            gate,
            up: Linear::load(file, &format!("{prefix}.ffn_up"), shape.width, wide)?,
            down: Linear::load(file, &format!("{prefix}.ffn_down"), wide, shape.width)?,
        })
    }

    /// `x` is `[tokens, width]`, and so is the result.
    pub(super) fn forward(
        &mut self,
        shape: &Shape,
        step: &Step,
        x: Tensor,
    ) -> Result<Tensor, LocalError> {
        let seen =
            self.attention.forward(shape, step, &rms_norm(&x, &self.attention_norm, shape.eps)?)?;
        let x = (x + normed(seen, self.after_attention.as_ref(), shape)?)?;
        let fed = self.feed(shape, &rms_norm(&x, &self.feed_norm, shape.eps)?)?;
        Ok((x + normed(fed, self.after_feed.as_ref(), shape)?)?)
    }

    fn feed(&self, shape: &Shape, x: &Tensor) -> Result<Tensor, LocalError> {
        let gate = self.gate.forward(x)?;
        let gate = if shape.has_gelu() { gate.gelu()? } else { gate.silu()? };
        self.down.forward(&(gate * self.up.forward(x)?)?)
    }
}

fn normed(x: Tensor, norm: Option<&Tensor>, shape: &Shape) -> Result<Tensor, LocalError> {
    match norm {
        Some(norm) => Ok(rms_norm(&x, norm, shape.eps)?),
        None => Ok(x),
    }
}
