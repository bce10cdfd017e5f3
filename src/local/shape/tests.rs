use super::*;
use crate::gguf::tests::Writer;
use crate::gguf::{Depth, Header};

fn shape(writer: &Writer) -> Result<Shape, LocalError> {
    let bytes = writer.finish();
    let header = Header::parse(&bytes, bytes.len() as u64, Depth::Full).unwrap();
    Shape::read(&header, Path::new("model.gguf"))
}

fn llama() -> Writer {
    let mut writer = Writer::default();
    writer
        .text("general.architecture", "llama")
        .number("llama.block_count", 30)
        .number("llama.context_length", 8192)
        .number("llama.embedding_length", 576)
        .number("llama.attention.head_count", 9)
        .number("llama.attention.head_count_kv", 3);
    writer
}

#[test]
fn the_size_of_a_head_follows_from_the_width() {
    let shape = shape(&llama()).unwrap();
    assert_eq!((shape.head_dim, shape.rope_dims, shape.window), (64, 64, 8192));
    assert_eq!(shape.cache_bytes(), 46_080);
}

#[test]
fn a_window_that_no_memory_could_hold_is_made_smaller() {
    let mut writer = Writer::default();
    writer
        .text("general.architecture", "qwen3")
        .number("qwen3.block_count", 36)
        .number("qwen3.context_length", 40_960)
        .number("qwen3.embedding_length", 2560)
        .number("qwen3.attention.head_count", 32)
        .number("qwen3.attention.head_count_kv", 8)
        .number("qwen3.attention.key_length", 128);
    let shape = shape(&writer).unwrap();
    assert_eq!(shape.window, 3072);
}

#[test]
fn gemma_slides_in_all_but_every_sixth_layer() {
    let mut writer = Writer::default();
    writer
        .text("general.architecture", "gemma3")
        .number("gemma3.block_count", 26)
        .number("gemma3.context_length", 8192)
        .number("gemma3.embedding_length", 1152)
        .number("gemma3.attention.head_count", 4)
        .number("gemma3.attention.head_count_kv", 1)
        .number("gemma3.attention.key_length", 256)
        .number("gemma3.attention.sliding_window", 512)
        .float("gemma3.rope.freq_base", 1_000_000.0);
    let shape = shape(&writer).unwrap();
    let sliding: Vec<bool> = (0..7).map(|layer| shape.sliding_at(layer).is_some()).collect();
    assert_eq!(sliding, [true, true, true, true, true, false, true]);
    assert_eq!(shape.sliding.unwrap().rope_base, 10_000.0);
}

#[test]
fn sizes_that_do_not_fit_together_are_an_error() {
    let mut writer = llama();
    writer.number("llama.attention.head_count_kv", 4);
    assert!(shape(&writer).unwrap_err().to_string().contains("sizes do not fit together"));
    let mut writer = llama();
    writer.number("llama.expert_count", 8);
    assert!(shape(&writer).unwrap_err().to_string().contains("mixtures of experts"));
    let mut writer = Writer::default();
    writer.text("general.architecture", "llama");
    let error = shape(&writer).unwrap_err().to_string();
    assert_eq!(error, "model.gguf: the header has no llama.attention.head_count");
}
