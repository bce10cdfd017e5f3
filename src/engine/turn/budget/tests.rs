use nanofolks_protocol::{Price, Usage};
use proptest::prelude::*;

use super::*;

fn card(price: Option<Price>) -> ModelCard {
    ModelCard {
        model: "lab/model".parse().unwrap(),
        context_window: 8_000,
        max_output: 1_000,
        tools: true,
        images: false,
        small: false,
        price,
    }
}

#[test]
fn a_day_begins_at_midnight() {
    let now = Timestamp::from_millis(1_763_672_400_120);
    let begun = midnight(now);
    assert!(begun <= now && now.millis_since(begun) <= 25 * 3_600_000);
    assert_eq!(midnight(begun), begun);
}

#[test]
fn the_turns_own_ceiling_joins_those_of_the_house() {
    let day = Limit { scope: LimitScope::Day, usd: Some(1.0), tokens: None, since: None };
    let budget = Budget { limits: vec![day], allow_unknown_price: false };
    let all = limits(&budget, Some(0.5), Timestamp::from_millis(0));
    assert_eq!(
        all.iter().map(|limit| limit.scope).collect::<Vec<_>>(),
        [LimitScope::Day, LimitScope::Turn]
    );
    assert!(all[0].since.is_some());
}

proptest! {
    /// No usage within what was asked for costs more than what was held back.
    #[test]
    fn the_worst_case_is_never_exceeded(
        text in 0..40_000usize, max_output in 1..8_000u32, part in 0.0..1.0f64,
        input in 0.0..20.0f64, output in 0.0..80.0f64,
    ) {
        let price = Price { input, output, cached_input: input / 10.0, cache_write: input * 1.25 };
        let (usd, tokens, _output) = worst_case(&Worst { card: &card(Some(price)), input: text as u64, output: max_output });
        let used_in = text as u64;
        let usage = Usage {
            input_tokens: used_in,
            cache_write_tokens: (used_in as f64 * part) as u64,
            output_tokens: u64::from(max_output),
            ..Usage::default()
        };
        prop_assert!(usage.cost(&price) <= usd.unwrap() + 1e-9);
        prop_assert!(usage.input_tokens + usage.output_tokens <= tokens);
    }
}
