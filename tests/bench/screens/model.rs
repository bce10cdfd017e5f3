//! A model that speaks at a wished pace, and notes when it said what.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Words in Markdown: prose, lists, code, tables. The tokens that can be found again on the
/// screen look like `q0123z`.
pub(crate) fn text(tokens: usize) -> Vec<String> {
    const WORDS: [&str; 16] = [
        "the ", "quick ", "brown ", "fox ", "jumps ", "over ", "lazy ", "dogs ", "while ", "rows ",
        "arrive ", "and ", "every ", "line ", "is ", "kept ",
    ];
    let mut out = Vec::with_capacity(tokens);
    let mut at = 0_usize;
    while out.len() < tokens {
        at += 1;
        match at % 400 {
            1 => out.push(format!("\n\n## Part {}\n\n", at / 400)),
            150 => out.push("\n\n- ".to_owned()),
            165 | 180 | 195 => out.push("\n- ".to_owned()),
            210 => out.push("\n\n```rust\n".to_owned()),
            220 | 230 | 240 => out.push("\nlet x = 1; // ".to_owned()),
            250 => out.push("\n```\n\n".to_owned()),
            260 => out.push("\n\n| name | value |\n|---|---|\n| ".to_owned()),
            270 | 290 => out.push("| ".to_owned()),
            280 => out.push("|\n| ".to_owned()),
            300 => out.push("|\n\n".to_owned()),
            350 => out.push("**bold** ".to_owned()),
            n if n % 25 == 0 => out.push(format!("q{at:04}z ")),
            n => out.push(WORDS[n * 7 % WORDS.len()].to_owned()),
        }
    }
    out
}

/// What was said when.
pub(crate) type Said = Arc<Mutex<Vec<(String, Instant)>>>;

/// A server on a port of its own. It says as many tokens as the question asks for: `NUMBER` at
/// 200 a second, `NUMBER now` all at once.
pub(crate) struct Model {
    pub(crate) port: u16,
    pub(crate) said: Said,
}

impl Model {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let said = Said::default();
        let noted = Arc::clone(&said);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let noted = Arc::clone(&noted);
                std::thread::spawn(move || serve(stream, &noted));
            }
        });
        Self { port, said }
    }
}

fn serve(mut stream: TcpStream, said: &Said) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let body = request(&mut reader)?;
        let messages = body.get("messages")?.as_array()?;
        let asked = messages.iter().rev().find(|message| message["role"] == "user")?;
        let asked = asked["content"].as_str().unwrap_or_default();
        let asked: Vec<_> = asked.split_whitespace().collect();
        let count = asked.first().and_then(|count| count.parse().ok()).unwrap_or(3);
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                    transfer-encoding: chunked\r\n\r\n";
        stream.write_all(head.as_bytes()).ok()?;
        let tokens = text(count);
        if asked.contains(&"now") {
            let all: Vec<u8> = tokens.iter().flat_map(|token| event(token)).collect();
            stream.write_all(&all).ok()?;
        } else {
            let begun = Instant::now();
            for (token, number) in tokens.iter().zip(1_u32..) {
                if token.starts_with('q') && token.ends_with("z ") {
                    said.lock().unwrap().push((token.trim().to_owned(), Instant::now()));
                }
                stream.write_all(&event(token)).ok()?;
                let due = begun + Duration::from_millis(5) * number;
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
            }
        }
        let end = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":20}}"#;
        stream.write_all(&chunk(&format!("data: {end}\n\ndata: [DONE]\n\n"))).ok()?;
        stream.write_all(b"0\r\n\r\n").ok()?;
    }
}

fn request(reader: &mut BufReader<TcpStream>) -> Option<serde_json::Value> {
    let mut length = 0;
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

fn event(token: &str) -> Vec<u8> {
    let delta = serde_json::json!({
        "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
        "choices": [{ "index": 0, "delta": { "content": token }, "finish_reason": null }],
    });
    chunk(&format!("data: {delta}\n\n"))
}

fn chunk(text: &str) -> Vec<u8> {
    format!("{:x}\r\n{text}\r\n", text.len()).into_bytes()
}
