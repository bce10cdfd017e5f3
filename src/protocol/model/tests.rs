use super::*;

#[test]
fn a_model_name_may_contain_slashes() {
    let model: ModelRef = "openrouter/openai/gpt-4.1-mini".parse().unwrap();
    assert_eq!(model.provider, "openrouter");
    assert_eq!(model.model, "openai/gpt-4.1-mini");
    for bad in ["", "gpt", "/x", "x/"] {
        assert!(bad.parse::<ModelRef>().is_err(), "{bad}");
    }
}

#[test]
fn cost_counts_each_token_once() {
    let price = Price { input: 3.0, output: 15.0, cached_input: 0.3, cache_write: 3.75 };
    let usage = Usage {
        input_tokens: 1_000_000,
        cached_input_tokens: 500_000,
        cache_write_tokens: 250_000,
        output_tokens: 100_000,
        reasoning_tokens: 50_000,
    };
    assert!((usage.cost(&price) - (0.75 + 0.15 + 0.9375 + 1.5)).abs() < 1e-9);
}

#[test]
fn absurd_usage_does_not_overflow() {
    let absurd = Usage { input_tokens: 1, cached_input_tokens: u64::MAX, ..Usage::default() };
    let price = Price { input: 1.0, output: 1.0, cached_input: 1.0, cache_write: 1.0 };
    assert!(absurd.cost(&price) <= 1e-6);
    assert_eq!(absurd.plus(absurd).cached_input_tokens, u64::MAX);
}
