use super::*;

#[test]
fn only_names_that_carry_their_check_are_drafts() {
    let name = "0123456789abcdef01234567";
    let draft = format!("{BEGIN}{name}{}{END}", check(name));
    assert!(is_draft(&draft), "{draft}");
    for other in [
        ".nanofolks-0123456789abcdef0123456700000000.tmp",
        ".nanofolks-notes.tmp",
        ".nanofolks-.tmp",
        "notes.tmp",
        &draft[1..],
        &format!("{draft}~"),
    ] {
        assert!(!is_draft(other), "{other}");
    }
}
