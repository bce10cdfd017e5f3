use std::cell::Cell;

use super::*;

fn broken() -> Availability {
    Availability::MissingDependency { reason: "no such program".to_owned() }
}

#[test]
fn asks_once_and_remembers_for_half_a_minute() {
    let (verdict, start, asked) = (Verdict::default(), Instant::now(), Cell::new(0));
    let probe = || {
        asked.set(asked.get() + 1);
        broken()
    };
    assert_eq!(verdict.get(start, probe), broken());
    assert_eq!(verdict.get(start + Duration::from_secs(29), probe), broken());
    assert_eq!(asked.get(), 1);
    verdict.get(start + Duration::from_secs(30), probe);
    assert_eq!(asked.get(), 2);
}

#[test]
fn one_hiccup_does_not_take_a_tool_away() {
    let (verdict, start) = (Verdict::default(), Instant::now());
    verdict.get(start, || Availability::Available);
    let soon = start + Duration::from_secs(40);
    assert_eq!(verdict.get(soon, broken), Availability::Available);
    let later = start + Duration::from_secs(61);
    assert_eq!(verdict.get(later, broken), broken());
}
