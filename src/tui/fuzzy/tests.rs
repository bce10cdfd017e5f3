use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;

fn found<'a>(items: &[&'a str], typed: &str, kind: Kind) -> Vec<&'a str> {
    best(items.iter().copied(), typed, kind, 10, |item| item)
}

#[test]
fn letters_in_their_order_are_enough_and_the_best_comes_first() {
    let names = ["researcher", "coder", "leader", "social"];
    assert_eq!(found(&names, "lead", Kind::Name), ["leader"]);
    assert_eq!(found(&names, "cdr", Kind::Name), ["coder"]);
    assert_eq!(found(&names, "der", Kind::Name), ["coder", "leader"]);
    assert_eq!(found(&names, "x", Kind::Name), Vec::<&str>::new());
}

#[test]
fn the_end_of_a_path_counts_more_than_letters_scattered_over_it() {
    let paths = ["src/amateur/infinite.rs", "src/main.rs", "docs/main.md"];
    assert_eq!(found(&paths, "main.rs", Kind::Path)[0], "src/main.rs");
    assert_eq!(found(&paths, "docs/m", Kind::Path), ["docs/main.md"]);
}

#[test]
fn nothing_typed_is_everything_in_its_order_and_no_more_than_asked_for() {
    assert_eq!(found(&["b", "a"], "", Kind::Name), ["b", "a"]);
    let many: Vec<_> = (0..100).map(|number| format!("file{number}")).collect();
    assert_eq!(best(&many, "file", Kind::Path, 7, |item| item).len(), 7);
}

#[test]
fn a_capital_means_a_capital() {
    assert_eq!(found(&["readme", "README.md"], "READ", Kind::Path), ["README.md"]);
    assert_eq!(found(&["readme", "README.md"], "read", Kind::Path).len(), 2);
}

proptest! {
    #[test]
    fn what_is_found_has_the_letters_and_what_has_them_is_found(
        items in prop::collection::vec("[a-c/]{0,8}", 0..12),
        typed in "[a-c]{1,4}",
    ) {
        let has = |text: &str| {
            let mut letters = typed.chars().peekable();
            for c in text.chars() {
                if letters.peek() == Some(&c) {
                    letters.next();
                }
            }
            letters.peek().is_none()
        };
        let mut found = best(&items, &typed, Kind::Path, usize::MAX, |item| item);
        let mut expected: Vec<_> = items.iter().filter(|item| has(item)).collect();
        found.sort();
        expected.sort();
        prop_assert_eq!(found, expected);
    }
}
