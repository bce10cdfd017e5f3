use nanofolks_protocol::TurnId;
use proptest::prelude::*;

use super::*;

const LEASE: Duration = Duration::from_secs(60);
const DAY: i64 = 86_400_000;

fn lease(until: i64) -> Sign {
    let (turn, owner) = (TurnId::fresh(), OwnerId::fresh());
    Sign::Turn(Lease { turn, owner, until: Timestamp::from_millis(until) })
}

fn silent(sign: &Sign, unmoved: u64, wall: i64) -> bool {
    is_silent(sign, Duration::from_secs(unmoved), Timestamp::from_millis(wall), LEASE)
}

#[test]
fn a_lease_that_has_run_out_is_waited_for_as_long_as_renewing_takes() {
    let lease = lease(60_000);
    assert!(!silent(&lease, 0, 60_001) && !silent(&lease, 24, 3_600_000));
    assert!(silent(&lease, 25, 60_001));
}

#[test]
fn a_clock_that_jumps_a_day_ends_no_lease_and_keeps_none() {
    let lease = lease(60_000);
    assert!(!silent(&lease, 20, DAY), "forwards: it is renewed by then");
    assert!(!silent(&lease, 59, -DAY) && silent(&lease, 60, -DAY), "backwards");
}

#[test]
fn a_message_that_its_process_does_not_claim_is_taken_after_a_whole_lease() {
    let waiting = Sign::Waiting(EnvelopeId::fresh(), OwnerId::fresh());
    assert!(!silent(&waiting, 59, DAY) && silent(&waiting, 60, 0));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn who_renews_in_time_is_never_silent(
        seconds in 1_u64..3_600,
        until in -DAY..DAY,
        wall in -3 * DAY..3 * DAY,
        part in 0_u32..=100,
    ) {
        let length = Duration::from_secs(seconds);
        // A quarter of the lease between two renewals, and half as much for the renewing itself.
        let unmoved = length / 4 + length / 8 * part / 100;
        prop_assert!(!is_silent(&lease(until), unmoved, Timestamp::from_millis(wall), length));
    }

    #[test]
    fn who_lets_it_be_loses_it_whatever_the_clock_says(until: i64, wall: i64) {
        prop_assert!(is_silent(&lease(until), LEASE, Timestamp::from_millis(wall), LEASE));
    }
}
