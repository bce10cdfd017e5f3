use pretty_assertions::assert_eq;
use ratatui::buffer::Buffer;

use super::{Begins, Sight, begins};

/// Where a region begins in these rows of a window of so many columns and rows; the cursor is in
/// the row that begins with `>`.
fn place(region: &[&str], (width, height): (u16, u16), seen: &[&str]) -> Begins {
    let region = Buffer::with_lines(region.iter().copied());
    let at = seen.iter().position(|row| row.starts_with('>')).unwrap();
    let rows: Vec<_> = seen.iter().map(|row| row.trim_start_matches('>').to_owned()).collect();
    let above = rows.len() - usize::from(height);
    // Above the window the terminal has no cursor: there it is in the first cell.
    let y = u16::try_from(at.saturating_sub(above)).unwrap();
    begins(&region, &Sight { rows, size: (width, height), cursor: (0, y) })
}

const REGION: [&str; 4] = ["", "L0001 the quick brown fox", "#general · lab/m", "› "];

#[test]
fn a_region_that_is_as_it_was_begins_at_the_cursor() {
    let seen = ["L0000 done", ">", "L0001 the quick brown fox", "#general · lab/m", "›"];
    assert_eq!(place(&REGION, (40, 5), &seen), Begins::Here);
}

#[test]
fn rows_that_were_pushed_out_and_came_back_are_above_the_cursor() {
    let seen = ["L0000 done", "", "L0001 the quick brown fox", ">#general · lab/m", "›"];
    assert_eq!(place(&REGION, (40, 5), &seen), Begins::Above(2));

    // What is below the cursor is dropped where the window gets lower.
    let seen = ["L0000 done", "", ">L0001 the quick brown fox", "", ""];
    assert_eq!(place(&REGION, (40, 5), &seen), Begins::Above(1));
}

#[test]
fn a_row_that_was_cut_in_two_stays_cut() {
    let seen = ["", "L0001 the", ">quick brown fox", "#general · lab/m", "›"];
    assert_eq!(place(&REGION, (40, 5), &seen), Begins::Above(2));
}

#[test]
fn rows_in_the_scrollback_cannot_be_erased() {
    let seen = ["", "L0001 the quick brown fox", ">#general · lab/m", "›"];
    assert_eq!(place(&REGION, (40, 2), &seen), Begins::Away);
}

#[test]
fn rows_that_are_wrapped_above_the_cursor_are_not_counted() {
    let seen = ["", "L0001 the ", "quick brow", ">n fox", "#general ·", " lab/m", "›"];
    assert_eq!(place(&REGION, (10, 7), &seen), Begins::Away);
}

#[test]
fn wrapped_rows_below_the_cursor_do_no_harm() {
    let seen = ["done", ">", "L0001 the ", "quick brow", "n fox", "#general ·", " lab/m", "›"];
    assert_eq!(place(&REGION, (10, 8), &seen), Begins::Here);
}

#[test]
fn finished_rows_that_look_like_the_region_are_left_alone() {
    let finished = ["", "L0001 the quick brown fox", "#general · lab/m", "›"];
    let region = [">", "L0001 the quick brown fox", "#general · lab/m", "›"];
    assert_eq!(place(&REGION, (40, 8), &[finished, region].concat()), Begins::Here);

    let other = ["L0000 done", "", ">something else", "", ""];
    assert_eq!(place(&REGION, (40, 5), &other), Begins::Unknown);
}
