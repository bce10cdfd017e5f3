//! The exchanges of a session: what a person said, and everything that came of it.

use std::sync::Arc;

use nanofolks_protocol::history::Numbered;
use nanofolks_protocol::ports::{Archive, StoreError};
use nanofolks_protocol::{Message, MessageId, Role, Session};

use super::begins;

/// Messages read at once.
const PAGE: u32 = 256;

/// One exchange.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    /// The message that begins it.
    pub(crate) message: Arc<Message>,
    /// What people said into it while it went on, in order.
    pub(crate) joined: Vec<Arc<Message>>,
    /// The message before it.
    pub(crate) before: Option<MessageId>,
    /// Its last message so far.
    pub(crate) last: MessageId,
}

impl Exchange {
    fn new(message: &Arc<Message>, before: Option<&Message>) -> Self {
        Self {
            message: Arc::clone(message),
            joined: Vec::new(),
            before: before.map(|before| before.id),
            last: message.id,
        }
    }

    fn goes_on(&mut self, message: &Arc<Message>) {
        self.last = message.id;
        if message.role == Role::User {
            self.joined.push(Arc::clone(message));
        }
    }

    /// Everything that people said in it, in order.
    pub(crate) fn said(&self) -> impl Iterator<Item = &Arc<Message>> {
        std::iter::once(&self.message).chain(&self.joined)
    }
}

/// The last exchanges of a session, the newest first; at most `wanted`.
///
/// # Errors
/// The store's.
pub(crate) async fn last(
    archive: &dyn Archive,
    session: &Session,
    wanted: u32,
) -> Result<Vec<Exchange>, StoreError> {
    let mut messages: Vec<Numbered> = Vec::new();
    let mut upto = session.messages;
    loop {
        let after = upto.saturating_sub(u64::from(PAGE));
        let limit = u32::try_from(upto - after).unwrap_or(PAGE);
        let mut page = archive.messages_after(session.id, after, limit).await?;
        page.append(&mut messages);
        messages = page;
        upto = after;
        // One more than wanted: of the oldest in sight it is not known whether it begins one.
        let mut found = split(&messages);
        if after > 0 && found.len() <= wanted as usize {
            continue;
        }
        found.reverse();
        found.truncate(wanted as usize);
        return Ok(found);
    }
}

/// The first exchanges of a session, the oldest first; at most `wanted`.
///
/// # Errors
/// The store's.
pub(crate) async fn first(
    archive: &dyn Archive,
    session: &Session,
    wanted: u32,
) -> Result<Vec<Exchange>, StoreError> {
    let mut found: Vec<Exchange> = Vec::new();
    let mut before: Option<Arc<Message>> = None;
    let mut after = 0;
    loop {
        let page = archive.messages_after(session.id, after, PAGE).await?;
        let Some(end) = page.last() else { return Ok(found) };
        after = end.seq;
        for Numbered { message, .. } in page {
            if begins(before.as_ref(), &message) {
                if found.len() >= wanted as usize {
                    return Ok(found);
                }
                found.push(Exchange::new(&message, before.as_deref()));
            } else if let Some(exchange) = found.last_mut() {
                exchange.goes_on(&message);
            }
            before = Some(message);
        }
    }
}

/// The exchanges in a stretch of messages, the oldest first.
fn split(messages: &[Numbered]) -> Vec<Exchange> {
    let mut found: Vec<Exchange> = Vec::new();
    let mut before: Option<&Arc<Message>> = None;
    for Numbered { message, .. } in messages {
        if begins(before, message) {
            found.push(Exchange::new(message, before.map(|before| &**before)));
        } else if let Some(exchange) = found.last_mut() {
            exchange.goes_on(message);
        }
        before = Some(message);
    }
    found
}
