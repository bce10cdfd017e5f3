//! Positions: each pair of numbers of a head is turned by an angle that grows with the place
//! of the token.

use candle_core::{D, Device, Tensor};

use crate::LocalError;

/// The angles per position, and how they are applied.
pub(crate) struct Rope {
    frequencies: Vec<f64>,
    interleaved: bool,
}

/// Sines and cosines for a stretch of positions; made once per step and used by all layers.
pub(crate) struct Turns {
    cos: Tensor,
    sin: Tensor,
    dims: usize,
    interleaved: bool,
}

impl Rope {
    /// `divisors` are the model's own corrections per frequency, where it has some.
    pub(crate) fn new(
        dims: usize,
        base: f64,
        factor: f64,
        divisors: Option<&[f32]>,
        interleaved: bool,
    ) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "heads are small")]
        let frequencies = (0..dims / 2)
            .map(|i| {
                let divisor = divisors.and_then(|all| all.get(i)).map_or(1.0, |d| f64::from(*d));
                base.powf(-2.0 * i as f64 / dims as f64) / factor / divisor
            })
            .collect();
        Self { frequencies, interleaved }
    }

    /// The turns for `tokens` positions from `start`.
    pub(crate) fn turns(&self, start: usize, tokens: usize) -> Result<Turns, LocalError> {
        #[expect(clippy::cast_precision_loss, reason = "windows are far below 2^52")]
        let angles = (start..start + tokens)
            .flat_map(|at| self.frequencies.iter().map(move |frequency| at as f64 * frequency));
        #[expect(clippy::cast_possible_truncation, reason = "sines fit into single precision")]
        let (cos, sin): (Vec<f32>, Vec<f32>) =
            angles.map(|angle| (angle.cos() as f32, angle.sin() as f32)).unzip();
        let shape = (tokens, self.frequencies.len());
        Ok(Turns {
            cos: Tensor::from_vec(cos, shape, &Device::Cpu)?,
            sin: Tensor::from_vec(sin, shape, &Device::Cpu)?,
            dims: self.frequencies.len() * 2,
            interleaved: self.interleaved,
        })
    }
}

impl Turns {
    /// Turns `[heads, tokens, head_dim]`.
    pub(crate) fn apply(&self, x: &Tensor) -> Result<Tensor, LocalError> {
        let head_dim = x.dim(D::Minus1)?;
        let x = x.unsqueeze(0)?;
        if head_dim == self.dims {
            return Ok(self.turn(&x)?.squeeze(0)?);
        }
        let turned = self.turn(&x.narrow(D::Minus1, 0, self.dims)?.contiguous()?)?;
        let rest = x.narrow(D::Minus1, self.dims, head_dim - self.dims)?;
        Ok(Tensor::cat(&[turned, rest], D::Minus1)?.squeeze(0)?)
    }

    fn turn(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        if self.interleaved {
            candle_nn::rotary_emb::rope_i(x, &self.cos, &self.sin)
        } else {
            candle_nn::rotary_emb::rope(x, &self.cos, &self.sin)
        }
    }
}
