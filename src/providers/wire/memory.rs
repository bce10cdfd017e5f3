//! What was written of the last request. The next one of the same conversation begins with
//! the same messages and offers the same tools: those are copied, and only what is new is
//! put into words. So a round costs what it adds.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use nanofolks_protocol::model::ToolSchema;
use nanofolks_protocol::{BlobId, Message, ModelRequest};
use serde::Serialize;

use crate::fault::Fault;

#[cfg(test)]
mod tests;

/// The memory of one endpoint.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<Last>);

#[derive(Debug, Default)]
struct Last {
    /// The messages, and where the text of each one ends.
    messages: Vec<(Arc<Message>, usize)>,
    /// The pictures that they were written with.
    pictures: Arc<BTreeMap<BlobId, Bytes>>,
    /// What they became, each item with a comma behind it.
    text: Vec<u8>,
    tools: Arc<[ToolSchema]>,
    tools_text: Vec<u8>,
}

/// The items of a JSON list, on their way.
pub(crate) struct Items<'a>(&'a mut Vec<u8>);

impl<'a> Items<'a> {
    /// Added to a body.
    pub(crate) const fn of(body: &'a mut Vec<u8>) -> Self {
        Self(body)
    }

    /// Adds one.
    pub(crate) fn push(&mut self, item: &impl Serialize) -> Result<(), Fault> {
        serde_json::to_writer(&mut *self.0, item).map_err(|error| Fault::malformed(&error))?;
        self.0.push(b',');
        Ok(())
    }
}

impl Memory {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds the messages of a request to a body, as items of a list with a comma behind each.
    /// `write` says what one message becomes; it depends on nothing but the message and the
    /// request's pictures.
    pub(crate) fn messages(
        &self,
        request: &ModelRequest,
        body: &mut Vec<u8>,
        write: impl Fn(&Message, &mut Items<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = &mut *last;
        if !Arc::ptr_eq(&last.pictures, &request.blobs) {
            last.messages.clear();
            last.pictures = Arc::clone(&request.blobs);
        }
        let both = last.messages.iter().zip(request.messages.iter());
        let same = both.take_while(|((old, _), new)| Arc::ptr_eq(old, new)).count();
        last.messages.truncate(same);
        // Behind this may also be what a failure left.
        last.text.truncate(last.messages.last().map_or(0, |(_, end)| *end));
        for message in request.messages.iter().skip(same) {
            write(message, &mut Items(&mut last.text))?;
            last.messages.push((Arc::clone(message), last.text.len()));
        }
        body.extend_from_slice(&last.text);
        Ok(())
    }

    /// The same for the tools on offer.
    pub(crate) fn tools<'a, T: Serialize>(
        &self,
        request: &'a ModelRequest,
        body: &mut Vec<u8>,
        write: impl Fn(&'a ToolSchema) -> T,
    ) -> Result<(), Fault> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = &mut *last;
        if !Arc::ptr_eq(&last.tools, &request.tools) {
            last.tools = [].into();
            last.tools_text.clear();
            for tool in request.tools.iter() {
                Items(&mut last.tools_text).push(&write(tool))?;
            }
            last.tools = Arc::clone(&request.tools);
        }
        body.extend_from_slice(&last.tools_text);
        Ok(())
    }
}

/// Ends a list whose items have a comma behind each.
pub(crate) fn end_list(body: &mut Vec<u8>) {
    if body.last() == Some(&b',') {
        body.pop();
    }
    body.push(b']');
}
