use nanofolks_tui::Sight;

use super::sight;

#[test]
fn a_pane_is_its_size_the_cursor_and_rows_down_to_the_last_one() {
    let printed = "100 2 4 1\nin the scrollback\n\nlast\n";

    let read = sight(printed).unwrap();

    let rows = ["in the scrollback", "", "last"].map(str::to_owned).to_vec();
    assert_eq!(read, Sight { rows, size: (100, 2), cursor: (4, 1) });
}

#[test]
fn what_is_no_pane_is_not_taken_for_one() {
    for printed in ["", "no server running", "100 2 4\na\nb\n", "100 3 0 0\na\nb\n"] {
        assert_eq!(sight(printed), None, "{printed:?}");
    }
}
