use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::compaction::testing::{History, random};

fn wish(tokens: u64, keep: usize) -> Wish {
    Wish { tokens, keep, turn: None }
}

#[test]
fn a_call_stays_with_its_result() {
    let mut history = History::new();
    history.user("look").calls(&["a", "b"]).results(&["a", "b"]).bot("seen").user("and now?");
    let weights = vec![10; 5];
    // Ten tokens would be the call alone.
    assert_eq!(place(&history.messages, &weights, wish(15, 1)), Some(3));
    assert_eq!(place(&history.messages, &weights, wish(10, 1)), Some(1));
}

#[test]
fn a_place_where_a_person_speaks_is_taken_when_it_is_near() {
    let mut history = History::new();
    history.user("one").bot("1").user("two").bot("2").user("three").bot("3");
    assert_eq!(place(&history.messages, &[10; 6], wish(15, 1)), Some(2));
    assert_eq!(place(&history.messages, &[10; 6], wish(30, 1)), Some(4));
    // It is not near when the first answer is most of it.
    assert_eq!(place(&history.messages, &[10, 500, 10, 10, 10, 10], wish(10, 1)), Some(1));
}

#[test]
fn the_newest_and_the_running_turn_stay() {
    let mut history = History::new();
    history.user("one").bot("1").user("two").bot("2");
    assert_eq!(place(&history.messages, &[10; 4], wish(100, 2)), Some(2));
    assert_eq!(place(&history.messages, &[10; 4], wish(100, 4)), None);
    let turn = history.messages[2].turn;
    let wish = Wish { tokens: 100, keep: 1, turn };
    assert_eq!(place(&history.messages, &[10; 4], wish), Some(2));
    let wish = Wish { tokens: 100, keep: 1, turn: history.messages[0].turn };
    assert_eq!(place(&history.messages, &[10; 4], wish), None);
    assert_eq!(place(&[], &[], Wish { tokens: 1, keep: 0, turn: None }), None);
}

#[test]
fn a_call_that_was_never_answered_keeps_nothing_from_being_cut() {
    let mut history = History::new();
    history.user("look").calls(&["lost"]).user("hello?").bot("yes").user("go on");
    assert_eq!(place(&history.messages, &[10; 5], wish(35, 1)), Some(4));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn no_cut_parts_a_call_from_its_result_or_goes_into_the_running_turn(
        history in random(60), tokens in 0_u64..5_000, keep in 0_usize..30, running in any::<bool>(),
    ) {
        let weights: Vec<u64> = (0..history.messages.len() as u64).map(|at| at * 37 % 90).collect();
        let turn = history.messages.last().and_then(|last| last.turn).filter(|_| running);
        let wish = Wish { tokens, keep, turn };
        let Some(at) = place(&history.messages, &weights, wish) else { return Ok(()) };
        prop_assert!(at > 0 && at < history.messages.len());
        prop_assert!(history.messages.len() - at >= keep.max(1));
        let (gone, rest) = history.messages.split_at(at);
        let made: HashSet<_> = gone.iter().flat_map(|one| one.tool_calls()).map(|call| &call.id).collect();
        for part in rest.iter().flat_map(|message| &message.parts) {
            if let Content::ToolResult(result) = &part.content {
                prop_assert!(!made.contains(&result.call_id), "{at}");
            }
        }
        prop_assert!(turn.is_none() || gone.iter().all(|message| message.turn != turn));
        // The same again is the same.
        prop_assert_eq!(place(&history.messages, &weights, wish), Some(at));
    }
}
