//! Keeps what would have been, as a branch of the conversation.

use std::sync::Arc;

use nanofolks_engine::{Material, Replayed};
use nanofolks_protocol::ports::Journal as _;
use nanofolks_protocol::{Batch, EventKind, Message, MessageId, SessionId, Write};

use super::now;
use crate::cli::{CliError, Cx};

/// Begins the branch where the record and the replay part, and writes what came after.
pub(super) fn keep(
    cx: &mut Cx,
    material: &Material,
    replayed: &Replayed,
) -> Result<SessionId, CliError> {
    let before = material
        .messages
        .iter()
        .rev()
        .find(|message| message.turn != Some(material.record.turn.turn));
    let upto = replayed.upto.or_else(|| before.map(|message| message.id));
    if upto.is_none() {
        return Err(CliError::failure("nothing_to_keep", "the branch has nothing to begin at"));
    }
    let (session, at) = (SessionId::fresh(), now());
    let shared = replayed.messages.iter().position(|message| Some(message.id) == replayed.upto);
    let mut writes = vec![Write::BranchSession {
        session,
        parent: material.record.turn.session,
        upto,
        title: Some("what would have been".to_owned()),
        at,
    }];
    for message in replayed.messages.iter().skip(shared.map_or(0, |at| at + 1)) {
        // The names of the record are taken.
        let message = Message { id: MessageId::fresh(), ..message.clone() };
        writes.push(Write::Message { session, message: Arc::new(message) });
    }
    // What was asked anew is paid for in the conversation that was replayed.
    let unknown = |what: &EventKind| matches!(what, EventKind::Usage { cost_known: false, .. });
    if replayed.events.iter().any(|event| unknown(&event.what)) {
        writes.push(Write::Unpriced { session });
    }
    let store = cx.house.store()?;
    cx.block_on(async { Ok(store.commit(Batch { writes }).await.map(drop)?) })?;
    Ok(session)
}
