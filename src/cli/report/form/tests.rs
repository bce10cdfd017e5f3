use proptest::prelude::*;

use super::*;

fn head() -> String {
    format!("{{\"kind\":\"head\",\"schema\":\"{SCHEMA}\",\"program\":\"1\",\"wordless\":false}}\n")
}

fn closed(body: &str, lines: usize) -> String {
    let sha256 = digest(body.as_bytes());
    let end = serde_json::to_string(&Line::End { lines, sha256 }).unwrap();
    format!("{body}{end}\n")
}

fn refused(text: &str) -> String {
    read(text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn a_report_has_one_turn_and_one_end() {
    assert!(refused(&closed(&head(), 1)).contains("it has no turn"));
    assert!(refused(&closed(&head(), 2)).contains("it was changed"));
    assert!(refused(&format!("{}{}", head(), head())).contains("a line twice"));
    assert!(refused(&head()).contains("ends in the middle"));
    let more = format!("{}{{\"kind\":\"facts\",\"facts\":1}}\n", head());
    let changed = closed(&more, 2).replace(":1}", ":2}");
    assert!(refused(&changed).contains("it was changed"));
}

#[test]
fn a_line_that_nests_without_end_is_refused_and_does_not_break_the_program() {
    let deep = format!("{}{{\"kind\":\"facts\",\"facts\":{}", head(), "[".repeat(500_000));
    assert!(refused(&deep).contains("line 2"));
}

proptest! {
    #[test]
    fn any_bytes_are_refused_in_one_line(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let told = read(&bytes[..]).unwrap_err().to_string();
        prop_assert!(!told.contains('\n'), "{told}");
    }

    #[test]
    fn any_line_behind_the_head_is_refused(line in "\\PC{0,200}") {
        let told = refused(&format!("{}{line}\n", head()));
        prop_assert!(!told.contains('\n'), "{told}");
    }
}
