use nanofolks_protocol::Price;
use proptest::prelude::*;

use super::*;

fn card(window: u32) -> ModelCard {
    ModelCard {
        model: "lab/model".parse().unwrap(),
        context_window: window,
        max_output: 1_000,
        tools: true,
        images: false,
        small: false,
        price: None::<Price>,
    }
}

fn gauges(window: u32) -> Gauges {
    let gauges = Gauges::default();
    let learned = nothing(&card(window));
    let known = Known { stored: 1.0, learned };
    lock(&gauges.models).insert(card(window).model, known);
    gauges
}

fn blob(digit: u8) -> BlobId {
    BlobId::from_digest(&[digit; 32])
}

fn load(messages: &[(MessageId, u64)]) -> Load {
    let mut load = Load::new(card(0).model, (blob(1), 500), (blob(2), 500));
    for (id, tokens) in messages {
        load.push(*id, *tokens);
    }
    load
}

fn input(tokens: u64) -> Usage {
    Usage { input_tokens: tokens, ..Usage::default() }
}

const NOW: Timestamp = Timestamp::from_millis(7);

#[test]
fn what_was_counted_is_taken_as_counted_and_the_rest_is_estimated() {
    let (gauges, session) = (gauges(100_000), SessionId::fresh());
    let (one, two, three) = (MessageId::fresh(), MessageId::fresh(), MessageId::fresh());
    assert_eq!(gauges.expect(session, &load(&[(one, 1_000)])), 2_000);

    let usage = Usage { output_tokens: 50, reasoning_tokens: 20, ..input(2_600) };
    let learned = gauges.counted(session, &load(&[(one, 1_000)]), &usage, Some(two), NOW);

    // 2600 as counted, 30 of the reply, and 100 estimated at a ratio between 1.0 and 1.3.
    let next = load(&[(one, 1_000), (two, 40), (three, 100)]);
    let expected = gauges.expect(session, &next);
    assert!((2_730..=2_760).contains(&expected), "{expected}");
    assert!(learned.is_none(), "a ratio that moved by less than a tenth is not written");
    // Another beginning was not counted.
    assert!(gauges.expect(session, &load(&[(three, 100)])) < 1_500);
}

#[test]
fn the_ratio_is_learned_slowly_and_written_when_it_has_moved() {
    let (gauges, session) = (gauges(100_000), SessionId::fresh());
    let load = load(&[(MessageId::fresh(), 9_000)]);
    let mut written = Vec::new();
    for _ in 0..20 {
        written.extend(gauges.counted(session, &load, &input(15_000), None, NOW));
    }
    let last = written.last().unwrap();
    assert!((1.4..=1.5).contains(&last.ratio), "{last:?}");
    assert!((1..=5).contains(&written.len()), "{}", written.len());
    assert_eq!(last.of, 100_000);
}

#[test]
fn absurd_counts_teach_nothing() {
    let (gauges, session) = (gauges(100_000), SessionId::fresh());
    let id = MessageId::fresh();
    let load = load(&[(id, 9_000)]);
    for absurd in [0, 1, 100, 10_000_000, u64::MAX] {
        assert!(gauges.counted(session, &load, &input(absurd), None, NOW).is_none());
        assert_eq!(gauges.expect(session, &load), 10_000, "{absurd}");
    }
}

#[test]
fn a_window_that_was_too_small_is_remembered_and_one_that_did_fit_is_believed_again() {
    let (gauges, session) = (gauges(100_000), SessionId::fresh());
    let load = load(&[(MessageId::fresh(), 59_000)]);
    let said = "maximum context length is 32,768 tokens, however you requested 60,000 tokens";
    let learned = gauges.overflowed(session, &load, 100_000, said, NOW).unwrap();
    assert_eq!((learned.window, learned.of), (Some(32_768), 100_000));
    assert_eq!(gauges.corrected(card(100_000)).context_window, 32_768);
    // Whoever says another window in the configuration knows better.
    assert_eq!(gauges.corrected(card(64_000)).context_window, 64_000);

    let learned = gauges.counted(session, &load, &input(61_000), None, NOW).unwrap();
    assert_eq!(learned.window, Some(61_000));
}

#[test]
fn without_a_number_the_window_shrinks_a_little_and_never_to_nothing() {
    let (gauges, session) = (gauges(100_000), SessionId::fresh());
    let load = load(&[(MessageId::fresh(), 69_000)]);
    let learned = gauges.overflowed(session, &load, 100_000, "too long", NOW).unwrap();
    assert_eq!(learned.window, Some(66_667));
    for _ in 0..100 {
        gauges.overflowed(session, &load, 100_000, "too long", NOW);
    }
    assert_eq!(gauges.corrected(card(100_000)).context_window, 12_500);
}

#[test]
fn windows_are_found_in_what_providers_say() {
    for (message, window) in [
        (
            "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (5000 in the messages, 4000 in the completion).",
            Some(8_192),
        ),
        ("prompt is too long: 205000 tokens > 180000 maximum", Some(180_000)),
        ("the request exceeds the available context size (4096 tokens)", Some(4_096)),
        ("input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000", None),
        ("requested tokens exceed context window of 4096", Some(4_096)),
        ("Input tokens exceed the configured limit of 128,000 tokens", Some(128_000)),
        ("too long", None),
        ("maximum of 12 messages", None),
        ("maximum context length is 9999999999999999999999", None),
    ] {
        assert_eq!(evidence::window(message, 199_000), window, "{message}");
    }
}

proptest! {
    /// Whatever is reported, an expectation stays within the bounds of what may be learned,
    /// or is what a provider counted in a way that can be believed.
    #[test]
    fn no_history_of_counts_poisons_the_gauge(
        counts in prop::collection::vec((0_u64..u64::MAX, 0_u64..200_000, 0_u64..u64::MAX), 0..40),
    ) {
        let (gauges, session) = (gauges(100_000), SessionId::fresh());
        for (counted, size, said) in counts {
            let usage = Usage { output_tokens: said, ..input(counted) };
            let sent = load(&[(MessageId::fresh(), size)]);
            gauges.counted(session, &sent, &usage, Some(MessageId::fresh()), NOW);
        }
        let next = load(&[(MessageId::fresh(), 10_000)]);
        let expected = gauges.expect(session, &next);
        prop_assert!((5_500..=44_000).contains(&expected), "{expected}");
        prop_assert!(gauges.at_most(session, &next) >= 11_000);
    }

    #[test]
    fn any_message_can_be_looked_at(message in "\\PC{0,200}", believed in 0_u32..u32::MAX) {
        if let Some(window) = evidence::window(&message, believed) {
            prop_assert!(window < believed);
        }
    }
}
