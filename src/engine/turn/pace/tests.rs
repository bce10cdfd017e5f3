use std::time::Duration;

use tokio::time::Instant;

use super::{BEAT, BULK, EAGER, PIECES, Pace};

/// A pace that has heard words so long ago.
fn since(ago: Duration) -> (Pace, Instant) {
    let now = Instant::now() + EAGER * 2;
    let mut pace = Pace::default();
    pace.heard(5);
    assert_eq!(pace.next(now - ago), None, "the first words wait for nothing");
    (pace, now)
}

#[test]
fn a_short_answer_is_taken_in_as_it_comes() {
    let (mut pace, now) = since(EAGER / 2);
    pace.heard(5);
    assert_eq!(pace.next(now), None);
}

#[test]
fn an_answer_that_runs_is_taken_in_once_a_beat() {
    let (mut pace, now) = since(EAGER);
    for beat in 0..3 {
        let now = now + BEAT * beat;
        pace.heard(5);
        assert_eq!(pace.next(now), Some(now + BEAT));
    }
}

#[test]
fn what_comes_in_bulk_does_not_wait() {
    let (mut pace, now) = since(EAGER);
    for _piece in 0..PIECES {
        pace.heard(1);
    }
    assert_eq!(pace.next(now), None);
    pace.heard(BULK - 1);
    assert_eq!(pace.next(now), Some(now + BEAT));
}

#[test]
fn what_is_no_words_does_not_wait() {
    let (mut pace, now) = since(EAGER);
    assert_eq!(pace.next(now), None);
}
