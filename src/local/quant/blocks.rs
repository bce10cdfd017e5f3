//! The formats, each as one `unpack` of one block.

/// A format whose blocks hold `E` numbers in `B` bytes.
pub(super) trait Format<const B: usize, const E: usize> {
    /// Turns one block into numbers.
    fn unpack(block: &[u8; B], out: &mut [f32; E]);
}

pub(super) struct F32;
pub(super) struct F16;
pub(super) struct Bf16;
pub(super) struct Q4Zero;
pub(super) struct Q4One;
pub(super) struct Q5Zero;
pub(super) struct Q5One;
pub(super) struct Q8Zero;
pub(super) struct Q4K;
pub(super) struct Q5K;
pub(super) struct Q6K;

/// Half precision to single, without branches so that it can be vectorised. Weights hold
/// neither infinities nor NaN.
#[inline(always)]
fn half(low: u8, high: u8) -> f32 {
    let bits = u32::from(u16::from_le_bytes([low, high]));
    let magnitude = f32::from_bits((bits & 0x7fff) << 13) * f32::from_bits(0x7780_0000);
    f32::from_bits(magnitude.to_bits() | (bits & 0x8000) << 16)
}

impl Format<64, 16> for F32 {
    #[inline(always)]
    fn unpack(block: &[u8; 64], out: &mut [f32; 16]) {
        for (out, bytes) in out.iter_mut().zip(block.as_chunks::<4>().0) {
            *out = f32::from_le_bytes(*bytes);
        }
    }
}

impl Format<32, 16> for F16 {
    #[inline(always)]
    fn unpack(block: &[u8; 32], out: &mut [f32; 16]) {
        for (out, [low, high]) in out.iter_mut().zip(block.as_chunks::<2>().0) {
            *out = half(*low, *high);
        }
    }
}

impl Format<32, 16> for Bf16 {
    #[inline(always)]
    fn unpack(block: &[u8; 32], out: &mut [f32; 16]) {
        for (out, [low, high]) in out.iter_mut().zip(block.as_chunks::<2>().0) {
            *out = f32::from_bits(u32::from(u16::from_le_bytes([*low, *high])) << 16);
        }
    }
}

impl Format<18, 32> for Q4Zero {
    #[inline(always)]
    fn unpack(block: &[u8; 18], out: &mut [f32; 32]) {
        let scale = half(block[0], block[1]);
        for i in 0..16 {
            let byte = block[2 + i];
            out[i] = (f32::from(byte & 15) - 8.0) * scale;
            out[16 + i] = (f32::from(byte >> 4) - 8.0) * scale;
        }
    }
}

impl Format<20, 32> for Q4One {
    #[inline(always)]
    fn unpack(block: &[u8; 20], out: &mut [f32; 32]) {
        let (scale, low) = (half(block[0], block[1]), half(block[2], block[3]));
        for i in 0..16 {
            let byte = block[4 + i];
            out[i] = f32::from(byte & 15) * scale + low;
            out[16 + i] = f32::from(byte >> 4) * scale + low;
        }
    }
}

impl Format<22, 32> for Q5Zero {
    #[inline(always)]
    fn unpack(block: &[u8; 22], out: &mut [f32; 32]) {
        let scale = half(block[0], block[1]);
        let fifth = u32::from_le_bytes([block[2], block[3], block[4], block[5]]);
        for i in 0..16 {
            let byte = block[6 + i];
            out[i] = (f32::from(byte & 15 | bit(fifth, i)) - 16.0) * scale;
            out[16 + i] = (f32::from(byte >> 4 | bit(fifth, 16 + i)) - 16.0) * scale;
        }
    }
}

impl Format<24, 32> for Q5One {
    #[inline(always)]
    fn unpack(block: &[u8; 24], out: &mut [f32; 32]) {
        let (scale, low) = (half(block[0], block[1]), half(block[2], block[3]));
        let fifth = u32::from_le_bytes([block[4], block[5], block[6], block[7]]);
        for i in 0..16 {
            let byte = block[8 + i];
            out[i] = f32::from(byte & 15 | bit(fifth, i)) * scale + low;
            out[16 + i] = f32::from(byte >> 4 | bit(fifth, 16 + i)) * scale + low;
        }
    }
}

