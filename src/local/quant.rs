//! Number formats of weights: how blocks of bytes become numbers, and dot products with them.
//!
//! Each format is one small `unpack`. The loops around it are compiled twice on x86-64, once
//! for processors with AVX2, FMA and F16C, and chosen at run time.

mod blocks;

use std::sync::OnceLock;

use self::blocks::{Bf16, F16, F32, Format, Q4K, Q4One, Q4Zero, Q5K, Q5One, Q5Zero, Q6K, Q8Zero};

#[cfg(test)]
mod tests;

/// The format of a tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(non_camel_case_types, reason = "the formats' names in the field")]
pub(crate) enum Kind {
    F32,
    F16,
    BF16,
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q8_0,
    Q4_K,
    Q5_K,
    Q6_K,
}

impl Kind {
    /// The format with this number in GGUF files.
    pub(crate) const fn from_number(number: u32) -> Option<Self> {
        Some(match number {
            0 => Self::F32,
            1 => Self::F16,
            2 => Self::Q4_0,
            3 => Self::Q4_1,
            6 => Self::Q5_0,
            7 => Self::Q5_1,
            8 => Self::Q8_0,
            12 => Self::Q4_K,
            13 => Self::Q5_K,
            14 => Self::Q6_K,
            30 => Self::BF16,
            _ => return None,
        })
    }

    /// Numbers in one block.
    pub(crate) const fn elements(self) -> usize {
        match self {
            Self::F32 | Self::F16 | Self::BF16 => 1,
            Self::Q4_0 | Self::Q4_1 | Self::Q5_0 | Self::Q5_1 | Self::Q8_0 => 32,
            Self::Q4_K | Self::Q5_K | Self::Q6_K => 256,
        }
    }

    /// Bytes of one block.
    pub(crate) const fn bytes(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F16 | Self::BF16 => 2,
            Self::Q4_0 => 18,
            Self::Q4_1 => 20,
            Self::Q5_0 => 22,
            Self::Q5_1 => 24,
            Self::Q8_0 => 34,
            Self::Q4_K => 144,
            Self::Q5_K => 176,
            Self::Q6_K => 210,
        }
    }

    /// Bytes of a row of `columns` numbers.
    pub(crate) const fn row_bytes(self, columns: usize) -> usize {
        columns / self.elements() * self.bytes()
    }

    /// Turns whole blocks into numbers. Both slices hold the same number of elements.
    pub(crate) fn unpack(self, bytes: &[u8], out: &mut [f32]) {
        match self {
            Self::F32 => run_unpack::<F32, 64, 16>(bytes, out),
            Self::F16 => run_unpack::<F16, 32, 16>(bytes, out),
            Self::BF16 => run_unpack::<Bf16, 32, 16>(bytes, out),
            Self::Q4_0 => run_unpack::<Q4Zero, 18, 32>(bytes, out),
            Self::Q4_1 => run_unpack::<Q4One, 20, 32>(bytes, out),
            Self::Q5_0 => run_unpack::<Q5Zero, 22, 32>(bytes, out),
            Self::Q5_1 => run_unpack::<Q5One, 24, 32>(bytes, out),
            Self::Q8_0 => run_unpack::<Q8Zero, 34, 32>(bytes, out),
            Self::Q4_K => run_unpack::<Q4K, 144, 256>(bytes, out),
            Self::Q5_K => run_unpack::<Q5K, 176, 256>(bytes, out),
            Self::Q6_K => run_unpack::<Q6K, 210, 256>(bytes, out),
        }
    }

    /// `out[r] = rows[r] · x` for packed rows as long as `x`.
    pub(crate) fn dot_rows(self, rows: &[u8], x: &[f32], out: &mut [f32]) {
        match self {
            Self::F32 => run_dot::<F32, 64, 16>(rows, x, out),
            Self::F16 => run_dot::<F16, 32, 16>(rows, x, out),
            Self::BF16 => run_dot::<Bf16, 32, 16>(rows, x, out),
            Self::Q4_0 => run_dot::<Q4Zero, 18, 32>(rows, x, out),
            Self::Q4_1 => run_dot::<Q4One, 20, 32>(rows, x, out),
            Self::Q5_0 => run_dot::<Q5Zero, 22, 32>(rows, x, out),
            Self::Q5_1 => run_dot::<Q5One, 24, 32>(rows, x, out),
            Self::Q8_0 => run_dot::<Q8Zero, 34, 32>(rows, x, out),
            Self::Q4_K => run_dot::<Q4K, 144, 256>(rows, x, out),
            Self::Q5_K => run_dot::<Q5K, 176, 256>(rows, x, out),
            Self::Q6_K => run_dot::<Q6K, 210, 256>(rows, x, out),
        }
    }
}

