//! The transformer: one for all supported families. What differs comes from the file.

mod attention;
mod layer;

use candle_core::{D, Device, Tensor};

use self::attention::Step;
use self::layer::Layer;
use crate::LocalError;
use crate::gguf::GgufFile;
use crate::linear::{Linear, vector};
use crate::rope::Rope;
use crate::shape::Shape;

#[cfg(test)]
pub(crate) mod tests;

/// Numbers that the attention scores of one step may take.
const SCORES: usize = 8 << 20;
/// Most tokens of a prompt that are computed at once.
const MOST: usize = 256;

/// A loaded model and the conversation it has in its cache.
pub(crate) struct Transformer {
    pub(crate) shape: Shape,
    embedding: Linear,
    layers: Vec<Layer>,
    norm: Tensor,
    /// `None` when the embedding is used both ways.
    output: Option<Linear>,
    rope: Rope,
    local_rope: Option<Rope>,
    /// Tokens in the cache.
    len: usize,
}

impl Transformer {
    /// Prepares the model. Weights stay in the file until they are used.
    pub(crate) fn load(file: &GgufFile) -> Result<Self, LocalError> {
        let shape = Shape::read(&file.header, &file.path)?;
        let embedding = Linear::load_table(file, "token_embd", shape.width)?;
        let output = match file.find("output.weight") {
            Some(_) => Some(Linear::load(file, "output", shape.width, embedding.rows())?),
            None => None,
        };
        let divisors = file.find("rope_freqs.weight").map(|weights| weights.to_f32());
        let interleaved = shape.rope_is_interleaved();
        let rope = Rope::new(
            shape.rope_dims,
            shape.rope_base,
            shape.rope_factor,
            divisors.as_deref(),
            interleaved,
        );
        // Layers with a sliding window never see far positions, which are thus not stretched.
        let local_rope = shape
            .sliding
            .map(|local| Rope::new(shape.rope_dims, local.rope_base, 1.0, None, interleaved));
        let layers =
            (0..shape.layers).map(|i| Layer::load(file, &shape, i)).collect::<Result<_, _>>()?;
        let norm = vector(file, "output_norm.weight", shape.width)?;
        Ok(Self { shape, embedding, layers, norm, output, rope, local_rope, len: 0 })
    }

    /// How many tokens the model knows.
    pub(crate) fn vocabulary(&self) -> usize {
        self.embedding.rows()
    }

    /// Tokens in the cache.
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// Forgets all but the first `len` tokens.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Appends tokens and scores what could come after them.
    ///
    /// `stop` is asked between layers; when it says yes, the cache stays as it was before
    /// the piece that was being computed, and the result is [`LocalError::Stopped`].
    pub(crate) fn extend(
        &mut self,
        tokens: &[u32],
        stop: &dyn Fn() -> bool,
    ) -> Result<Vec<f32>, LocalError> {
        if self.len + tokens.len() > self.shape.window {
            let tokens = self.len + tokens.len();
            return Err(LocalError::TooLong { tokens, window: self.shape.window });
        }
        let mut last = None;
        let mut rest = tokens;
        while !rest.is_empty() {
            let (piece, later) = rest.split_at(self.piece().min(rest.len()));
            last = Some(self.step(piece, stop)?);
            rest = later;
        }
        let last = last.ok_or_else(|| LocalError::Compute("nothing to read".to_owned()))?;
        self.score(&last)
    }

    /// How many tokens to compute at once, so that scores stay within their memory.
    fn piece(&self) -> usize {
        (SCORES / self.shape.heads / (self.len + MOST)).clamp(16, MOST)
    }

    /// One pass through the layers; the last token's state comes out.
    fn step(&mut self, tokens: &[u32], stop: &dyn Fn() -> bool) -> Result<Tensor, LocalError> {
        let step = Step::new(&self.shape, &self.rope, None, self.len, tokens.len())?;
        let local = match (&self.local_rope, self.shape.sliding) {
            (Some(rope), Some(sliding)) => {
                Some(Step::new(&self.shape, rope, Some(sliding.tokens), self.len, tokens.len())?)
            }
            _ => None,
        };
        let mut x = self.embedding.pick(tokens)?;
        #[expect(clippy::float_cmp, reason = "exactly one means that nothing is to be done")]
        if self.shape.embedding_scale != 1.0 {
            x = (x * self.shape.embedding_scale)?;
        }
        for (i, layer) in self.layers.iter_mut().enumerate() {
            if stop() {
                return Err(LocalError::Stopped);
            }
            let step = match (&local, self.shape.sliding_at(i)) {
                (Some(local), Some(_)) => local,
                _ => &step,
            };
            x = layer.forward(&self.shape, step, x)?;
        }
        self.len += tokens.len();
        Ok(x.narrow(0, tokens.len() - 1, 1)?.contiguous()?)
    }

    fn score(&self, last: &Tensor) -> Result<Vec<f32>, LocalError> {
        let x = candle_nn::ops::rms_norm(last, &self.norm, self.shape.eps)?;
        let mut scores = self.output.as_ref().unwrap_or(&self.embedding).forward(&x)?;
        if let Some(cap) = self.shape.final_cap {
            scores = ((scores / cap)?.tanh()? * cap)?;
        }
        debug_assert_eq!(scores.dim(D::Minus1)?, self.vocabulary());
        Ok(scores.squeeze(0)?.to_device(&Device::Cpu)?.to_vec1()?)
    }
}
