use candle_core::quantized::{GgmlDType, QTensor};

use super::*;
use crate::gguf::tests::Writer;

/// A matrix of two tiles' height, to see the seams.
fn file(columns: usize, rows: usize) -> (tempfile::TempDir, GgufFile, Tensor) {
    let mut random = fastrand::Rng::with_seed(3);
    let weights: Vec<f32> = (0..columns * rows).map(|_| random.f32() - 0.5).collect();
    let weights = Tensor::from_vec(weights, (rows, columns), &Device::Cpu).unwrap();
    let packed = QTensor::quantize(&weights, GgmlDType::Q8_0).unwrap();
    let mut writer = Writer::default();
    let dims = [columns as u64, rows as u64];
    let bias: Vec<f32> = (0..rows).map(|_| random.f32()).collect();
    writer.packed("m.weight", &dims, 8, packed.data().unwrap().to_vec());
    writer.tensor("m.bias", &[rows as u64], &bias);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.gguf");
    std::fs::write(&path, writer.finish()).unwrap();
    let bias = Tensor::from_vec(bias, (1, rows), &Device::Cpu).unwrap();
    let whole = packed.dequantize(&Device::Cpu).unwrap();
    let whole = Tensor::cat(&[whole.t().unwrap(), bias], 0).unwrap();
    (folder, GgufFile::open(&path).unwrap(), whole)
}

#[test]
fn few_and_many_rows_of_input_give_the_same_products() {
    let (columns, rows) = (64, TILE / 64 + 100);
    let (_folder, file, whole) = file(columns, rows);
    let linear = Linear::load(&file, "m", columns, rows).unwrap();
    let weights = whole.narrow(0, 0, columns).unwrap().contiguous().unwrap();
    let bias = whole.narrow(0, columns, 1).unwrap();
    for tokens in [1, FEW, FEW + 1, 9] {
        let x = Tensor::randn(0.0_f32, 1.0, (tokens, columns), &Device::Cpu).unwrap();
        let y = linear.forward(&x).unwrap();
        let expected = x.matmul(&weights).unwrap().broadcast_add(&bias).unwrap();
        let off = (y - expected).unwrap().abs().unwrap().max_all().unwrap();
        assert!(off.to_scalar::<f32>().unwrap() < 1e-4, "{tokens} tokens");
    }
}

#[test]
fn picks_the_rows_of_the_table() {
    let (_folder, file, whole) = file(32, 10);
    let linear = Linear::load_table(&file, "m", 32).unwrap();
    let picked = linear.pick(&[7, 0]).unwrap().to_vec2::<f32>().unwrap();
    let table = whole.narrow(0, 0, 32).unwrap().t().unwrap().to_vec2::<f32>().unwrap();
    assert_eq!(picked, [table[7].clone(), table[0].clone()]);
    assert!(linear.pick(&[10]).is_err());
}

#[test]
fn a_matrix_of_another_shape_is_an_error() {
    let (_folder, file, _) = file(32, 10);
    let error = Linear::load(&file, "m", 32, 11).err().unwrap().to_string();
    assert!(error.contains("tensor m has the shape [32, 10] instead of [32, 11]"), "{error}");
    let error = Linear::load(&file, "n", 32, 10).err().unwrap().to_string();
    assert!(error.contains("the header has no n.weight"), "{error}");
}
