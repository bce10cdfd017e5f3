//! Google Gemini.

mod decode;
mod encode;

use nanofolks_protocol::ModelRequest;
use serde::Deserialize;

use self::decode::Decoder;
use crate::fault::Fault;
use crate::wire::{Call, Decode, Dialect, KeyHeader, Seal};

/// The format.
pub(crate) struct Gemini;

impl Dialect for Gemini {
    fn key_header(&self) -> KeyHeader {
        KeyHeader::Plain("x-goog-api-key")
    }

    fn redundant_suffix(&self) -> &'static str {
        "/v1beta"
    }

    fn encode(&self, provider: &str, request: &ModelRequest) -> Result<Call, Fault> {
        let body = encode::body(request, &Seal::of(provider, request))?;
        let model = request.model.strip_prefix("models/").unwrap_or(&request.model);
        let path = format!("/v1beta/models/{model}:streamGenerateContent");
        Ok(Call { path, query: "alt=sse", body })
    }

    fn decoder(&self, provider: &str, request: &ModelRequest) -> Box<dyn Decode> {
        Box::new(Decoder::new(Seal::of(provider, request), request))
    }

    fn models_at(&self) -> (&'static str, &'static str) {
        ("/v1beta/models", "pageSize=1000")
    }

    fn models(&self, body: &[u8]) -> Result<Vec<String>, Fault> {
        #[derive(Deserialize)]
        struct List {
            models: Vec<Entry>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Entry {
            name: String,
            #[serde(default)]
            supported_generation_methods: Vec<String>,
        }
        let list: List = serde_json::from_slice(body).map_err(|error| Fault::malformed(&error))?;
        let talks = |entry: &Entry| {
            let methods = &entry.supported_generation_methods;
            methods.is_empty() || methods.iter().any(|method| method == "generateContent")
        };
        let name = |entry: Entry| match entry.name.strip_prefix("models/") {
            Some(name) => name.to_owned(),
            None => entry.name,
        };
        Ok(list.models.into_iter().filter(talks).map(name).collect())
    }
}
