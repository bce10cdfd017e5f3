use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn error(retry_after: Option<u64>) -> ModelError {
    ModelError {
        retry_after: retry_after.map(Duration::from_secs),
        ..ModelError::new("lab", ModelErrorKind::RateLimited, "too many requests")
    }
}

#[test]
fn a_provider_rests_a_minute_or_as_long_as_it_says() {
    let resting = Resting::default();
    assert!(!resting.rests("lab", at(0)));
    resting.failed(&error(None), at(0));
    assert!(resting.rests("lab", at(59)) && !resting.rests("lab", at(61)));
    resting.failed(&error(Some(300)), at(0));
    assert!(resting.rests("lab", at(299)) && !resting.rests("lab", at(301)));
    assert!(!resting.rests("other", at(1)));
    resting.answers("lab");
    assert!(!resting.rests("lab", at(1)));
}

#[test]
fn neither_an_absurd_wish_nor_a_clock_set_back_keeps_it_away_for_ever() {
    let resting = Resting::default();
    resting.failed(&error(Some(u64::MAX / 2)), at(0));
    assert!(!resting.rests("lab", at(3_601)));
    resting.failed(&error(None), at(1_000_000));
    assert!(!resting.rests("lab", at(0)));
}
