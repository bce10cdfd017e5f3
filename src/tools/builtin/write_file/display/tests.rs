use super::*;

#[test]
fn notices_line_numbers_and_notes() {
    assert!(is_display("1|a\n2|b\n3|c\n").is_some());
    assert!(is_display("   9\u{2192}a\n  10\u{2192}b\n  11\u{2192}").is_some());
    assert!(is_display("a\n[warning: lines 1-2 of 9; continue with offset 3]").is_some());
}

#[test]
fn leaves_people_s_tables_alone() {
    for text in [
        "",
        "1|a\n2|b\n",
        "1|a\n3|b\n4|c\n",
        "|1|2|\n|3|4|\n",
        "1, a\n2, b\n3, c",
        "[warning: x]\nmore",
    ] {
        assert_eq!(is_display(text), None, "{text:?}");
    }
}
