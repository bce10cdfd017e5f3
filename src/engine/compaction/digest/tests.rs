use proptest::prelude::*;

use super::*;
use crate::compaction::testing::{History, random};

fn card(window: u32) -> ModelCard {
    ModelCard {
        model: "lab/model".parse().unwrap(),
        context_window: window,
        max_output: 4_096,
        tools: true,
        images: false,
        small: false,
        price: None,
    }
}

#[test]
fn what_no_summary_can_be_is_refused() {
    let good = "The user wants a report. It was decided to write it in Rust, for speed.";
    assert_eq!(checked(&format!("  {good}\n"), 1_000).as_deref(), Some(good));
    for bad in [
        "",
        "   \n",
        "ok",
        "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ] {
        assert_eq!(checked(bad, 1_000), None, "{bad:?}");
    }
    // Longer than half of what it stands for, or than any summary should be.
    assert_eq!(checked(good, 30), None);
    assert_eq!(checked(&"many different words go here ".repeat(1_000), 1_000_000), None);
}

#[test]
fn a_summary_without_a_model_has_the_beginnings_in_order() {
    let mut history = History::new();
    history.user("first wish").calls(&["a"]).results(&["a"]).bot("between tools");
    history.calls(&["b"]).results(&["b"]).bot("done with it").user("second wish");
    let summary = plain(None, &history.messages, 4_000);
    assert!(
        summary
            .contains("The user: first wish\nleader answered: done with it\nThe user: second wish"),
        "{summary}"
    );
    assert!(!summary.contains("between tools"));
    let next = plain(Some(&summary), &history.messages[..1], 4_000);
    assert_eq!(next.matches("No model summed this up").count(), 1, "{next}");
    assert!(next.contains("done with it"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_request_for_a_summary_fits_its_model(
        history in random(60), window in 1_000_u32..50_000, earlier in prop::option::of("[a-z ]{0,9000}"),
    ) {
        let request = request(&card(window), earlier.as_deref(), &history.messages);
        let tokens: u64 = request.messages.iter().map(|message| context::tokens_of(message)).sum();
        let all = tokens + context::tokens_of_text(request.system.len()) + u64::from(request.max_output);
        prop_assert!(all <= u64::from(window), "{all} of {window}");
    }

    #[test]
    fn a_plain_summary_is_bounded(history in random(60), most in 0_usize..5_000, earlier in "\\PC{0,2000}") {
        let summary = plain(Some(&earlier), &history.messages, most);
        prop_assert!(summary.len() <= most.min(PLAIN) * 2 + 600, "{} of {most}", summary.len());
    }
}
