use std::path::PathBuf;

use super::*;
use crate::gguf::tests::Writer;
use crate::shape::Family;

const WIDTH: u64 = 64;
const HIDDEN: u64 = 96;
const HEADS: u32 = 4;
const KV_HEADS: u32 = 2;
const LAYERS: u32 = 4;
const WINDOW: u32 = 96;
pub(crate) const ARCHITECTURES: [&str; 6] =
    ["llama", "qwen2", "qwen3", "gemma", "gemma2", "gemma3"];

/// llama.cpp wants the heads of qwen2 to be as wide together as the model.
fn head_dim(architecture: &str) -> u64 {
    if architecture == "qwen2" { WIDTH / u64::from(HEADS) } else { 32 }
}

/// A tiny model with random weights and a byte-level vocabulary.
pub(crate) fn tiny(architecture: &str) -> Writer {
    let mut writer = Writer::default();
    let key = |key: &str| format!("{architecture}.{key}");
    let head_dim = u32::try_from(head_dim(architecture)).unwrap();
    writer
        .text("general.architecture", architecture)
        .number(&key("block_count"), LAYERS)
        .number(&key("context_length"), WINDOW)
        .number(&key("embedding_length"), u32::try_from(WIDTH).unwrap())
        .number(&key("feed_forward_length"), u32::try_from(HIDDEN).unwrap())
        .number(&key("attention.head_count"), HEADS)
        .number(&key("attention.head_count_kv"), KV_HEADS)
        .number(&key("attention.key_length"), head_dim)
        .number(&key("attention.value_length"), head_dim)
        .number(&key("rope.dimension_count"), head_dim)
        .float(&key("rope.freq_base"), 10_000.0)
        .float(&key("attention.layer_norm_rms_epsilon"), 1e-5);
    if matches!(architecture, "gemma2" | "gemma3") {
        writer.number(&key("attention.sliding_window"), 8);
    }
    let vocabulary = add_vocabulary(&mut writer);
    add_weights(&mut writer, architecture, vocabulary);
    writer
}

/// All bytes, a few merges and the markers of ChatML; returns how many tokens there are.
fn add_vocabulary(writer: &mut Writer) -> u64 {
    let mut tokens: Vec<String> = tokenizers::pre_tokenizers::byte_level::ByteLevel::alphabet()
        .into_iter()
        .map(String::from)
        .collect();
    tokens.sort();
    let merges = ["h e", "l l", "he ll", "hell o", "Ġ w"].map(str::to_owned);
    tokens.extend(merges.iter().map(|merge| merge.replace(' ', "")));
    let mut kinds = vec![1; tokens.len()];
    for marker in ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] {
        tokens.push(marker.to_owned());
        kinds.push(3);
    }
    let end = u32::try_from(tokens.len()).unwrap() - 1;
    writer
        .text("tokenizer.ggml.model", "gpt2")
        .text("tokenizer.ggml.pre", "smollm")
        .texts("tokenizer.ggml.tokens", &tokens)
        .integers("tokenizer.ggml.token_type", &kinds)
        .texts("tokenizer.ggml.merges", &merges)
        .number("tokenizer.ggml.bos_token_id", end - 1)
        .number("tokenizer.ggml.eos_token_id", end)
        .flag("tokenizer.ggml.add_bos_token", false);
    tokens.len() as u64
}

fn add_weights(writer: &mut Writer, architecture: &str, vocabulary: u64) {
    let mut random = fastrand::Rng::with_seed(42);
    let mut add = |name: String, dims: &[u64], around: f32| {
        let count = usize::try_from(dims.iter().product::<u64>()).unwrap();
        let values: Vec<f32> = (0..count).map(|_| around + (random.f32() - 0.5) * 0.3).collect();
        writer.tensor(&name, dims, &values);
    };
    let head_dim = head_dim(architecture);
    let (wide, narrow) = (u64::from(HEADS) * head_dim, u64::from(KV_HEADS) * head_dim);
    add("token_embd.weight".to_owned(), &[WIDTH, vocabulary], 0.0);
    for layer in 0..LAYERS {
        let mut part = |name: &str, dims: &[u64], around: f32| {
            add(format!("blk.{layer}.{name}"), dims, around);
        };
        part("attn_norm.weight", &[WIDTH], 1.0);
        part("ffn_norm.weight", &[WIDTH], 1.0);
        part("attn_q.weight", &[WIDTH, wide], 0.0);
        part("attn_k.weight", &[WIDTH, narrow], 0.0);
        part("attn_v.weight", &[WIDTH, narrow], 0.0);
        part("attn_output.weight", &[wide, WIDTH], 0.0);
        part("ffn_gate.weight", &[WIDTH, HIDDEN], 0.0);
        part("ffn_up.weight", &[WIDTH, HIDDEN], 0.0);
        part("ffn_down.weight", &[HIDDEN, WIDTH], 0.0);
        if architecture == "qwen2" {
            part("attn_q.bias", &[wide], 0.0);
            part("attn_k.bias", &[narrow], 0.0);
            part("attn_v.bias", &[narrow], 0.0);
        }
        if matches!(architecture, "qwen3" | "gemma3") {
            part("attn_q_norm.weight", &[head_dim], 1.0);
            part("attn_k_norm.weight", &[head_dim], 1.0);
        }
        if matches!(architecture, "gemma2" | "gemma3") {
            part("post_attention_norm.weight", &[WIDTH], 1.0);
            part("post_ffw_norm.weight", &[WIDTH], 1.0);
        }
    }
    add("output_norm.weight".to_owned(), &[WIDTH], 1.0);
    if architecture == "llama" {
        add("output.weight".to_owned(), &[WIDTH, vocabulary], 0.0);
    }
}