/// Whether the wide loops may run here.
fn wide() -> bool {
    static WIDE: OnceLock<bool> = OnceLock::new();
    *WIDE.get_or_init(|| {
        #[cfg(target_arch = "x86_64")]
        {
            is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("fma")
                && is_x86_feature_detected!("f16c")
        }
        #[cfg(not(target_arch = "x86_64"))]
        {
            false
        }
    })
}

fn run_unpack<F: Format<B, E>, const B: usize, const E: usize>(bytes: &[u8], out: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    if wide() {
        #[expect(unsafe_code, reason = "code for newer processors is chosen at run time")]
        // SAFETY: `wide` has seen that the processor has these instructions.
        unsafe {
            unpack_wide::<F, B, E>(bytes, out);
        }
        return;
    }
    unpack_loop::<F, B, E>(bytes, out);
}

fn run_dot<F: Format<B, E>, const B: usize, const E: usize>(
    rows: &[u8],
    x: &[f32],
    out: &mut [f32],
) {
    #[cfg(target_arch = "x86_64")]
    if wide() {
        #[expect(unsafe_code, reason = "code for newer processors is chosen at run time")]
        // SAFETY: `wide` has seen that the processor has these instructions.
        unsafe {
            dot_wide::<F, B, E>(rows, x, out);
        }
        return;
    }
    dot_loop::<F, B, E, { cfg!(target_arch = "aarch64") }>(rows, x, out);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,f16c")]
fn unpack_wide<F: Format<B, E>, const B: usize, const E: usize>(bytes: &[u8], out: &mut [f32]) {
    unpack_loop::<F, B, E>(bytes, out);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,f16c")]
fn dot_wide<F: Format<B, E>, const B: usize, const E: usize>(
    rows: &[u8],
    x: &[f32],
    out: &mut [f32],
) {
    dot_loop::<F, B, E, true>(rows, x, out);
}

#[inline(always)]
fn unpack_loop<F: Format<B, E>, const B: usize, const E: usize>(bytes: &[u8], out: &mut [f32]) {
    let (blocks, rest) = bytes.as_chunks::<B>();
    let (values, tail) = out.as_chunks_mut::<E>();
    for (block, values) in blocks.iter().zip(values) {
        F::unpack(block, values);
    }
    if !rest.is_empty() {
        let (mut block, mut values) = ([0; B], [0.0; E]);
        block[..rest.len()].copy_from_slice(rest);
        F::unpack(&block, &mut values);
        tail.copy_from_slice(&values[..tail.len()]);
    }
}

#[inline(always)]
fn dot_loop<F: Format<B, E>, const B: usize, const E: usize, const FMA: bool>(
    rows: &[u8],
    x: &[f32],
    out: &mut [f32],
) {
    let Some(row_bytes) = rows.len().checked_div(out.len()).filter(|bytes| *bytes > 0) else {
        return;
    };
    let (chunks, x_tail) = x.as_chunks::<E>();
    for (row, out) in rows.chunks_exact(row_bytes).zip(out) {
        let (blocks, rest) = row.as_chunks::<B>();
        let mut lanes = [0.0_f32; LANES];
        for (block, x) in blocks.iter().zip(chunks) {
            let mut values = [0.0_f32; E];
            F::unpack(block, &mut values);
            lanes = add_products::<E, FMA>(lanes, &values, x);
        }
        if !rest.is_empty() {
            let (mut block, mut x, mut values) = ([0; B], [0.0; E], [0.0; E]);
            block[..rest.len()].copy_from_slice(rest);
            x[..x_tail.len()].copy_from_slice(x_tail);
            F::unpack(&block, &mut values);
            lanes = add_products::<E, FMA>(lanes, &values, &x);
        }
        *out = lanes.iter().sum();
    }
}

/// Independent sums, so that the compiler may use wide registers. Every format's blocks are
/// whole multiples of it.
const LANES: usize = 16;

#[inline(always)]
fn add_products<const E: usize, const FMA: bool>(
    mut lanes: [f32; LANES],
    values: &[f32; E],
    x: &[f32; E],
) -> [f32; LANES] {
    let (values, x) = (values.as_chunks::<LANES>().0, x.as_chunks::<LANES>().0);
    for (values, x) in values.iter().zip(x) {
        // Indices: measured to be twice as fast as iterators here.
        for i in 0..LANES {
            // Without the instruction, `mul_add` would be a slow library call.
            lanes[i] =
                if FMA { values[i].mul_add(x[i], lanes[i]) } else { values[i] * x[i] + lanes[i] };
        }
    }
    lanes
}
