//! One connection: requests in, replies out, until somebody has enough.

use std::sync::Arc;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::http::{self, NoRequest};
use super::{Shared, deliver};
use crate::wire::{self, Asked};
use crate::{Recorded, Reply};

/// Serves a connection to its end.
pub(super) async fn run(mut stream: TcpStream, shared: Arc<Shared>) {
    drop(stream.set_nodelay(true));
    let mut buffer = BytesMut::new();
    loop {
        let keyless = shared.change(|state| state.keyless);
        let request = match http::next(&mut stream, &mut buffer, keyless).await {
            Ok(request) => request,
            Err(NoRequest::Closed) => return,
            Err(NoRequest::Garbage) => {
                shared.change(|state| state.garbage += 1);
                // What a plain server says to a TLS handshake.
                let refusal = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n";
                drop(stream.write_all(refusal).await);
                drop(stream.shutdown().await);
                drop(stream.read_to_end(&mut Vec::new()).await);
                return;
            }
        };
        let (reply, asked) = answer(&shared, request);
        match deliver::reply(&mut stream, &reply, &asked).await {
            deliver::Sent::Whole => {}
            deliver::Sent::AndClosed => return,
            deliver::Sent::HungUp => {
                shared.change(|state| state.hangups += 1);
                return;
            }
        }
    }
}

/// What is said to a request, and in which form.
fn answer(shared: &Shared, request: Recorded) -> (Reply, Asked) {
    let plain = Asked {
        dialect: crate::Dialect::OpenAiChat,
        stream: false,
        array: false,
        usage: true,
        model: String::new(),
    };
    if let Some(asked) = Asked::of(&request) {
        let reply = shared.take(request).unwrap_or_else(|| Reply::error(500));
        return (reply, asked);
    }
    let json = "application/json";
    let path = request.path.as_str();
    let is_get = request.method == "GET";
    let reply = if is_get && (path.ends_with("/models") || path.ends_with("/api/tags")) {
        let models = shared.change(|state| state.models.clone());
        Reply::raw(200, json, wire::model_list(path, &models).to_string())
    } else if is_get && path.ends_with("/api/version") {
        Reply::raw(200, json, r#"{"version":"0.12.0"}"#)
    } else {
        Reply::raw(404, json, r#"{"error":{"message":"there is nothing here"}}"#)
    };
    shared.change(|state| state.requests.push(request));
    (reply, plain)
}
