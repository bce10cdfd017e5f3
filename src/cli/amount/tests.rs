use super::*;

#[test]
fn bytes_keep_three_digits() {
    let shown = [0, 999, 1000, 98_362_432, 999_499, 999_999, 2_400_000_000].map(bytes);
    assert_eq!(shown, ["0 B", "999 B", "1.0 kB", "98.4 MB", "999 kB", "1.0 MB", "2.4 GB"]);
}

#[test]
fn tokens_are_rounded_down() {
    let shown = [0, 8192, 200_000, 1_048_576].map(tokens);
    assert_eq!(shown, ["0", "8192", "200k", "1.0M"]);
}
