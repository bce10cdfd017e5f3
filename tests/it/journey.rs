//! What every journey begins with.

use std::path::Path;

use nanofolks_testkit::{Dialect, FakeModelServer, Finished, Reply, TestHome};
use serde_json::Value;

/// The binary under test.
pub(crate) const NANOFOLKS: &str = env!("CARGO_BIN_EXE_nanofolks");

/// A home whose model is this server, spoken to in OpenAI's chat format.
pub(crate) fn home_of(server: &FakeModelServer) -> TestHome {
    TestHome::with_server(NANOFOLKS, server, Dialect::OpenAiChat)
}

/// A server with these replies and a home that uses it.
pub(crate) fn scene(replies: impl IntoIterator<Item = Reply>) -> (FakeModelServer, TestHome) {
    let server = FakeModelServer::with(replies);
    let home = home_of(&server);
    (server, home)
}

/// A home that asks this server once and takes its word: no second try.
pub(crate) fn impatient_home(server: &FakeModelServer, dialect: Dialect) -> TestHome {
    let home = TestHome::new(NANOFOLKS);
    home.config(&format!("{}retries = 0\n", TestHome::provider(server, dialect)));
    home
}

/// An empty home without any model.
pub(crate) fn empty_home() -> TestHome {
    TestHome::new(NANOFOLKS)
}

/// Checks that a failure is told as it should be: one clear line with these words, perhaps a
/// hint below it, nothing on standard output, no trace of a crash.
#[track_caller]
pub(crate) fn says_clearly(finished: &Finished, words: &[&str]) {
    assert_eq!(finished.out(), "", "standard output is for answers");
    told_clearly(finished, words);
}

/// The same where something was already answered.
#[track_caller]
pub(crate) fn told_clearly(finished: &Finished, words: &[&str]) {
    let text = finished.err();
    let lines: Vec<&str> = text.lines().collect();
    let errors = lines.iter().filter(|line| line.starts_with("error: ")).count();
    assert_eq!(errors, 1, "one error line was expected:\n{text}");
    let strange: Vec<_> = lines
        .iter()
        .filter(|line| !["error: ", "hint: ", "warning: "].iter().any(|it| line.starts_with(it)))
        .collect();
    assert!(strange.is_empty(), "unexpected lines {strange:?} in:\n{text}");
    for word in words {
        assert!(text.contains(word), "{word:?} is missing in:\n{text}");
    }
    assert!(lines.iter().all(|line| line.len() < 600), "a line is too long:\n{text}");
    no_crash(&text);
}

/// No trace of a crash.
#[track_caller]
pub(crate) fn no_crash(text: &str) {
    for trace in ["panicked", "RUST_BACKTRACE", "stack backtrace", "unwrap()"] {
        assert!(!text.contains(trace), "{trace:?} in:\n{text}");
    }
}

/// A field of a JSON object by its path: `error.code`.
#[track_caller]
pub(crate) fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    let pointer = format!("/{}", path.replace('.', "/"));
    value.pointer(&pointer).unwrap_or_else(|| panic!("there is no {path} in {value:#}"))
}

/// Whether any file below a folder has these bytes as its beginning.
pub(crate) fn is_kept_somewhere(folder: &Path, bytes: &[u8]) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.filter_map(Result::ok).any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            is_kept_somewhere(&path, bytes)
        } else {
            std::fs::read(&path).is_ok_and(|found| found.starts_with(bytes))
        }
    })
}

/// Whether the tests run as root, who is stopped by no permission.
pub(crate) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let probe = tempfile::NamedTempFile::new().unwrap();
    probe.as_file().metadata().unwrap().uid() == 0
}
