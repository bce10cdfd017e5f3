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

#[test]
fn a_provider_that_asks_to_wait_says_until_when() {
    let hint = |seconds: u64| {
        let mut error = ModelError::new("lab", ModelErrorKind::RateLimited, "slow down");
        error.retry_after = Some(Duration::from_secs(seconds));
        error.to_problem().hint
    };
    for (seconds, want) in
        [(45, "45 s"), (91, "2 min"), (3_600, "1 h"), (7_500, "2 h 5 min"), (7_199, "2 h")]
    {
        let want = format!("lab asks to wait: try again in {want}");
        assert_eq!(hint(seconds), Some(want), "{seconds}");
    }
    assert!(hint(0).unwrap().contains("in a minute"));
    let plain = ModelError::new("lab", ModelErrorKind::RateLimited, "slow down");
    assert!(plain.to_problem().hint.unwrap().contains("`fallback`"));
}

#[test]
fn every_failure_says_what_to_do() {
    for kind in ModelErrorKind::ALL {
        let problem = ModelError::new("lab", kind, "it did not work").to_problem();
        assert!(problem.hint.is_some_and(|hint| !hint.is_empty()), "{kind:?}");
    }
}
