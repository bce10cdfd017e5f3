//! The least that a one-shot client can cost: one connection, one request, one stream, tool
//! calls obeyed. No database, no configuration, no checks.
//!
//! `floor --version`, or `floor chat ADDRESS PROMPT`.

#![expect(clippy::unwrap_used, reason = "a floor has no error handling to pay for")]

use std::io::{BufRead as _, BufReader, BufWriter, Read as _, Write as _};
use std::net::TcpStream;

use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Chunk<'a> {
    #[serde(borrow, default)]
    choices: Vec<Choice<'a>>,
}

#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(borrow, default)]
    delta: Delta<'a>,
}

#[derive(Deserialize, Default)]
struct Delta<'a> {
    #[serde(borrow, default)]
    content: Option<std::borrow::Cow<'a, str>>,
    #[serde(default)]
    tool_calls: Vec<Value>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("chat") => chat(&arguments[2], &arguments[3]),
        _ => std::io::stdout().write_all(b"floor 0.0.0\n").unwrap(),
    }
}

fn chat(address: &str, prompt: &str) {
    let mut connection = TcpStream::connect(address).unwrap();
    connection.set_nodelay(true).unwrap();
    let mut reader = BufReader::with_capacity(64 << 10, connection.try_clone().unwrap());
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut messages = vec![json!({ "role": "user", "content": prompt })];
    loop {
        let body = serde_json::to_vec(&json!({
            "model": "m", "stream": true, "messages": messages, "tools": [{ "type": "function",
            "function": { "name": "read_file", "description": "Read a file", "parameters": { "type": "object", "properties":
            { "path": { "type": "string" } }, "required": ["path"] } } }],
        }))
        .unwrap();
        let head = format!(
            "POST /v1/chat/completions HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer k\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        connection.write_all(head.as_bytes()).unwrap();
        connection.write_all(&body).unwrap();
        let calls = answer(&mut reader, &mut out);
        if calls.is_empty() {
            break;
        }
        messages.push(json!({ "role": "assistant", "content": null, "tool_calls": calls }));
        for call in calls {
            let arguments: Value =
                serde_json::from_str(call["function"]["arguments"].as_str().unwrap()).unwrap();
            let text = std::fs::read_to_string(arguments["path"].as_str().unwrap()).unwrap();
            messages.push(json!({ "role": "tool", "tool_call_id": call["id"], "content": text }));
        }
    }
    out.write_all(b"\n").unwrap();
}

/// Reads one streamed answer: prints its text, gives its calls.
fn answer(reader: &mut BufReader<TcpStream>, out: &mut impl std::io::Write) -> Vec<Value> {
    let mut line = String::new();
    let mut chunked = false;
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        chunked |= line.to_ascii_lowercase().starts_with("transfer-encoding: chunked");
        if line == "\r\n" {
            break;
        }
    }
    let mut calls: Vec<Value> = Vec::new();
    let mut rest = Vec::new();
    let mut chunk = Vec::new();
    loop {
        if chunked {
            line.clear();
            reader.read_line(&mut line).unwrap();
            let size = usize::from_str_radix(line.trim(), 16).unwrap();
            chunk.resize(size + 2, 0);
            reader.read_exact(&mut chunk).unwrap();
            if size == 0 {
                return calls;
            }
            rest.extend_from_slice(&chunk[..size]);
        } else {
            let got = reader.fill_buf().unwrap();
            let size = got.len();
            rest.extend_from_slice(got);
            reader.consume(size);
            if size == 0 {
                return calls;
            }
        }
        let whole = rest.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let mut done = false;
        for line in rest[..whole].split(|&byte| byte == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let Some(data) = line.strip_prefix(b"data: ") else { continue };
            if data == b"[DONE]" {
                done = true;
                continue;
            }
            take(data, out, &mut calls);
        }
        rest.drain(..whole);
        if done && !chunked {
            return calls;
        }
    }
}

fn take(data: &[u8], out: &mut impl std::io::Write, calls: &mut Vec<Value>) {
    let parsed: Chunk<'_> = serde_json::from_slice(data).unwrap();
    for choice in parsed.choices {
        if let Some(text) = choice.delta.content {
            out.write_all(text.as_bytes()).unwrap();
        }
        for piece in choice.delta.tool_calls {
            let index = usize::try_from(piece["index"].as_u64().unwrap_or(0)).unwrap();
            while calls.len() <= index {
                calls.push(json!({ "id": "", "type": "function",
                    "function": { "name": "", "arguments": "" } }));
            }
            let call = &mut calls[index];
            if let Some(id) = piece["id"].as_str() {
                call["id"] = json!(id);
            }
            for field in ["name", "arguments"] {
                if let Some(more) = piece["function"][field].as_str() {
                    let so_far = call["function"][field].as_str().unwrap().to_owned();
                    call["function"][field] = json!(so_far + more);
                }
            }
        }
    }
}
