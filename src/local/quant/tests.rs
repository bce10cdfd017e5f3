use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};

use super::*;

const COLUMNS: usize = 512;
const ROWS: usize = 3;

const ALL: [(Kind, GgmlDType); 11] = [
    (Kind::F32, GgmlDType::F32),
    (Kind::F16, GgmlDType::F16),
    (Kind::BF16, GgmlDType::BF16),
    (Kind::Q4_0, GgmlDType::Q4_0),
    (Kind::Q4_1, GgmlDType::Q4_1),
    (Kind::Q5_0, GgmlDType::Q5_0),
    (Kind::Q5_1, GgmlDType::Q5_1),
    (Kind::Q8_0, GgmlDType::Q8_0),
    (Kind::Q4_K, GgmlDType::Q4K),
    (Kind::Q5_K, GgmlDType::Q5K),
    (Kind::Q6_K, GgmlDType::Q6K),
];

/// Random weights packed by candle, and what candle unpacks from them.
fn packed(dtype: GgmlDType) -> (Vec<u8>, Vec<f32>) {
    let mut random = fastrand::Rng::with_seed(7);
    let weights: Vec<f32> = (0..ROWS * COLUMNS).map(|_| random.f32() * 2.0 - 1.0).collect();
    let weights = Tensor::from_vec(weights, (ROWS, COLUMNS), &Device::Cpu).unwrap();
    let packed = QTensor::quantize(&weights, dtype).unwrap();
    let numbers = packed.dequantize(&Device::Cpu).unwrap().flatten_all().unwrap();
    (packed.data().unwrap().to_vec(), numbers.to_vec1().unwrap())
}

#[test]
fn every_format_unpacks_to_the_same_numbers_as_in_candle() {
    for (kind, dtype) in ALL {
        let (bytes, expected) = packed(dtype);
        assert_eq!(bytes.len(), ROWS * kind.row_bytes(COLUMNS), "{kind:?}");
        let mut out = vec![0.0; expected.len()];
        kind.unpack(&bytes, &mut out);
        for (i, (out, expected)) in out.iter().zip(&expected).enumerate() {
            assert!((out - expected).abs() < 1e-6, "{kind:?} number {i}: {out}, not {expected}");
        }
    }
}

#[test]
fn packed_rows_have_the_same_dot_products_as_their_numbers() {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let x: Vec<f32> = (0..COLUMNS).map(|i| (i as f32 * 0.37).sin()).collect();
    for (kind, dtype) in ALL {
        let (bytes, numbers) = packed(dtype);
        let mut out = vec![0.0; ROWS];
        kind.dot_rows(&bytes, &x, &mut out);
        for (row, out) in numbers.chunks(COLUMNS).zip(out) {
            let expected: f32 = row.iter().zip(&x).map(|(w, x)| w * x).sum();
            assert!((out - expected).abs() < 1e-3, "{kind:?}: {out}, not {expected}");
        }
    }
}

#[test]
fn the_plain_loops_give_the_same_as_the_wide_ones() {
    let (bytes, numbers) = packed(GgmlDType::Q4_1);
    let mut plain = vec![0.0; ROWS * COLUMNS];
    unpack_loop::<Q4One, 20, 32>(&bytes, &mut plain);
    assert_eq!(plain, numbers);
    let (mut plain, mut wide) = (vec![0.0; ROWS], vec![0.0; ROWS]);
    dot_loop::<Q4One, 20, 32, false>(&bytes, &numbers[..COLUMNS], &mut plain);
    Kind::Q4_1.dot_rows(&bytes, &numbers[..COLUMNS], &mut wide);
    for (plain, wide) in plain.iter().zip(wide) {
        assert!((plain - wide).abs() < 1e-3);
    }
}

#[test]
fn rows_that_are_no_multiple_of_a_register_are_whole() {
    let weights: Vec<u8> =
        [1.0_f32, 2.0, 3.0, 4.0, 5.0].iter().flat_map(|w| w.to_le_bytes()).collect();
    let mut out = [0.0];
    Kind::F32.dot_rows(&weights, &[1.0, 1.0, 1.0, 1.0, 2.0], &mut out);
    assert_eq!(out, [20.0]);
    let mut numbers = [0.0; 5];
    Kind::F32.unpack(&weights, &mut numbers);
    assert_eq!(numbers, [1.0, 2.0, 3.0, 4.0, 5.0]);
}