/// The fifth bit of number `i`, in place.
#[inline(always)]
fn bit(bits: u32, i: usize) -> u8 {
    ((bits >> i & 1) << 4) as u8
}

impl Format<34, 32> for Q8Zero {
    #[inline(always)]
    fn unpack(block: &[u8; 34], out: &mut [f32; 32]) {
        let scale = half(block[0], block[1]);
        for i in 0..32 {
            out[i] = f32::from(block[2 + i].cast_signed()) * scale;
        }
    }
}

/// Scale and minimum number `i` of the eight that `Q4_K` and `Q5_K` pack into twelve bytes.
#[inline(always)]
fn six_bits(packed: &[u8], i: usize) -> (f32, f32) {
    if i < 4 {
        (f32::from(packed[i] & 63), f32::from(packed[i + 4] & 63))
    } else {
        let scale = packed[i + 4] & 15 | packed[i - 4] >> 6 << 4;
        let low = packed[i + 4] >> 4 | packed[i] >> 6 << 4;
        (f32::from(scale), f32::from(low))
    }
}

impl Format<144, 256> for Q4K {
    #[inline(always)]
    fn unpack(block: &[u8; 144], out: &mut [f32; 256]) {
        let (scale, low) = (half(block[0], block[1]), half(block[2], block[3]));
        let (packed, codes) = block[4..].split_at(12);
        for (pair, (out, codes)) in
            out.as_chunks_mut::<64>().0.iter_mut().zip(codes.as_chunks::<32>().0).enumerate()
        {
            let (scale_a, low_a) = six_bits(packed, 2 * pair);
            let (scale_b, low_b) = six_bits(packed, 2 * pair + 1);
            let (scale_a, low_a) = (scale * scale_a, low * low_a);
            let (scale_b, low_b) = (scale * scale_b, low * low_b);
            for i in 0..32 {
                out[i] = f32::from(codes[i] & 15) * scale_a - low_a;
                out[32 + i] = f32::from(codes[i] >> 4) * scale_b - low_b;
            }
        }
    }
}

impl Format<176, 256> for Q5K {
    #[inline(always)]
    fn unpack(block: &[u8; 176], out: &mut [f32; 256]) {
        let (scale, low) = (half(block[0], block[1]), half(block[2], block[3]));
        let (packed, rest) = block[4..].split_at(12);
        let (fifth, codes) = rest.split_at(32);
        for (pair, (out, codes)) in
            out.as_chunks_mut::<64>().0.iter_mut().zip(codes.as_chunks::<32>().0).enumerate()
        {
            let (scale_a, low_a) = six_bits(packed, 2 * pair);
            let (scale_b, low_b) = six_bits(packed, 2 * pair + 1);
            let (scale_a, low_a) = (scale * scale_a, low * low_a);
            let (scale_b, low_b) = (scale * scale_b, low * low_b);
            for i in 0..32 {
                let high = fifth[i] >> (2 * pair);
                out[i] = f32::from(codes[i] & 15 | (high & 1) << 4) * scale_a - low_a;
                out[32 + i] = f32::from(codes[i] >> 4 | (high >> 1 & 1) << 4) * scale_b - low_b;
            }
        }
    }
}

impl Format<210, 256> for Q6K {
    #[inline(always)]
    fn unpack(block: &[u8; 210], out: &mut [f32; 256]) {
        let scale = half(block[208], block[209]);
        let (low, rest) = block.split_at(128);
        let (high, scales) = rest.split_at(64);
        for (half, out) in out.as_chunks_mut::<128>().0.iter_mut().enumerate() {
            let low = &low[64 * half..][..64];
            let high = &high[32 * half..][..32];
            let scales = &scales[8 * half..][..8];
            let scale = |i: usize| scale * f32::from(scales[i].cast_signed());
            for i in 0..32 {
                let (a, b, high, side) = (low[i], low[32 + i], high[i], i / 16);
                let number = |low: u8, high: u8| f32::from(low | (high & 3) << 4) - 32.0;
                out[i] = number(a & 15, high) * scale(side);
                out[32 + i] = number(b & 15, high >> 2) * scale(2 + side);
                out[64 + i] = number(a >> 4, high >> 4) * scale(4 + side);
                out[96 + i] = number(b >> 4, high >> 6) * scale(6 + side);
            }
        }
    }
}
