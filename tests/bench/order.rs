//! Which functions a question and its answer need, so that a release can lay them side by side.
//!
//! The system maps a program in pieces of 64 KB: functions strewn over 20 MB of code fill twice
//! the memory of the same functions in one place. Nothing else changes. `src/build.rs` hands
//! the list to the linker. It is made anew, with valgrind, before a release:
//!
//! ```sh
//! cargo rustc --release --bin nanofolks -- -C strip=none
//! cargo run --release -p nanofolks-bench --bin order target/release/nanofolks > order.txt
//! mv order.txt src/order.txt
//! cargo build --release
//! ```
//!
//! The names hold for one compiler and one `Cargo.lock`; those that have gone do no harm.

#![expect(clippy::unwrap_used, reason = "a tool that cannot record should stop, loudly")]
#![expect(clippy::print_stdout, reason = "its output is what it is for")]
#![expect(clippy::disallowed_methods, reason = "it runs the program under another one")]

use std::collections::HashSet;
use std::path::Path;
use std::process::{Command, Stdio};

use nanofolks_testkit::{Dialect, FakeModelServer, Reply};
use serde_json::json;

fn main() {
    let program = std::env::args_os().nth(1).unwrap();
    let program = Path::new(&program).canonicalize().unwrap();
    let home = tempfile::tempdir().unwrap();
    let note = home.path().join("note.txt");
    std::fs::write(&note, "roses are red\n").unwrap();
    let server = FakeModelServer::start();
    server.reply(Reply::text("word word word"));
    server.reply(Reply::tool_call("call_1", "read_file", &json!({ "path": note })));
    server.reply(Reply::text("done"));

    let mut seen = HashSet::new();
    let runs: [&[&str]; 4] =
        [&["--version"], &["chat", "-q", "hello"], &["chat", "-q", "read"], &["status"]];
    for (at, arguments) in runs.into_iter().enumerate() {
        let calls = home.path().join(format!("{at}.calls"));
        let mut command = recorder(&program, &calls);
        command
            .args(arguments)
            .env_clear()
            .env("HOME", home.path())
            .env("PATH", "/usr/bin:/bin")
            .env("NANOFOLKS_MODEL", "lab/m")
            .env("NANOFOLKS_PROVIDERS__LAB__KIND", "openai-chat")
            .env("NANOFOLKS_PROVIDERS__LAB__BASE_URL", server.base_url(Dialect::OpenAiChat))
            .env("NANOFOLKS_PROVIDERS__LAB__API_KEY", "k")
            .current_dir(home.path());
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().unwrap();
        assert!(status.success(), "{arguments:?} ended with {status}");
        for name in functions(&std::fs::read_to_string(&calls).unwrap()) {
            if seen.insert(name.to_owned()) {
                println!("{name}");
            }
        }
    }
}

/// The program under valgrind, which writes its calls into a file.
fn recorder(program: &Path, calls: &Path) -> Command {
    let mut command = Command::new("/usr/bin/valgrind");
    command
        .args(["-q", "--tool=callgrind", "--demangle=no"])
        .arg(format!("--callgrind-out-file={}", calls.display()))
        .arg(program);
    command
}

/// The functions in a record, in the order in which they are named: `fn=(12) name'2`.
fn functions(record: &str) -> impl Iterator<Item = &str> {
    record.lines().filter_map(|line| {
        let named = line.strip_prefix("fn=").or_else(|| line.strip_prefix("cfn="))?;
        let (_, name) = named.split_once(") ")?;
        // Code without a name is not the program's own.
        name.split('\'').next().filter(|name| !name.starts_with("0x") && !name.contains(' '))
    })
}
