//! Reading HTTP/1.1 requests.

use bytes::{Buf as _, Bytes, BytesMut};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::recorded::{Recorded, Seen};
use crate::{Dialect, wire};

const MAX_HEADERS: usize = 100;

/// Why there is no request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoRequest {
    /// The client is done.
    Closed,
    /// What came is not HTTP.
    Garbage,
}

/// The head of a request.
struct Head {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    length: usize,
}

/// Reads the next request; `buffer` keeps what came beyond it.
pub(super) async fn next(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    buffer: &mut BytesMut,
    keyless: bool,
) -> Result<Recorded, NoRequest> {
    let head = loop {
        match parse(buffer)? {
            Some(head) => break head,
            None => fill(stream, buffer).await?,
        }
    };
    buffer.advance(head.length);
    let find = |name: &str| {
        head.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    };
    if find("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
        let go_on = b"HTTP/1.1 100 Continue\r\n\r\n";
        stream.write_all(go_on).await.map_err(|_| NoRequest::Closed)?;
    }
    let body = if find("transfer-encoding").is_some_and(|value| value.contains("chunked")) {
        chunked(stream, buffer).await?
    } else {
        let length = find("content-length").map_or(Ok(0), str::parse::<usize>);
        let length = length.map_err(|_| NoRequest::Garbage)?;
        while buffer.len() < length {
            fill(stream, buffer).await?;
        }
        buffer.split_to(length).freeze()
    };
    Ok(record(head, body, keyless))
}

fn parse(buffer: &BytesMut) -> Result<Option<Head>, NoRequest> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(buffer).map_err(|_| NoRequest::Garbage)? {
        httparse::Status::Partial => Ok(None),
        httparse::Status::Complete(length) => Ok(Some(Head {
            method: request.method.unwrap_or_default().to_owned(),
            target: request.path.unwrap_or_default().to_owned(),
            headers: request
                .headers
                .iter()
                .map(|header| {
                    let value = String::from_utf8_lossy(header.value).into_owned();
                    (header.name.to_ascii_lowercase(), value)
                })
                .collect(),
            length,
        })),
    }
}

async fn chunked(
    stream: &mut (impl AsyncRead + Unpin),
    buffer: &mut BytesMut,
) -> Result<Bytes, NoRequest> {
    let mut body = BytesMut::new();
    loop {
        match httparse::parse_chunk_size(buffer).map_err(|_| NoRequest::Garbage)? {
            httparse::Status::Partial => fill(stream, buffer).await?,
            httparse::Status::Complete((start, size)) => {
                let size = usize::try_from(size).map_err(|_| NoRequest::Garbage)?;
                while buffer.len() < start + size + 2 {
                    fill(stream, buffer).await?;
                }
                buffer.advance(start);
                body.extend_from_slice(&buffer.split_to(size));
                buffer.advance(2);
                if size == 0 {
                    return Ok(body.freeze());
                }
            }
        }
    }
}

async fn fill(
    stream: &mut (impl AsyncRead + Unpin),
    buffer: &mut BytesMut,
) -> Result<(), NoRequest> {
    match stream.read_buf(buffer).await {
        Ok(0) | Err(_) => Err(NoRequest::Closed),
        Ok(_) => Ok(()),
    }
}

fn record(head: Head, raw: Bytes, keyless: bool) -> Recorded {
    let (path, query) = head.target.split_once('?').unwrap_or((&head.target, ""));
    let dialect = if head.method == "POST" { dialect_of(path) } else { None };
    let mut request = Recorded {
        method: head.method,
        path: path.to_owned(),
        query: query.to_owned(),
        headers: head.headers,
        body: serde_json::from_slice(&raw).unwrap_or(Value::Null),
        raw,
        dialect,
        seen: Seen::default(),
        keyless,
    };
    if let Some(dialect) = dialect {
        request.seen = wire::read(dialect, &request);
    }
    request
}

fn dialect_of(path: &str) -> Option<Dialect> {
    if path.ends_with("/chat/completions") {
        Some(Dialect::OpenAiChat)
    } else if path.ends_with("/responses") {
        Some(Dialect::OpenAiResponses)
    } else if path.ends_with("/messages") {
        Some(Dialect::Anthropic)
    } else if path.ends_with(":streamGenerateContent") || path.ends_with(":generateContent") {
        Some(Dialect::Gemini)
    } else if path.ends_with("/api/chat") {
        Some(Dialect::Ollama)
    } else {
        None
    }
}
