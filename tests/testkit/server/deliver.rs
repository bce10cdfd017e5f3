//! Writing replies, in pieces, late, half, or not at all.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::reply::{End, Split, What};
use crate::wire::{self, Asked};
use crate::{Gate, Reply};

/// How a delivery ended.
pub(super) enum Sent {
    /// All is sent; the connection can be used again.
    Whole,
    /// The connection is closed, as it should be.
    AndClosed,
    /// The client went away.
    HungUp,
}

/// One thing to do.
enum Step {
    Write(Vec<u8>),
    Wait(Gate),
    End(End),
}

/// Sends a reply.
pub(super) async fn reply(stream: &mut TcpStream, reply: &Reply, asked: &Asked) -> Sent {
    let steps = plan(reply, asked);
    for step in steps {
        let done = match step {
            Step::Write(bytes) => write(stream, &bytes).await,
            Step::Wait(gate) => pass(stream, &gate).await,
            Step::End(End::Cut) => {
                drop(stream.shutdown().await);
                return Sent::AndClosed;
            }
            Step::End(End::Reset) => {
                drop(stream.set_zero_linger());
                return Sent::AndClosed;
            }
        };
        if !done {
            return Sent::HungUp;
        }
    }
    if reply.delivery.unframed {
        drop(stream.shutdown().await);
        Sent::AndClosed
    } else {
        Sent::Whole
    }
}

async fn write(stream: &mut TcpStream, bytes: &[u8]) -> bool {
    let sent = stream.write_all(bytes).await.is_ok() && stream.flush().await.is_ok();
    // Lets the other side read this piece before the next one comes.
    tokio::task::yield_now().await;
    sent
}

/// Waits at a gate; false when the client goes away meanwhile.
async fn pass(stream: &mut TcpStream, gate: &Gate) -> bool {
    let mut byte = [0];
    tokio::select! {
        () = gate.pass() => true,
        read = stream.read(&mut byte) => matches!(read, Ok(count) if count > 0),
    }
}

fn plan(reply: &Reply, asked: &Asked) -> Vec<Step> {
    let frames = wire::frames(reply, asked);
    let mut steps = Vec::new();
    steps.extend(reply.delivery.hold.clone().map(Step::Wait));
    if reply.delivery.refuse {
        steps.push(Step::End(End::Reset));
        return steps;
    }
    let streamed = asked.stream && matches!(reply.what, What::Answer(_));
    let chunked = !reply.delivery.unframed
        && (streamed || reply.delivery.split != Split::Frames || reply.delivery.end.is_some());
    let length: usize = frames.iter().map(Vec::len).sum();
    steps.push(Step::Write(head(reply, asked, streamed, (!chunked).then_some(length))));

    let mut sent = 0;
    for (number, frame) in frames.iter().enumerate() {
        if let Some(step) = interruption(reply, number) {
            steps.push(step);
        }
        let pieces = pieces(&reply.delivery.split, frame, sent);
        sent += frame.len();
        steps.extend(
            pieces
                .into_iter()
                .map(|piece| Step::Write(if chunked { chunk(piece) } else { piece.to_vec() })),
        );
    }
    if let Some(step) = interruption(reply, frames.len()) {
        steps.push(step);
    }
    if chunked {
        steps.push(Step::Write(b"0\r\n\r\n".to_vec()));
    }
    if reply.delivery.split == Split::Whole { join(steps) } else { steps }
}

/// What happens before the frame of this number.
fn interruption(reply: &Reply, number: usize) -> Option<Step> {
    match (&reply.delivery.stall, reply.delivery.end) {
        (Some((after, gate)), _) if *after == number => Some(Step::Wait(gate.clone())),
        (_, Some((after, end))) if after == number => Some(Step::End(end)),
        _ => None,
    }
}

fn head(reply: &Reply, asked: &Asked, streamed: bool, length: Option<usize>) -> Vec<u8> {
    let status = reply.status.unwrap_or(200);
    let content_type = match &reply.what {
        What::Raw { content_type, .. } => content_type.clone(),
        What::Answer(answer) => {
            answer.dialect.unwrap_or(asked.dialect).content_type(streamed).to_owned()
        }
        What::Error { .. } => "application/json".to_owned(),
    };
    let mut headers = vec![("content-type".to_owned(), content_type)];
    match length {
        _ if reply.delivery.unframed => headers.push(("connection".into(), "close".into())),
        Some(length) => headers.push(("content-length".into(), length.to_string())),
        None => headers.push(("transfer-encoding".into(), "chunked".into())),
    }
    for (name, value) in &reply.headers {
        headers.retain(|(known, _)| known != name);
        headers.push((name.clone(), value.clone()));
    }
    let lines: String =
        headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("HTTP/1.1 {status} {}\r\n{lines}\r\n", phrase(status)).into_bytes()
}

const fn phrase(status: u16) -> &'static str {
    match status {
        200 => "OK",
        307 => "Temporary Redirect",
        401 => "Unauthorized",
        404 => "Not Found",
        429 => "Too Many Requests",
        _ => "Something",
    }
}

/// Cuts a frame that begins at `start` of the body.
fn pieces<'a>(split: &Split, frame: &'a [u8], start: usize) -> Vec<&'a [u8]> {
    let cuts: Vec<usize> = match split {
        Split::Frames | Split::Whole => Vec::new(),
        Split::Chunks(size) => {
            let first = start.div_ceil(*size).saturating_mul(*size).max(*size);
            (first..start + frame.len()).step_by(*size).map(|at| at - start).collect()
        }
        Split::At(offsets) => {
            let mut cuts: Vec<usize> =
                offsets.iter().filter_map(|offset| offset.checked_sub(start)).collect();
            cuts.sort_unstable();
            cuts
        }
    };
    let mut pieces = Vec::new();
    let mut from = 0;
    for cut in cuts.into_iter().filter(|cut| *cut < frame.len()).chain([frame.len()]) {
        if cut > from {
            pieces.push(&frame[from..cut]);
            from = cut;
        }
    }
    pieces
}

/// A piece as one HTTP chunk, which is how the other side gets to see the split.
fn chunk(piece: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{:x}\r\n", piece.len()).into_bytes();
    bytes.extend_from_slice(piece);
    bytes.extend_from_slice(b"\r\n");
    bytes
}

/// Joins neighbouring writes.
fn join(steps: Vec<Step>) -> Vec<Step> {
    let mut joined: Vec<Step> = Vec::new();
    for step in steps {
        match (joined.last_mut(), step) {
            (Some(Step::Write(all)), Step::Write(bytes)) => all.extend_from_slice(&bytes),
            (_, step) => joined.push(step),
        }
    }
    joined
}
