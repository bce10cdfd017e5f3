//! OpenAI Chat Completions, and everything that resembles it.

mod decode;
mod encode;

use nanofolks_protocol::ModelRequest;
use serde::Deserialize;

use self::decode::Decoder;
pub(crate) use self::encode::effort;
use crate::fault::Fault;
use crate::preset::Quirks;
use crate::wire::{Call, Decode, Dialect, Memory};

/// The format with a vendor's quirks.
pub(crate) struct OpenAiChat {
    /// Where this vendor differs.
    quirks: Quirks,
    memory: Memory,
}

impl OpenAiChat {
    /// Of a vendor with these quirks.
    pub(crate) fn new(quirks: Quirks) -> Self {
        Self { quirks, memory: Memory::new() }
    }
}

impl Dialect for OpenAiChat {
    fn encode(&self, _: &str, request: &ModelRequest) -> Result<Call, Fault> {
        let body = encode::body(request, &self.quirks, &self.memory)?;
        Ok(Call { path: "/chat/completions".to_owned(), query: "", body })
    }

    fn decoder(&self, _: &str, request: &ModelRequest) -> Box<dyn Decode> {
        Box::new(Decoder::new(request))
    }

    fn models(&self, body: &[u8]) -> Result<Vec<String>, Fault> {
        model_list(body)
    }
}

/// The names in OpenAI's form of a list of models.
pub(crate) fn model_list(body: &[u8]) -> Result<Vec<String>, Fault> {
    #[derive(Deserialize)]
    struct List {
        data: Vec<Entry>,
    }
    #[derive(Deserialize)]
    struct Entry {
        id: String,
    }
    let list: List = serde_json::from_slice(body).map_err(|error| Fault::malformed(&error))?;
    Ok(list.data.into_iter().map(|entry| entry.id).collect())
}