/// A tiny model as a file.
pub(crate) fn tiny_file(architecture: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tiny.gguf");
    std::fs::write(&path, tiny(architecture).finish()).unwrap();
    (folder, path)
}

fn load(architecture: &str) -> Transformer {
    let (_folder, path) = tiny_file(architecture);
    Transformer::load(&GgufFile::open(&path).unwrap()).unwrap()
}

fn tokens(count: u32) -> Vec<u32> {
    (0..count).map(|i| (i * 37 + 11) % 250).collect()
}

fn assert_near(one: &[f32], other: &[f32], what: &str) {
    for (i, (one, other)) in one.iter().zip(other).enumerate() {
        assert!((one - other).abs() < 2e-3, "{what}, token {i}: {one} and {other}");
    }
}

#[test]
fn every_family_reads_at_once_what_it_reads_one_by_one() {
    for architecture in ARCHITECTURES {
        let mut at_once = load(architecture);
        let mut one_by_one = load(architecture);
        let tokens = tokens(40);

        let whole = at_once.extend(&tokens, &|| false).unwrap();
        let mut last = Vec::new();
        for token in &tokens {
            last = one_by_one.extend(&[*token], &|| false).unwrap();
        }

        assert_eq!(whole.len(), at_once.vocabulary());
        assert!(whole.iter().all(|score| score.is_finite()), "{architecture}");
        assert_near(&whole, &last, architecture);
    }
}

/// The best tokens after a prompt, as llama.cpp gives them for the very same files.
#[test]
fn every_family_goes_on_as_in_llama_cpp() {
    const GOLDEN: [(&str, [u32; 8]); 6] = [
        ("llama", [83, 127, 83, 83, 83, 83, 0, 171]),
        ("qwen2", [131, 131, 131, 131, 119, 119, 119, 119]),
        ("qwen3", [96, 215, 215, 215, 215, 215, 215, 215]),
        ("gemma", [112, 112, 112, 112, 112, 112, 112, 112]),
        ("gemma2", [144, 144, 144, 144, 144, 144, 144, 258]),
        ("gemma3", [49, 49, 49, 49, 49, 49, 34, 34]),
    ];
    for (architecture, golden) in GOLDEN {
        let mut model = load(architecture);
        let mut next = tokens(24);
        let mut said = Vec::new();
        for _ in 0..golden.len() {
            let scores = model.extend(&next, &|| false).unwrap();
            let best = (0..).zip(&scores).max_by(|a, b| a.1.total_cmp(b.1)).unwrap().0;
            said.push(best);
            next = vec![best];
        }
        assert_eq!(said, golden, "{architecture}");
    }
}

#[test]
fn forgetting_the_end_leads_back_to_the_same_scores() {
    let mut model = load("gemma3");
    let first = model.extend(&tokens(30), &|| false).unwrap();
    model.extend(&[1, 2, 3, 4, 5], &|| false).unwrap();
    model.truncate(29);
    let again = model.extend(&tokens(30)[29..], &|| false).unwrap();
    assert_near(&first, &again, "after forgetting");
}

#[test]
fn the_window_is_a_wall() {
    let mut model = load("llama");
    let error = model.extend(&tokens(WINDOW + 1), &|| false).unwrap_err();
    assert_eq!(error.to_string(), "the prompt has 97 tokens, the model's window holds 96");
    assert_eq!(model.len(), 0);
    model.extend(&tokens(WINDOW), &|| false).unwrap();
    assert!(model.extend(&[1], &|| false).is_err());
}

#[test]
fn a_stop_between_layers_leaves_the_cache_usable() {
    let mut model = load("qwen3");
    model.extend(&tokens(10), &|| false).unwrap();
    let calls = std::cell::Cell::new(0);
    let stop = || {
        calls.set(calls.get() + 1);
        calls.get() > 2
    };
    assert!(matches!(model.extend(&[7, 8], &stop), Err(LocalError::Stopped)));
    assert_eq!(model.len(), 10);
    let after = model.extend(&[7, 8], &|| false).unwrap();
    let mut fresh = load("qwen3");
    fresh.extend(&tokens(10), &|| false).unwrap();
    assert_near(&after, &fresh.extend(&[7, 8], &|| false).unwrap(), "after a stop");
}

#[test]
fn a_token_that_does_not_exist_is_an_error() {
    assert!(load("llama").extend(&[999_999], &|| false).is_err());
}

#[test]
fn shapes_that_do_not_fit_are_told_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.gguf");
    let mut writer = Writer::default();
    writer
        .text("general.architecture", "llama")
        .number("llama.block_count", 1)
        .number("llama.context_length", 64)
        .number("llama.embedding_length", 8)
        .number("llama.attention.head_count", 2)
        .tensor("token_embd.weight", &[4, 2], &[0.0; 8]);
    std::fs::write(&path, writer.finish()).unwrap();
    let error = Transformer::load(&GgufFile::open(&path).unwrap()).err().unwrap();
    assert!(error.to_string().contains("tensor token_embd has the shape"), "{error}");
}

#[test]
fn other_kinds_of_models_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mamba.gguf");
    let mut writer = Writer::default();
    writer.text("general.architecture", "mamba").number("mamba.block_count", 1);
    std::fs::write(&path, writer.finish()).unwrap();
    let file = GgufFile::open(&path).unwrap();
    let error = Shape::read(&file.header, &path).unwrap_err();
    assert!(error.to_string().contains("models of the kind \"mamba\" are not supported"));
    assert_ne!(Family::Llama, Family::Gemma);
}
