use proptest::prelude::*;

use super::*;

#[test]
fn the_budget_follows_the_window_within_bounds() {
    assert_eq!(budget(200_000, 100_000), 100_000);
    assert_eq!(budget(32_000, 100_000), 19_200);
    assert_eq!(budget(2_000, 100_000), FLOOR);
    assert_eq!(budget(2_000, 500), 500);
}

proptest! {
    #[test]
    fn ends_are_ends_and_within_budget(text in "(\\PC|\n){0,300}", budget in 1..400usize) {
        let (head, tail) = ends(&text, budget);
        prop_assert!(text.starts_with(head) && text.ends_with(tail));
        prop_assert!(head.len() + tail.len() <= text.len());
        if text.len() > budget {
            prop_assert!(head.len() + tail.len() <= budget + 4);
        }
    }
}
