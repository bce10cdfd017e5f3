use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn error(kind: ModelErrorKind, retry_after: Option<u64>) -> ModelError {
    ModelError {
        retry_after: retry_after.map(std::time::Duration::from_secs),
        ..ModelError::new("lab", kind, "no")
    }
}

fn down() -> ModelError {
    error(ModelErrorKind::Unavailable, None)
}

fn opened(now: i64) -> Breakers {
    let breakers = Breakers::default();
    for _ in 0..3 {
        breakers.failed(&down(), at(now));
    }
    breakers
}

#[test]
fn three_failures_open_it_for_a_minute_and_a_single_request_tries_then() {
    let breakers = Breakers::default();
    for second in 0..2 {
        breakers.failed(&down(), at(second));
        assert!(breakers.admits("lab", at(second)));
    }
    breakers.failed(&down(), at(2));

    assert!(!breakers.admits("lab", at(3)) && !breakers.admits("lab", at(61)));
    assert!(breakers.admits("other", at(3)));
    assert!(breakers.admits("lab", at(70)), "the one that tries");
    assert!(!breakers.admits("lab", at(70)) && !breakers.admits("lab", at(100)));
    breakers.answers("lab");
    assert!(breakers.admits("lab", at(100)) && breakers.admits("lab", at(100)));
}

#[test]
fn a_trial_that_fails_opens_it_again_and_one_that_never_ends_blocks_nobody_for_ever() {
    let breakers = opened(0);
    assert!(breakers.admits("lab", at(70)));
    breakers.failed(&down(), at(71));
    assert!(!breakers.admits("lab", at(130)) && breakers.admits("lab", at(140)));
    // This one was given up by the person who asked.
    assert!(!breakers.admits("lab", at(250)) && breakers.admits("lab", at(261)));
}

#[test]
fn an_answer_in_between_begins_the_count_anew() {
    let breakers = Breakers::default();
    for _ in 0..2 {
        breakers.failed(&down(), at(0));
        breakers.failed(&down(), at(0));
        breakers.answers("lab");
    }
    assert!(breakers.admits("lab", at(1)));
}

#[test]
fn too_many_requests_is_a_rest_of_the_length_it_asks_for_and_no_failure() {
    let breakers = Breakers::default();
    for _ in 0..5 {
        breakers.failed(&error(ModelErrorKind::RateLimited, Some(300)), at(0));
    }
    assert!(!breakers.admits("lab", at(299)));
    assert!(breakers.admits("lab", at(301)) && breakers.admits("lab", at(301)));

    breakers.failed(&error(ModelErrorKind::RateLimited, None), at(400));
    assert!(!breakers.admits("lab", at(459)) && breakers.admits("lab", at(461)));
}

#[test]
fn a_wrong_key_never_opens_it_and_shows_that_it_is_there() {
    let breakers = Breakers::default();
    for _ in 0..10 {
        breakers.failed(&error(ModelErrorKind::Unauthorized, None), at(0));
    }
    assert!(breakers.admits("lab", at(0)));

    let breakers = opened(0);
    assert!(breakers.admits("lab", at(70)));
    breakers.failed(&error(ModelErrorKind::BadRequest, None), at(70));
    assert!(breakers.admits("lab", at(70)) && breakers.admits("lab", at(70)));
}

#[test]
fn neither_an_absurd_wish_nor_a_clock_set_back_keeps_it_away_for_ever() {
    let breakers = Breakers::default();
    breakers.failed(&error(ModelErrorKind::RateLimited, Some(u64::MAX / 2)), at(0));
    assert!(breakers.admits("lab", at(3_601)));
    let breakers = opened(1_000_000);
    assert!(breakers.admits("lab", at(0)));
}

#[test]
fn the_rests_of_many_do_not_end_at_the_same_moment() {
    let ends: std::collections::HashSet<_> = (0..50)
        .map(|_| {
            let breakers = opened(0);
            (60_000..66_001)
                .step_by(50)
                .find(|millis| breakers.admits("lab", Timestamp::from_millis(*millis)))
                .unwrap()
        })
        .collect();
    assert!(ends.len() > 10, "{ends:?}");
}

#[test]
fn what_is_on_record_says_how_a_provider_stands() {
    let outcome = |second: i64, provider: &str, problem: Option<ModelErrorKind>| ModelOutcome {
        model: format!("{provider}/m").parse().unwrap(),
        at: at(second),
        problem: problem.map(|kind| error(kind, None).to_problem()),
        requests: 1,
    };
    let failed = Some(ModelErrorKind::Unreachable);
    let record = [
        outcome(0, "lab", None),
        outcome(1, "lab", failed),
        outcome(2, "well", failed),
        outcome(3, "lab", failed),
        outcome(4, "well", None),
        outcome(5, "lab", failed),
        outcome(6, "key", Some(ModelErrorKind::Unauthorized)),
    ];
    let closed = Standing::Closed { failures: 0 };
    let name = |name: &str, standing| (name.to_owned(), standing);
    assert_eq!(
        standings(&record, at(10)),
        [name("key", closed), name("lab", Standing::Open { until: at(65) }), name("well", closed)]
    );
    assert_eq!(standings(&record, at(66))[1].1, Standing::HalfOpen);
}

/// What can happen to a breaker.
#[derive(Debug, Clone)]
enum Step {
    Wait(i64),
    Ask,
    Down,
    Limited(u64),
    Answer,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0_i64..40).prop_map(Step::Wait),
        Just(Step::Ask),
        Just(Step::Down),
        (0_u64..200).prop_map(Step::Limited),
        Just(Step::Answer),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_is_never_stuck_and_never_lets_two_try_at_once(steps in prop::collection::vec(step(), 0..60)) {
        let breakers = Breakers::default();
        let (mut now, mut in_a_row, mut let_through) = (0, 0, None);
        for step in steps {
            match step {
                Step::Wait(seconds) => now += seconds,
                Step::Ask => {
                    if breakers.admits("lab", at(now))
                        && in_a_row >= 3
                        && let Some(before) = let_through.replace(now)
                    {
                        prop_assert!(now - before >= 60, "two within {} s", now - before);
                    }
                }
                Step::Down => {
                    breakers.failed(&down(), at(now));
                    in_a_row += 1;
                }
                Step::Limited(wish) => {
                    breakers.failed(&error(ModelErrorKind::RateLimited, Some(wish)), at(now));
                    let_through = None;
                }
                Step::Answer => {
                    breakers.answers("lab");
                    (in_a_row, let_through) = (0, None);
                }
            }
            if in_a_row < 3 {
                let standing = breakers.lock().get("lab").map(|one| one.standing(at(now)));
                let open = matches!(standing, Some(Standing::Open { .. } | Standing::HalfOpen));
                prop_assert!(!open, "open too early");
            }
        }
        prop_assert!(breakers.admits("lab", at(now + 4_000)), "it is stuck");
    }
}
