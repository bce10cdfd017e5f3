//! Requests on their way out, up to the first byte of the answer.

use nanofolks_protocol::ModelErrorKind;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{RequestBuilder, Response, Url};

use super::Endpoint;
use crate::fault::Fault;
use crate::frames::Framing;
use crate::http::retry_after::retry_after;
use crate::http::target::shown;
use crate::http::{refusal, trouble};
use crate::wire::{Call, KeyHeader};

/// Most bytes of an error that are looked at.
const MAX_ERROR: usize = 64 << 10;

impl Endpoint {
    /// One attempt to get an answer.
    pub(super) async fn post(&self, call: &Call) -> Result<Response, Fault> {
        let url = self.url(&call.path, call.query);
        let client = self.http.client(&url, self.limits.connect)?;
        let post = client
            .post(url.clone())
            .header(CONTENT_TYPE, "application/json")
            .body(call.body.clone());
        let answer = self.send(post, &url).await?;
        self.check_type(answer).await
    }

    /// One attempt to get a document.
    pub(super) async fn get(&self, url: Url) -> Result<Response, Fault> {
        let get = self.http.client(&url, self.limits.connect)?.get(url.clone());
        self.send(get, &url).await
    }

    async fn send(&self, request: RequestBuilder, url: &Url) -> Result<Response, Fault> {
        let request = self.sign(request)?;
        let answer = tokio::time::timeout(self.limits.first_byte, request.send())
            .await
            .map_err(|_| self.silence(url))?
            .map_err(|error| trouble::of_request(&error, url))?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let status = answer.status().as_u16();
        let wish = retry_after(answer.headers());
        let body = small_body(answer, MAX_ERROR).await.unwrap_or_default();
        Err(refusal::with_status(status, wish, &body))
    }

    /// Adds the key and the owner's headers.
    fn sign(&self, mut request: RequestBuilder) -> Result<RequestBuilder, Fault> {
        for (name, value) in self.dialect.headers() {
            request = request.header(*name, *value);
        }
        if let Some(key) = &self.key {
            let (name, text) = match self.dialect.key_header() {
                KeyHeader::Bearer => (AUTHORIZATION.as_str(), format!("Bearer {}", key.expose())),
                KeyHeader::Plain(name) => (name, key.expose().to_owned()),
            };
            let mut value = HeaderValue::from_str(&text).map_err(|_| {
                Fault::new(ModelErrorKind::Unauthorized, "the key has characters no key has")
            })?;
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        Ok(request)
    }

    /// An answer that is a web page or one plain document is not a stream. Servers that name
    /// no type, or another one, are believed to stream.
    async fn check_type(&self, answer: Response) -> Result<Response, Fault> {
        let kind = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = kind.unwrap_or_default().trim_start().to_ascii_lowercase();
        if kind.starts_with("text/html") {
            return Err(Fault::new(
                ModelErrorKind::Malformed,
                format!("{} answered with a web page; check base_url", shown(&self.base)),
            ));
        }
        if !kind.starts_with("application/json") || self.dialect.framing() == Framing::Ndjson {
            return Ok(answer);
        }
        let body = small_body(answer, MAX_ERROR).await.unwrap_or_default();
        match serde_json::from_slice::<serde_json::Value>(&body) {
            Ok(value) if has_error(&value) => Err(refusal::in_stream(&value)),
            _ => Err(Fault::new(
                ModelErrorKind::Malformed,
                "answered in one piece instead of a stream; check kind and base_url",
            )),
        }
    }

    fn silence(&self, url: &Url) -> Fault {
        let seconds = self.limits.first_byte.as_secs();
        let place = shown(url);
        Fault::new(ModelErrorKind::Timeout, format!("{place} did not answer within {seconds} s"))
    }
}

fn has_error(value: &serde_json::Value) -> bool {
    let first = value.as_array().and_then(|items| items.first()).unwrap_or(value);
    first.get("error").is_some_and(|error| !error.is_null())
}

/// A whole body, up to `max` bytes; what is longer is cut off.
pub(super) async fn small_body(mut answer: Response, max: usize) -> Result<Vec<u8>, Fault> {
    let mut body = Vec::new();
    let patience = std::time::Duration::from_secs(30);
    while body.len() < max {
        let piece = tokio::time::timeout(patience, answer.chunk())
            .await
            .map_err(|_| Fault::new(ModelErrorKind::Timeout, "the answer stopped half-way"))?
            .map_err(|error| trouble::of_body(&error))?;
        let Some(piece) = piece else { break };
        body.extend_from_slice(&piece);
    }
    body.truncate(max);
    Ok(body)
}
