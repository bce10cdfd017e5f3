//! One batch on its way into a transaction.

use nanofolks_protocol::{Batch, Write, Written};
use rusqlite::Connection;

use crate::fault::Fault;
use crate::inbox::{Accept, Claim};
use crate::owners::Owners;
use crate::{
    approvals, budget, calls, checkpoints, content, events, inbox, learned, messages, outbox,
    queue, records, requests, rooms, sessions, spending, turns,
};

/// Writes a batch; one answer per write. The caller takes back what a failed batch wrote.
pub(crate) fn batch(
    tx: &Connection,
    owners: &Owners,
    batch: &Batch,
) -> Result<Vec<Written>, Fault> {
    let mut answers = Vec::with_capacity(batch.writes.len());
    let mut numbers = events::Numbers::default();
    for write in &batch.writes {
        let answer = match write {
            Write::Event(event) => Written::Event { seq: events::append(tx, &mut numbers, event)? },
            other => {
                if matches!(other, Write::Claim { .. }) {
                    // A turn notes where its room's events stood.
                    numbers.settle(tx)?;
                }
                one(tx, owners, other)?
            }
        };
        let over = matches!(
            answer,
            Written::NotClaimed(_) | Written::OverBudget(_) | Written::LeaseLost { .. }
        );
        answers.push(answer);
        if over {
            answers.resize(batch.writes.len(), Written::Skipped);
            break;
        }
    }
    numbers.settle(tx)?;
    Ok(answers)
}

fn one(tx: &Connection, owners: &Owners, write: &Write) -> Result<Written, Fault> {
    match write {
        Write::EnsureRoom(room) => rooms::ensure(tx, room)?,
        Write::ArchiveRoom { room, archived } => rooms::archive(tx, room, *archived)?,
        Write::BeginSession(session) => rooms::begin(tx, session)?,
        Write::BeginFirstSession(session) => rooms::begin_first(tx, session)?,
        Write::TitleSession { session, title } => rooms::title(tx, *session, title)?,
        Write::Accept { envelope, options, session, owner, at } => {
            let new = Accept { envelope, options, session: *session, owner: *owner, at: *at };
            return inbox::accept(tx, owners, &new);
        }
        Write::Claim { room, owner, turn, only, at, lease_until } => {
            let (owner, turn, at, lease_until) = (*owner, *turn, *at, *lease_until);
            let wish = Claim { room, owner, turn, only: only.as_ref(), at, lease_until };
            return inbox::claim(tx, owners, &wish);
        }
        Write::Turn { turn, state, problem, at } => {
            turns::advance(tx, *turn, *state, problem.as_ref(), *at)?;
        }
        Write::Message { session, message } => messages::append(tx, *session, message)?,
        Write::Content { id, bytes } => content::keep(tx, id, bytes)?,
        Write::Request(record) => {
            requests::request(tx, record)?;
            return Ok(Written::Requested);
        }
        Write::Response(record) => requests::response(tx, record)?,
        Write::ToolStarted { turn, run, call_id, tool, idempotent, arguments, at } => {
            let (turn, run, idempotent, at) = (*turn, *run, *idempotent, *at);
            calls::started(
                tx,
                &calls::Started { turn, run, call_id, tool, idempotent, arguments, at },
            )?;
        }
        Write::ToolFinished { turn, result, at } => calls::finished(tx, *turn, result, *at)?,
        Write::ApprovalAsked(request) => approvals::asked(tx, request)?,
        Write::ApprovalSettled { approval, decision, by, at } => {
            let first = approvals::settled(tx, *approval, decision, by, *at)?;
            return Ok(Written::Settled { first });
        }
        Write::BranchSession { session, parent, upto, title, at } => {
            let (session, parent, upto, at) = (*session, *parent, *upto, *at);
            let title = title.as_deref();
            sessions::branch(tx, &sessions::Branch { session, parent, upto, title, at })?;
        }
        Write::TrashSession { session, trashed, at } => {
            sessions::trash(tx, *session, *trashed, *at)?;
        }
        Write::Unpriced { session } => sessions::unpriced(tx, *session)?,
        Write::Checkpoint { session, checkpoint } => checkpoints::keep(tx, *session, checkpoint)?,
        Write::Event(_)
        | Write::JoinTurn { .. }
        | Write::EditQueued { .. }
        | Write::WithdrawQueued { .. }
        | Write::Reserve(_)
        | Write::Release { .. }
        | Write::Spent(_)
        | Write::Learned(_)
        | Write::Recorded { .. }
        | Write::Enqueue(_)
        | Write::DeliveryState { .. }
        | Write::TakeDelivery { .. }
        | Write::ReviveDelivery { .. }
        | Write::Inherit { .. }
        | Write::StopTurn { .. }
        | Write::RenewLease { .. } => return more(tx, owners, write),
    }
    Ok(Written::Done)
}

/// Queue, money, recordings, deliveries, leases.
fn more(tx: &Connection, owners: &Owners, write: &Write) -> Result<Written, Fault> {
    match write {
        Write::JoinTurn { turn, envelopes } => queue::join(tx, *turn, envelopes),
        Write::EditQueued { envelope, text } => {
            queue::edit(tx, *envelope, text).map(Written::Changed)
        }
        Write::WithdrawQueued { envelope, at } => {
            queue::withdraw(tx, *envelope, *at).map(Written::Changed)
        }
        Write::Reserve(reservation) => budget::reserve(tx, owners, reservation),
        Write::Release { reservation } => budget::release(tx, *reservation).map(|()| Written::Done),
        Write::Spent(spending) => spending::auxiliary(tx, spending).map(|()| Written::Done),
        Write::Learned(new) => learned::keep(tx, new).map(|()| Written::Done),
        Write::Recorded { turn, name, bytes } => {
            records::record(tx, *turn, name, bytes).map(|()| Written::Done)
        }
        Write::Enqueue(delivery) => outbox::enqueue(tx, delivery).map(Written::Changed),
        Write::DeliveryState { id, state, attempts, next_at, reason } => {
            let (id, state, attempts, next_at) = (*id, *state, *attempts, *next_at);
            let reason = reason.as_deref();
            let progress = outbox::Progress { id, state, attempts, next_at, reason };
            outbox::progress(tx, &progress).map(Written::Changed)
        }
        Write::TakeDelivery { id, owner, attempt, until } => {
            outbox::take(tx, owners, *id, (*owner, *attempt, *until)).map(Written::Changed)
        }
        Write::ReviveDelivery { id } => outbox::revive(tx, *id).map(Written::Changed),
        Write::Inherit { envelope, from, to } => {
            inbox::inherit(tx, *envelope, *from, *to).map(Written::Changed)
        }
        Write::StopTurn { turn, by } => turns::ask_to_stop(tx, *turn, by).map(Written::Changed),
        Write::RenewLease { turn, owner, lease_until } => {
            turns::renew(tx, *turn, *owner, *lease_until)
        }
        other => Err(Fault::refused(format!("not written here: {other:?}"))),
    }
}
