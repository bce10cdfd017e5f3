//! Ollama.

mod decode;
mod encode;

use nanofolks_protocol::ModelRequest;
use serde::Deserialize;

use self::decode::Decoder;
use crate::fault::Fault;
use crate::frames::Framing;
use crate::wire::{Call, Decode, Dialect};

/// The format.
pub(crate) struct Ollama;

impl Dialect for Ollama {
    fn framing(&self) -> Framing {
        Framing::Ndjson
    }

    fn redundant_suffix(&self) -> &'static str {
        "/api"
    }

    fn encode(&self, _: &str, request: &ModelRequest) -> Result<Call, Fault> {
        let body = encode::body(request)?;
        Ok(Call { path: "/api/chat".to_owned(), query: "", body })
    }

    fn decoder(&self, _: &str, request: &ModelRequest) -> Box<dyn Decode> {
        Box::new(Decoder::new(request))
    }

    fn models_at(&self) -> (&'static str, &'static str) {
        ("/api/tags", "")
    }

    fn models(&self, body: &[u8]) -> Result<Vec<String>, Fault> {
        #[derive(Deserialize)]
        struct List {
            models: Vec<Entry>,
        }
        #[derive(Deserialize)]
        struct Entry {
            name: String,
        }
        let list: List = serde_json::from_slice(body).map_err(|error| Fault::malformed(&error))?;
        Ok(list.models.into_iter().map(|entry| entry.name).collect())
    }
}
