use nanofolks_protocol::{DeliveryId, OwnerId, RoomId};
use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::plan::{ATTEMPTS, LEASE_MS, after, next};
use super::*;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn row(state: DeliveryState, next_at: Option<i64>, held: bool) -> DeliveryRow {
    DeliveryRow {
        delivery: Delivery {
            id: DeliveryId::fresh(),
            key: "k".into(),
            channel: "c".into(),
            chat: "chat".into(),
            thread: None,
            turn: None,
            trace_id: None,
            room: RoomId::general(),
            payload: json!({}),
            at: at(0),
        },
        state,
        attempts: 1,
        next_at: next_at.map(at),
        reason: None,
        owner: Some(OwnerId::fresh()),
        held,
    }
}

fn later(seconds: Option<u64>) -> Result<(), CourierError> {
    Err(CourierError::Later {
        reason: "no network".into(),
        after: seconds.map(Duration::from_secs),
    })
}

#[test]
fn what_was_being_sent_is_sent_again_only_where_keys_are_known() {
    let left = row(DeliveryState::Sending, Some(LEASE_MS), false);
    assert_eq!(next(&left, true, at(1)), Next::Try);
    assert_eq!(next(&left, false, at(1)), Next::Ask);

    let held = row(DeliveryState::Sending, Some(LEASE_MS), true);
    assert_eq!(next(&held, false, at(1)), Next::Wait(Duration::from_millis(119_999)));
    assert_eq!(next(&held, false, at(LEASE_MS)), Next::Ask, "it hangs");
    assert_eq!(next(&held, true, at(LEASE_MS)), Next::Try);
}

#[test]
fn a_clock_that_jumps_a_day_keeps_nothing_back() {
    let day = 86_400_000;
    let failed = row(DeliveryState::Failed, Some(day), false);
    assert_eq!(next(&failed, true, at(0)), Next::Try, "set back since");
    assert_eq!(next(&failed, true, at(2 * day)), Next::Try);
}

#[test]
fn a_refusal_is_final_and_an_unclear_outcome_is_asked_about() {
    let now = (at(0), 7);
    let never = Err(CourierError::Never("no such chat".into()));
    assert_eq!(after(&never, 1, true, now).state, DeliveryState::Dead);
    let unclear = Err(CourierError::Unclear("cut".into()));
    assert_eq!(after(&unclear, 1, true, now).state, DeliveryState::Failed);
    assert_eq!(after(&unclear, 1, false, now).state, DeliveryState::Unknown);
    assert_eq!(after(&Ok(()), 1, false, now).state, DeliveryState::Sent);
}

#[test]
fn a_wish_to_wait_is_honoured_up_to_an_hour() {
    let wait = |wish| after(&later(Some(wish)), 1, true, (at(0), 0)).next_at;
    assert_eq!(wait(900), Some(at(900_000)));
    assert_eq!(wait(u64::MAX), Some(at(3_600_000)));
}

#[test]
fn it_is_given_up_in_the_end_and_put_back_gets_as_many_attempts_again() {
    let state = |attempt| after(&later(None), attempt, true, (at(0), 0)).state;
    assert_eq!(state(ATTEMPTS - 1), DeliveryState::Failed);
    assert_eq!(state(ATTEMPTS), DeliveryState::Dead);
    assert_eq!(state(ATTEMPTS + 1), DeliveryState::Failed);
    assert_eq!(state(2 * ATTEMPTS), DeliveryState::Dead);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pauses_grow_and_stay_bounded(attempt in 1_u32..200, spread: u64, now in 0_i64..i64::MAX / 4) {
        let outcome = after(&later(None), attempt, true, (at(now), spread));
        if let Some(next_at) = outcome.next_at {
            let pause = next_at.millis_since(at(now));
            prop_assert!((5_000..=450_000).contains(&pause), "{pause}");
            let same = after(&later(None), attempt, true, (at(now), spread));
            prop_assert_eq!(outcome, same);
        } else {
            prop_assert_eq!(outcome.state, DeliveryState::Dead);
        }
    }
}
