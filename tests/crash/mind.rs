//! What the model says in these suites: it follows from the question, and from nothing else.
//!
//! `say KEY` is answered with `said KEY`. `write KEY` is answered with a call that writes the
//! file `KEY.txt`, and then with `done KEY`. So every answer can be told from every other, and
//! every file says which call wrote it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use nanofolks_protocol::Usage;
use nanofolks_testkit::{Call, FakeModelServer, Recorded, Reply};
use serde_json::json;

/// Tokens of every question.
pub const INPUT: u64 = 100;
/// Tokens of every answer.
pub const OUTPUT: u64 = 20;

/// What it was asked so far.
#[derive(Debug, Clone, Default)]
pub struct Asked(Arc<AtomicU64>);

impl Asked {
    /// How many questions were answered.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Teaches a server to answer like this.
pub fn teach(server: &FakeModelServer) -> Asked {
    let asked = Asked::default();
    let count = asked.clone();
    server.think(move |request| {
        count.0.fetch_add(1, Ordering::SeqCst);
        answer(request)
    });
    asked
}

/// The question that wants a word, or a file.
#[must_use]
pub fn question(key: &str, writes: bool) -> String {
    if writes { format!("write {key}") } else { format!("say {key}") }
}

/// The answer to it.
#[must_use]
pub fn answer_to(key: &str, writes: bool) -> String {
    if writes { format!("done {key}") } else { format!("said {key}") }
}

fn answer(request: &Recorded) -> Reply {
    let usage = Usage { input_tokens: INPUT, output_tokens: OUTPUT, ..Usage::default() };
    let asked = request.last_user_text();
    let (verb, key) = asked.split_once(' ').unwrap_or(("say", "nothing"));
    let last = request.seen.turns.last();
    let has_result = last.is_some_and(|turn| !turn.results.is_empty());
    match (verb, has_result) {
        ("write", false) => {
            let arguments = json!({ "path": format!("{key}.txt"), "content": key });
            Reply::tool_calls([Call::new(&format!("call_{key}"), "write_file", &arguments)])
        }
        ("write", true) => Reply::text(&format!("done {key}")),
        _ => Reply::text(&format!("said {key}")),
    }
    .usage(usage)
}
