//! A process that is there but does not move loses what it has to whoever waits for it.
//!
//! A living process renews the lease of its turn four times in the lease's life. Whether it
//! does is watched with a clock that nobody can set; the wall clock alone never takes a turn
//! away. So a clock that jumps a day takes nothing from anybody.

use std::sync::Arc;
use std::time::Duration;

use nanofolks_protocol::journal::{NotClaimed, Orphan};
use nanofolks_protocol::ports::{Lease, StoreError};
use nanofolks_protocol::{EnvelopeId, OwnerId, RoomId, Timestamp, Write, Written};
use tokio::time::Instant;

use crate::engine::Shared;
use crate::turn::silence;

#[cfg(test)]
mod tests;

/// What a process that moves would have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// The lease of its turn.
    Turn(Lease),
    /// The next message, which it accepted and has to claim.
    Waiting(EnvelopeId, OwnerId),
}

/// The newest sign of whoever has the room, and since when it is the same.
#[derive(Debug, Default)]
pub(super) struct Silence {
    watching: bool,
    seen: Option<(Sign, Instant)>,
}

impl Silence {
    /// Whether there is anybody to be watched.
    pub(super) const fn is_watching(&self) -> bool {
        self.watching
    }

    /// The room was not free, for this reason.
    pub(super) const fn watch(&mut self, why: NotClaimed) {
        self.watching =
            matches!(why, NotClaimed::Busy { ours: false, .. } | NotClaimed::Theirs { .. });
    }

    /// Looks at whoever has the room; takes the turn of one that does not move.
    ///
    /// # Errors
    /// The store's.
    pub(super) async fn look(
        &mut self,
        shared: &Arc<Shared>,
        room: &RoomId,
    ) -> Result<Option<Orphan>, StoreError> {
        let services = &shared.services;
        let Some(sign) = sign(shared, room).await? else {
            *self = Self::default();
            return Ok(None);
        };
        let now = Instant::now();
        let since = match self.seen {
            Some((seen, since)) if seen == sign => since,
            _ => {
                self.seen = Some((sign, now));
                return Ok(None);
            }
        };
        let wall = services.clock.now();
        if !is_silent(&sign, now.duration_since(since), wall, services.settings.lease) {
            return Ok(None);
        }
        *self = Self::default();
        match sign {
            Sign::Turn(lease) => {
                let adopted = services.journal.adopt_silent(room, lease, services.owner, wall);
                let orphan = adopted.await?.pop();
                if let Some(orphan) = &orphan {
                    tracing::warn!(turn = %orphan.turn, owner = %lease.owner, "taking a turn over from a process that does not move");
                }
                Ok(orphan)
            }
            Sign::Waiting(envelope, from) => {
                let to = services.owner;
                let written =
                    shared.bus.commit(vec![Write::Inherit { envelope, from, to }]).await?;
                if written.first() == Some(&Written::Changed(true)) {
                    tracing::warn!(%envelope, owner = %from, "taking a message over from a process that does not move");
                }
                Ok(None)
            }
        }
    }
}

/// What there is to see of another process in a room.
async fn sign(shared: &Shared, room: &RoomId) -> Result<Option<Sign>, StoreError> {
    let services = &shared.services;
    let Some(state) = services.archive.room(room).await? else { return Ok(None) };
    if let Some(lease) = state.lease {
        return Ok((lease.owner != services.owner).then_some(Sign::Turn(lease)));
    }
    let next = services.archive.queue(room).await?.into_iter().next();
    let next = next.filter(|next| next.owner != services.owner);
    Ok(next.map(|next| Sign::Waiting(next.envelope.id, next.owner)))
}

/// Whether a process has let things be for too long. `unmoved` is measured without the wall
/// clock; a lease that has run out by the wall clock only makes the wait shorter, and never
/// shorter than a living process needs to renew it.
fn is_silent(sign: &Sign, unmoved: Duration, wall: Timestamp, lease: Duration) -> bool {
    match sign {
        Sign::Turn(Lease { until, .. }) if wall > *until => unmoved >= silence(lease),
        Sign::Turn(_) | Sign::Waiting(..) => unmoved >= lease,
    }
}
