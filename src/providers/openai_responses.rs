//! OpenAI Responses.

mod decode;
mod encode;

use nanofolks_protocol::ModelRequest;

use self::decode::Decoder;
use crate::fault::Fault;
use crate::openai_chat::model_list;
use crate::wire::{Call, Decode, Dialect, Seal};

/// The format.
pub(crate) struct OpenAiResponses;

impl Dialect for OpenAiResponses {
    fn encode(&self, provider: &str, request: &ModelRequest) -> Result<Call, Fault> {
        let body = encode::body(request, &Seal::of(provider, request))?;
        Ok(Call { path: "/responses".to_owned(), query: "", body })
    }

    fn decoder(&self, provider: &str, request: &ModelRequest) -> Box<dyn Decode> {
        Box::new(Decoder::new(Seal::of(provider, request), request))
    }

    fn models(&self, body: &[u8]) -> Result<Vec<String>, Fault> {
        model_list(body)
    }
}
