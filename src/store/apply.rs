//! One batch on its way into a transaction.

use nanofolks_protocol::{Batch, Write, Written};
use rusqlite::Connection;

use crate::fault::Fault;
use crate::inbox::{Accept, Claim};
use crate::owners::Owners;
use crate::{approvals, calls, content, events, inbox, messages, requests, rooms, turns};

/// Writes a batch; one answer per write. The caller takes back what a failed batch wrote.
pub(crate) fn batch(
    tx: &Connection,
    owners: &Owners,
    batch: &Batch,
) -> Result<Vec<Written>, Fault> {
    let mut answers = Vec::with_capacity(batch.writes.len());
    for write in &batch.writes {
        let answer = one(tx, owners, write)?;
        let over = matches!(answer, Written::NotClaimed(_));
        answers.push(answer);
        if over {
            answers.resize(batch.writes.len(), Written::Skipped);
            break;
        }
    }
    Ok(answers)
}

fn one(tx: &Connection, owners: &Owners, write: &Write) -> Result<Written, Fault> {
    match write {
        Write::EnsureRoom(room) => rooms::ensure(tx, room)?,
        Write::ArchiveRoom { room, archived } => rooms::archive(tx, room, *archived)?,
        Write::BeginSession(session) => rooms::begin(tx, session)?,
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
        Write::Event(event) => return Ok(Written::Event { seq: events::append(tx, event)? }),
        Write::Message { session, message } => messages::append(tx, *session, message)?,
        Write::Content { id, bytes } => content::keep(tx, id, bytes)?,
        Write::Request(record) => requests::request(tx, record)?,
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
    }
    Ok(Written::Done)
}
