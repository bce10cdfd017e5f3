use proptest::prelude::*;

use super::*;

fn wrapped(text: &str, width: u16) -> Vec<String> {
    Row::of(text.to_owned(), Style::new()).wrap(width).iter().map(Row::plain).collect()
}

#[test]
fn wraps_where_the_next_grapheme_does_not_fit() {
    assert_eq!(wrapped("abcdef", 4), ["abcd", "ef"]);
    assert_eq!(wrapped("a漢字b", 3), ["a漢", "字b"]);
    assert_eq!(wrapped("", 3), [""]);
}

#[test]
fn tabs_go_to_the_next_stop() {
    assert_eq!(expand_tabs("a\tb", 0, 4), "a   b");
    assert_eq!(expand_tabs("\tb", 2, 4), "  b");
}

#[test]
fn what_does_not_fit_says_so() {
    assert_eq!(fit_end("hello", 5), "hello");
    assert_eq!(fit_end("hello", 4), "…llo");
    assert_eq!(fit_end("漢字漢字", 5), "…漢字");
    assert_eq!(fit_end("漢字漢字", 4), "…字");
    assert_eq!((fit_end("ab", 1), fit_end("ab", 0)), ("…".into(), "".into()));
    assert_eq!(fit("hello", 5), "hello");
    assert_eq!(fit("hello", 4), "hel…");
    assert_eq!(fit("漢字漢字", 5), "漢字…");
    assert_eq!(fit("hello", 0), "");
}

proptest! {
    #[test]
    fn wrapping_loses_nothing_and_keeps_the_width(text in "[ -~äß漢👍🏽e\u{301}]{0,80}", width in 2..40u16) {
        let rows = wrapped(&text, width);
        prop_assert_eq!(rows.concat(), text);
        for row in rows {
            let fits = row.width() <= usize::from(width);
            // A lone grapheme may be wider than the window.
            prop_assert!(fits || row.graphemes(true).count() == 1);
        }
    }
}
