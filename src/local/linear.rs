//! A matrix of the model, used where it lies in the file.
//!
//! A few rows of input are multiplied with the packed weights directly, which is bound by
//! memory and wants the fewest bytes. Many rows are multiplied after a part of the matrix has
//! been unpacked, which is bound by arithmetic and wants the fast dense product.

use candle_core::{CpuStorage, CustomOp1, Device, Layout, Shape, Tensor};
use rayon::prelude::*;

use crate::LocalError;
use crate::gguf::{GgufError, GgufFile, Weights};

#[cfg(test)]
mod tests;

/// Up to so many rows of input the packed weights are used directly.
const FEW: usize = 4;
/// Numbers that are unpacked at once.
const TILE: usize = 1 << 20;
/// Rows of weights that one thread takes at a time; smaller pieces cost more than they gain.
const GRAIN: usize = 64;

/// `y = x · Wᵀ (+ b)` with packed `W`.
pub(crate) struct Linear {
    weights: Weights,
    bias: Option<Tensor>,
}

impl Linear {
    /// The matrix `{name}.weight` of this shape, with `{name}.bias` when there is one.
    pub(crate) fn load(
        file: &GgufFile,
        name: &str,
        columns: usize,
        rows: usize,
    ) -> Result<Self, LocalError> {
        let weights = file.weights(&format!("{name}.weight"))?;
        check(file, name, &weights, &[columns, rows])?;
        let bias = match file.find(&format!("{name}.bias")) {
            Some(bias) => {
                check(file, name, &bias, &[rows])?;
                Some(Tensor::from_vec(bias.to_f32(), rows, &Device::Cpu)?)
            }
            None => None,
        };
        Ok(Self { weights, bias })
    }

    /// The matrix `{name}.weight`, whatever its number of rows.
    pub(crate) fn load_table(
        file: &GgufFile,
        name: &str,
        columns: usize,
    ) -> Result<Self, LocalError> {
        let rows = file.weights(&format!("{name}.weight"))?.rows();
        Self::load(file, name, columns, rows)
    }

    /// Rows of the matrix: numbers per row of output.
    pub(crate) fn rows(&self) -> usize {
        self.weights.rows()
    }

    /// `x` is `[tokens, columns]`, the result `[tokens, rows]`.
    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor, LocalError> {
        let (tokens, _) = x.dims2()?;
        let y = if tokens <= FEW { x.apply_op1_no_bwd(self)? } else { self.dense(x)? };
        Ok(match &self.bias {
            Some(bias) => y.broadcast_add(bias)?,
            None => y,
        })
    }

    /// Looks rows of the matrix up: `[ids, columns]`.
    pub(crate) fn pick(&self, ids: &[u32]) -> Result<Tensor, LocalError> {
        let columns = self.weights.columns();
        let row_bytes = self.weights.info.kind.row_bytes(columns);
        let mut out = vec![0.0; ids.len() * columns];
        for (id, out) in ids.iter().zip(out.chunks_exact_mut(columns)) {
            let start = *id as usize * row_bytes;
            let Some(row) = self.weights.bytes().get(start..start + row_bytes) else {
                return Err(LocalError::Compute(format!("there is no token {id}")));
            };
            self.weights.info.kind.unpack(row, out);
        }
        Ok(Tensor::from_vec(out, (ids.len(), columns), &Device::Cpu)?)
    }

    fn dense(&self, x: &Tensor) -> Result<Tensor, LocalError> {
        let columns = self.weights.columns();
        let rows_at_once = (TILE / columns).max(1);
        let row_bytes = self.weights.info.kind.row_bytes(columns);
        let mut parts = Vec::new();
        for bytes in self.weights.bytes().chunks(rows_at_once * row_bytes) {
            let rows = bytes.len() / row_bytes;
            let mut tile = vec![0.0; rows * columns];
            tile.par_chunks_mut(GRAIN * columns)
                .zip(bytes.par_chunks(GRAIN * row_bytes))
                .for_each(|(out, bytes)| self.weights.info.kind.unpack(bytes, out));
            let tile = Tensor::from_vec(tile, (rows, columns), &Device::Cpu)?;
            parts.push(x.matmul(&tile.t()?)?);
        }
        match &parts[..] {
            [whole] => Ok(whole.clone()),
            parts => Ok(Tensor::cat(parts, 1)?),
        }
    }
}

/// The product with the packed weights, for few rows of input.
impl CustomOp1 for Linear {
    fn name(&self) -> &'static str {
        "packed-linear"
    }

    fn cpu_fwd(
        &self,
        storage: &CpuStorage,
        layout: &Layout,
    ) -> candle_core::Result<(CpuStorage, Shape)> {
        let (tokens, columns) = layout.shape().dims2()?;
        let (Some((start, end)), true) =
            (layout.contiguous_offsets(), columns == self.weights.columns())
        else {
            candle_core::bail!("packed-linear: unexpected input {layout:?}");
        };
        let x = &storage.as_slice::<f32>()?[start..end];
        let rows = self.weights.rows();
        let kind = self.weights.info.kind;
        let row_bytes = kind.row_bytes(columns);
        let mut out = vec![0.0_f32; tokens * rows];
        for (x, out) in x.chunks_exact(columns).zip(out.chunks_exact_mut(rows)) {
            out.par_chunks_mut(GRAIN)
                .zip(self.weights.bytes().par_chunks(GRAIN * row_bytes))
                .for_each(|(out, bytes)| kind.dot_rows(bytes, x, out));
        }
        Ok((CpuStorage::F32(out), (tokens, rows).into()))
    }
}

/// A small tensor as numbers: the weights of a norm.
pub(crate) fn vector(file: &GgufFile, name: &str, len: usize) -> Result<Tensor, LocalError> {
    let weights = file.weights(name)?;
    check(file, name, &weights, &[len])?;
    Ok(Tensor::from_vec(weights.to_f32(), len, &Device::Cpu)?)
}

fn check(
    file: &GgufFile,
    name: &str,
    weights: &Weights,
    expected: &[usize],
) -> Result<(), LocalError> {
    if weights.info.dims == expected {
        return Ok(());
    }
    let got = &weights.info.dims;
    let reason = format!("tensor {name} has the shape {got:?} instead of {expected:?}");
    Err(LocalError::bad_file(&file.path, GgufError::Corrupt(reason)))
}
