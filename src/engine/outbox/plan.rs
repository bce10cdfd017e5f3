//! What is to be done about a delivery. Pure: the time is handed in.

use std::time::Duration;

use nanofolks_protocol::ports::CourierError;
use nanofolks_protocol::{DeliveryRow, DeliveryState, Timestamp};

/// Milliseconds that somebody who tries is believed to; longer than one attempt may take.
pub(super) const LEASE_MS: i64 = 120_000;
/// The first pause after a failure; the next one is twice as long.
const FIRST_PAUSE: i64 = 5_000;
/// The longest pause that follows from failures alone.
const LONGEST_PAUSE: i64 = 300_000;
/// The longest pause that a platform may ask for.
const LONGEST_WISH: i64 = 3_600_000;
/// Attempts before it is given up: a little over an hour.
pub(super) const ATTEMPTS: u32 = 20;

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Its time has not come.
    Wait(Duration),
    /// It is tried now.
    Try,
    /// Nobody knows whether it arrived, and trying again could make it two.
    Ask,
}

/// How a delivery stands after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct After {
    pub(super) state: DeliveryState,
    pub(super) next_at: Option<Timestamp>,
}

/// What comes next for the oldest delivery of a chat.
pub(super) fn next(row: &DeliveryRow, knows_keys: bool, now: Timestamp) -> Next {
    let left = row.next_at.map_or(0, |at| at.millis_since(now));
    let wait = Next::Wait(Duration::from_millis(u64::try_from(left).unwrap_or(0)));
    match row.state {
        // A time that lies further ahead than any pause is from before the clock was set back.
        DeliveryState::Waiting | DeliveryState::Failed => {
            if (1..=LONGEST_WISH).contains(&left) {
                wait
            } else {
                Next::Try
            }
        }
        DeliveryState::Sending if row.held && (1..=LEASE_MS).contains(&left) => wait,
        DeliveryState::Sending if knows_keys => Next::Try,
        DeliveryState::Sending => Next::Ask,
        DeliveryState::Sent | DeliveryState::Dead | DeliveryState::Unknown => {
            Next::Wait(Duration::MAX)
        }
    }
}

/// How it stands after its `attempt`th attempt. `spread` makes the pause up to half longer.
pub(super) fn after(
    outcome: &Result<(), CourierError>,
    attempt: u32,
    knows_keys: bool,
    (now, spread): (Timestamp, u64),
) -> After {
    let over = |state| After { state, next_at: None };
    let wish = match outcome {
        Ok(()) => return over(DeliveryState::Sent),
        Err(CourierError::Never(_)) => return over(DeliveryState::Dead),
        Err(CourierError::Unclear(_)) if !knows_keys => return over(DeliveryState::Unknown),
        Err(CourierError::Unclear(_)) => None,
        Err(CourierError::Later { after, .. }) => *after,
    };
    // One that was given up and then put back by a person gets as many attempts again.
    let tried = attempt % ATTEMPTS;
    if tried == 0 {
        return over(DeliveryState::Dead);
    }
    let pause = FIRST_PAUSE.saturating_mul(1 << (tried - 1).min(10)).min(LONGEST_PAUSE);
    let half = u64::try_from(pause / 2).unwrap_or(1).max(1);
    let pause = pause + i64::try_from(spread % half).unwrap_or(0);
    let wish = wish.map_or(0, |wish| i64::try_from(wish.as_millis()).unwrap_or(i64::MAX));
    let pause = pause.max(wish.min(LONGEST_WISH));
    After { state: DeliveryState::Failed, next_at: Some(now.plus_millis(pause)) }
}
