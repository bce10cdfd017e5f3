//! The fake server, seen by a client that knows nothing but sockets.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::{Call, Dialect, FakeModelServer, Gate, Reply, closed_port};

/// A request that breaks no rule.
fn body(dialect: Dialect) -> Value {
    match dialect {
        Dialect::OpenAiChat => json!({
            "model": "test-model", "stream": true, "stream_options": { "include_usage": true },
            "messages": [{ "role": "user", "content": "hi" }],
        }),
        Dialect::OpenAiResponses => json!({
            "model": "test-model", "stream": true,
            "input": [{ "role": "user", "content": [{ "type": "input_text", "text": "hi" }] }],
        }),
        Dialect::Anthropic => json!({
            "model": "test-model", "stream": true, "max_tokens": 10,
            "messages": [{ "role": "user", "content": "hi" }],
        }),
        Dialect::Gemini => json!({ "contents": [{ "role": "user", "parts": [{ "text": "hi" }] }] }),
        Dialect::Ollama => json!({
            "model": "test-model", "messages": [{ "role": "user", "content": "hi" }],
        }),
    }
}

const fn path(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::OpenAiChat => "/v1/chat/completions",
        Dialect::OpenAiResponses => "/v1/responses",
        Dialect::Anthropic => "/v1/messages",
        Dialect::Gemini => "/v1beta/models/test-model:streamGenerateContent?alt=sse",
        Dialect::Ollama => "/api/chat",
    }
}

fn send(server: &FakeModelServer, dialect: Dialect, body: &Value) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let body = body.to_string();
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-Api-Key: k\r\n\
         Authorization: Bearer k\r\nX-Goog-Api-Key: k\r\nAnthropic-Version: 2023-06-01\r\n\
         Content-Length: {}\r\n\r\n{body}",
        path(dialect),
        body.len(),
    );
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

/// Reads a response to its end and takes the chunks apart: head, chunks, properly ended.
fn receive(stream: &mut TcpStream) -> (String, Vec<Vec<u8>>, bool) {
    let mut all = Vec::new();
    let mut byte = [0; 4096];
    while !all.ends_with(b"0\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(0) | Err(_) => break,
            Ok(count) => all.extend_from_slice(&byte[..count]),
        }
    }
    let end =
        all.windows(4).position(|window| window == b"\r\n\r\n").map_or(all.len(), |at| at + 4);
    let head = String::from_utf8(all[..end].to_vec()).unwrap();
    let (mut rest, mut chunks) = (&all[end..], Vec::new());
    while let Ok(httparse::Status::Complete((start, size))) = httparse::parse_chunk_size(rest) {
        let size = usize::try_from(size).unwrap();
        if size == 0 {
            return (head, chunks, true);
        }
        chunks.push(rest[start..start + size].to_vec());
        rest = &rest[start + size + 2..];
    }
    (head, chunks, false)
}

#[test]
fn every_dialect_streams_the_bytes_it_promises_however_they_are_split() {
    for dialect in Dialect::ALL {
        let reply = Reply::text("naïve 日本 👩‍💻 done").thinking("hm, well");
        let bytes = reply.stream_bytes(dialect);
        for reply in [reply.clone(), reply.clone().chunks(1), reply.clone().split_at([3, 40])] {
            let server = FakeModelServer::with([reply]);

            let (head, chunks, ended) = receive(&mut send(&server, dialect, &body(dialect)));

            assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
            assert!(ended);
            assert!(chunks.concat() == bytes, "{dialect:?} sent other bytes");
            assert_eq!(server.only_request().last_user_text(), "hi");
        }
    }
}

#[test]
fn one_byte_a_write_is_one_byte_a_chunk() {
    let server = FakeModelServer::with([Reply::text("aé").chunks(1)]);

    let (_, chunks, _) =
        receive(&mut send(&server, Dialect::OpenAiChat, &body(Dialect::OpenAiChat)));

    assert!(chunks.iter().all(|chunk| chunk.len() == 1));
}

#[test]
fn splits_fall_exactly_where_they_were_ordered() {
    let reply = Reply::text("one two three");
    let length = reply.stream_bytes(Dialect::Anthropic).len();
    for offset in 1..length {
        let server = FakeModelServer::with([reply.clone().split_at([offset])]);

        let dialect = Dialect::Anthropic;
        let (_, chunks, _) = receive(&mut send(&server, dialect, &body(dialect)));

        let ends: Vec<usize> = chunks
            .iter()
            .scan(0, |sum, chunk| {
                *sum += chunk.len();
                Some(*sum)
            })
            .collect();
        assert!(ends.contains(&offset), "{offset} is not among {ends:?}");
    }
}

#[test]
fn interleaves_the_fragments_of_several_calls() {
    let calls = [
        Call::new("a", "read_file", &json!({ "path": "one.txt" })),
        Call::new("b", "read_file", &json!({ "path": "two.txt" })),
    ];
    let bytes = Reply::tool_calls(calls).stream_bytes(Dialect::OpenAiChat);
    let text = String::from_utf8(bytes).unwrap();
    let order: Vec<i64> = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line.strip_prefix("data: ")?).ok())
        .filter_map(|chunk| chunk.pointer("/choices/0/delta/tool_calls/0/index")?.as_i64())
        .collect();

    assert_eq!(order, [0, 1, 0, 1, 0, 1, 0, 1]);
}

