use super::*;

#[test]
fn cells_line_up_and_lines_have_no_trailing_space() {
    let cells = |texts: [&str; 2]| texts.map(str::to_owned).to_vec();
    assert_eq!(padded(&cells(["a", "b"]), &[3, 1]), "a    b");
    assert_eq!(padded(&cells(["äöü", ""]), &[3, 1]), "äöü  ");
}

#[test]
fn a_message_of_several_lines_becomes_one() {
    assert_eq!(one_line("a\n  b\tc"), "a b c");
}
