use super::*;

const ALL: [Scope; 3] = [Scope::Once, Scope::Turn, Scope::Session];

#[test]
fn only_a_plain_yes_allows() {
    assert_eq!(understand("y\n", &ALL), Some(Decision::Allow { scope: Scope::Once }));
    assert_eq!(understand("YES", &ALL), Some(Decision::Allow { scope: Scope::Once }));
    assert_eq!(understand("s", &ALL), Some(Decision::Allow { scope: Scope::Session }));
    for text in ["yes but not there", "sure", "ok", "yy", "1"] {
        assert_eq!(understand(text, &ALL), None, "{text}");
    }
}

#[test]
fn silence_and_no_are_denials_and_a_reason_is_passed_on() {
    for text in ["", "\n", "n", "No"] {
        assert_eq!(understand(text, &ALL), Some(Decision::Deny { note: None }), "{text:?}");
    }
    let note = Some("use notes.md".to_owned());
    for text in ["n, use notes.md", "no use notes.md"] {
        assert_eq!(understand(text, &ALL), Some(Decision::Deny { note: note.clone() }));
    }
}

#[test]
fn a_scope_that_is_not_offered_cannot_be_given() {
    assert_eq!(understand("s", &[Scope::Once]), None);
}

#[test]
fn a_long_preview_is_cut_and_cleaned() {
    let long = "+line\u{1b}[2J\n".repeat(100);
    let lines = preview(&long);
    assert_eq!(lines.len(), PREVIEW_LINES + 1);
    assert_eq!(lines[PREVIEW_LINES], "[20 more lines]");
    assert!(!lines.concat().contains('\u{1b}'));
}