#[test]
fn leaves_out_the_end_when_told_to() {
    for dialect in Dialect::ALL {
        let whole = Reply::text("hi").stream_bytes(dialect);
        let half = Reply::text("hi").unfinished().stream_bytes(dialect);

        assert!(whole.starts_with(&half) && half.len() < whole.len(), "{dialect:?}");
    }
}

#[test]
fn stalls_until_it_is_released() {
    let gate = Gate::new();
    let dialect = Dialect::Ollama;
    let server = FakeModelServer::with([Reply::text("one two").stall_after(1, &gate)]);
    let mut stream = send(&server, dialect, &body(dialect));

    gate.wait_reached();
    gate.release();

    assert!(receive(&mut stream).2);
}

#[test]
fn notices_a_client_that_hangs_up_while_it_stalls() {
    let gate = Gate::new();
    let dialect = Dialect::Ollama;
    let server = FakeModelServer::with([Reply::text("one two").stall_after(1, &gate)]);
    let stream = send(&server, dialect, &body(dialect));
    gate.wait_reached();

    drop(stream);

    server.wait_hangups(1);
}

#[test]
fn cuts_and_resets_in_the_middle() {
    for reply in [Reply::text("one two").cut_after(2), Reply::text("one two").reset_after(2)] {
        let dialect = Dialect::OpenAiChat;
        let server = FakeModelServer::with([reply]);

        let (_, chunks, ended) = receive(&mut send(&server, dialect, &body(dialect)));

        assert!(!ended);
        assert_eq!(chunks.len(), 2);
    }
}

#[test]
fn reports_what_breaks_the_rules() {
    let server = FakeModelServer::start();
    server.otherwise(Reply::text("ok"));
    let tool = json!({ "type": "function", "function": {
        "name": "read_file", "description": "Reads.", "parameters": { "type": "object" },
    } });
    let request = json!({
        "model": "test-model", "stream": true, "tools": [tool, tool],
        "messages": [
            { "role": "user", "content": "hi" },
            { "role": "assistant", "content": "", "tool_calls": [{
                "id": "call_1", "type": "function",
                "function": { "name": "read_file", "arguments": "{}" },
            }] },
            { "role": "tool", "tool_call_id": "call_2", "content": "text" },
            { "role": "user", "content": "well?" },
        ],
    });

    receive(&mut send(&server, Dialect::OpenAiChat, &request));

    let violations = server.take_violations().join("\n");
    for expected in ["offered twice", "answers no call", "call_1 of read_file has no result"] {
        assert!(violations.contains(expected), "{expected} is not in {violations}");
    }
}

#[test]
fn takes_results_in_the_form_of_every_dialect() {
    let server = FakeModelServer::start();
    server.otherwise(Reply::text("ok"));
    let call = json!({ "name": "read_file", "arguments": "{}" });
    let mut requests = Dialect::ALL.map(|dialect| (dialect, body(dialect)));
    let extra: [Value; 5] = [
        json!([
            { "role": "assistant", "content": null,
              "tool_calls": [{ "id": "c", "type": "function", "function": call }] },
            { "role": "tool", "tool_call_id": "c", "content": "text" },
        ]),
        json!([
            { "type": "function_call", "call_id": "c", "name": "read_file", "arguments": "{}" },
            { "type": "function_call_output", "call_id": "c", "output": "text" },
        ]),
        json!([
            { "role": "assistant", "content": [
                { "type": "tool_use", "id": "c", "name": "read_file", "input": {} },
            ] },
            { "role": "user", "content": [
                { "type": "tool_result", "tool_use_id": "c", "content": "text" },
            ] },
        ]),
        json!([
            { "role": "model", "parts": [{ "functionCall": { "name": "read_file", "args": {} } }] },
            { "role": "user", "parts": [{ "functionResponse": {
                "name": "read_file", "response": { "output": "text" },
            } }] },
        ]),
        json!([
            { "role": "assistant", "content": "", "tool_calls": [{
                "function": { "name": "read_file", "arguments": {} },
            }] },
            { "role": "tool", "tool_name": "read_file", "content": "text" },
        ]),
    ];
    for ((dialect, request), more) in requests.iter_mut().zip(extra) {
        let field = ["messages", "input", "contents"]
            .into_iter()
            .find(|name| request.get(name).is_some())
            .unwrap();
        let list = request[field].as_array_mut().unwrap();
        list.extend(more.as_array().unwrap().iter().cloned());

        receive(&mut send(&server, *dialect, request));
    }

    let asked = server.asked();
    assert_eq!(asked.len(), 5);
    for request in asked {
        assert_eq!(request.results()[0].text, "text", "{:?}", request.dialect);
    }
}

#[test]
fn a_closed_port_refuses() {
    let (_guard, port) = closed_port();

    let error = TcpStream::connect(("127.0.0.1", port)).unwrap_err();

    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
}
