//! Anthropic Messages.

mod decode;
mod encode;

use nanofolks_protocol::ModelRequest;

use self::decode::Decoder;
use crate::fault::Fault;
use crate::openai_chat::model_list;
use crate::wire::{Call, Decode, Dialect, KeyHeader, Seal};

/// The format.
pub(crate) struct Anthropic;

impl Dialect for Anthropic {
    fn key_header(&self) -> KeyHeader {
        KeyHeader::Plain("x-api-key")
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[("anthropic-version", "2023-06-01")]
    }

    fn redundant_suffix(&self) -> &'static str {
        "/v1"
    }

    fn encode(&self, provider: &str, request: &ModelRequest) -> Result<Call, Fault> {
        let body = encode::body(request, &Seal::of(provider, request))?;
        Ok(Call { path: "/v1/messages".to_owned(), query: "", body })
    }

    fn decoder(&self, provider: &str, request: &ModelRequest) -> Box<dyn Decode> {
        Box::new(Decoder::new(Seal::of(provider, request), request))
    }

    fn models_at(&self) -> (&'static str, &'static str) {
        ("/v1/models", "limit=1000")
    }

    fn models(&self, body: &[u8]) -> Result<Vec<String>, Fault> {
        model_list(body)
    }
}
