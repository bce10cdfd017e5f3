use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::super::globals::{ColorChoice, LogLevel};
use super::super::output::Output;
use super::line::Line;
use super::tail::Tail;

fn folder(files: &[(&str, &str)]) -> (TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let found = super::files(folder.path());
    (folder, found)
}

#[test]
fn the_last_lines_come_from_the_newest_files_in_order() {
    let (_folder, files) = folder(&[
        ("nanofolks.2026-11-19.log", "one\ntwo\nthree\n"),
        ("nanofolks.2026-11-20.log", "four\nfive\n"),
        ("other.txt", "not ours\n"),
    ]);
    let last = |count| Tail::open(&files, count, |_| true).0;
    assert_eq!(last(3), ["three", "four", "five"]);
    assert_eq!(last(1), ["five"]);
    assert_eq!(last(0), Vec::<String>::new());
    assert_eq!(last(99).len(), 5);
}

#[test]
fn only_wanted_lines_count() {
    let text: String = (0..50_000).map(|n| format!("line {n} {}\n", n % 1000 == 7)).collect();
    let (_folder, files) = folder(&[("nanofolks.2026-11-20.log", &text)]);
    let (lines, _) = Tail::open(&files, 3, |line| line.ends_with("true"));
    assert_eq!(lines, ["line 47007 true", "line 48007 true", "line 49007 true"]);
}

#[test]
fn what_is_added_later_comes_whole_and_once() {
    let (folder, files) = folder(&[("nanofolks.2026-11-20.log", "old\n")]);
    let (_, mut tail) = Tail::open(&files, 1, |_| true);
    let file = folder.path().join("nanofolks.2026-11-20.log");
    fs::write(&file, "old\nnew\nhal").unwrap();
    assert_eq!(tail.more(&files), ["new"]);
    assert_eq!(tail.more(&files), Vec::<String>::new());
    fs::write(&file, "old\nnew\nhalf\n").unwrap();
    assert_eq!(tail.more(&files), ["half"]);
    fs::write(folder.path().join("nanofolks.2026-11-21.log"), "tomorrow\n").unwrap();
    assert_eq!(tail.more(&super::files(folder.path())), ["tomorrow"]);
}

#[test]
fn a_line_is_shown_without_control_sequences_and_without_secrets() {
    let out = Output::new(ColorChoice::Never, false);
    let line = Line::parse(
        r#"{"timestamp":"2026-11-20T21:08:01.5Z","level":"WARN","target":"nanofolks","message":"red \u001b[31m text","code":7}"#,
    );
    let words = line.in_words(&out);
    assert!(words.starts_with("2026-11-20 21:08:01Z WARN  nanofolks red "), "{words}");
    assert!(words.ends_with(" text code=7") && !words.contains('\u{1b}'), "{words:?}");
    let line = Line::parse("not json \u{1b}]0;title\u{7} at all");
    assert!(!line.in_words(&out).contains('\u{1b}'));
}

#[test]
fn a_level_lets_worse_ones_through() {
    let line = Line::parse(r#"{"level":"WARN","message":"m"}"#);
    assert!(line.is_at_least(LogLevel::Info));
    assert!(line.is_at_least(LogLevel::Warn));
    assert!(!line.is_at_least(LogLevel::Error));
    assert!(Line::parse("no level").is_at_least(LogLevel::Error));
}
