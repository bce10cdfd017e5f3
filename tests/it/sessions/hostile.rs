//! Files that are not what they should be: a line and a reason, and nothing imported.

use std::fmt::Write as _;

use nanofolks_testkit::TestHome;
use serde_json::Value;

use super::{sessions, talked};
use crate::journey::{empty_home, says_clearly};

/// A file of an earlier program with these lines after the first.
fn earlier(lines: &[&[u8]]) -> Vec<u8> {
    let first = br#"{"_type":"metadata","created_at":"2025-01-01T10:00:00Z","metadata":{}}"#;
    let mut file = first.to_vec();
    for line in lines {
        file.push(b'\n');
        file.extend_from_slice(line);
    }
    file.push(b'\n');
    file
}

const GOOD: &[u8] = br#"{"role":"user","content":"fine","timestamp":"2025-01-01T10:00:01Z"}"#;

#[track_caller]
fn refuses(home: &TestHome, file: &[u8], words: &[&str]) {
    let done = home.call(["session", "import", "-"]).input(file).run().exits(2);
    says_clearly(&done, words);
    assert!(sessions(home, &["--all"]).is_empty(), "something was imported");
}

fn take_the_rest(home: &TestHome, file: &[u8]) -> Value {
    home.call(["session", "import", "-", "--partial", "--json"]).input(file).run().exits(0).json()
}

#[test]
fn a_bad_line_is_named_and_nothing_is_imported() {
    let home = empty_home();
    let long = format!("{{\"role\":\"user\",\"content\":\"{}\"", "x".repeat(10 << 20));
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    for (line, words) in [
        (&b"\xff\xfe\x00"[..], &["line 3", "UTF-8"][..]),
        (long.as_bytes(), &["line 3", "not JSON"]),
        (deep.as_bytes(), &["line 3"]),
        (b"{\"role\":", &["line 3", "not JSON"]),
        (b"[1, 2]", &["line 3", "object"]),
        (b"{\"role\": 7, \"content\": \"x\"}", &["line 3", "role"]),
        (b"{\"role\": \"user\", \"content\": {}}", &["line 3", "content"]),
        (b"{\"role\": \"user\", \"content\": \"x\", \"timestamp\": \"soon\"}", &["line 3", "time"]),
        (b"{\"role\": \"wizard\", \"content\": \"x\"}", &["line 3", "wizard"]),
        (b"\x00\x00\x00", &["line 3"]),
        (b"\x1b[2Jhello", &["line 3"]),
    ] {
        let file = earlier(&[GOOD, line, GOOD]);
        refuses(&home, &file, words);
    }
    let file = earlier(&[GOOD, b"{", b"\xff", GOOD]);
    let told = take_the_rest(&home, &file);
    assert_eq!(told["left_out_count"], 2);
    assert_eq!(told["left_out"][0]["line"], 3);
    assert_eq!(told["sessions"][0]["messages"], 1, "{told:#}");
    assert_eq!(told["sessions"][0]["duplicates"], 1);
}

#[test]
fn what_is_no_conversation_at_all_is_said() {
    let home = empty_home();
    refuses(&home, b"", &["import_empty"]);
    refuses(&home, b"\n\n\n", &["import_empty"]);
    refuses(&home, &[0; 4096], &["line 1"]);
    refuses(&home, b"PK\x03\x04 this is an archive", &["line 1"]);
    refuses(&home, b"{\"schema\":\"nanofolks.chat.v1\"}", &["line 1", "nanofolks.chat.v1"]);
    let folder = home.run(["session", "import", "."]).exits(2);
    says_clearly(&folder, &["input_unreadable", "folder"]);
    let absent = home.run(["session", "import", "absent.jsonl"]).exits(2);
    says_clearly(&absent, &["input_unreadable", "absent.jsonl"]);
}

#[test]
fn lines_twice_and_out_of_order_are_put_right_and_said() {
    let (_server, home) = talked();
    let whole = home.run(["session", "export"]).exits(0).out();
    let mut lines: Vec<&str> = whole.lines().collect();
    lines.swap(1, 4);
    lines.push(lines[2]);
    lines.rotate_left(3);
    let other = empty_home();

    let call = other.call(["session", "import", "-", "--json"]).input(lines.join("\r\n"));
    let told = call.run().exits(0).json();

    assert_eq!(told["sessions"][0]["duplicates"], 1, "{told:#}");
    assert!(told["sessions"][0]["reordered"].as_u64().unwrap() > 0, "{told:#}");
    assert_eq!(other.run(["session", "export"]).exits(0).out(), whole);
}

#[test]
fn a_conversation_with_a_hole_or_without_its_end_is_not_taken_for_whole() {
    let (_server, home) = talked();
    let whole = home.run(["session", "export"]).exits(0).out();
    let lines: Vec<&str> = whole.lines().collect();
    let other = empty_home();

    let hole = [&lines[..3], &lines[4..]].concat().join("\n");
    refuses(&other, hole.as_bytes(), &["message 3 is missing"]);
    refuses(&other, lines[..4].join("\n").as_bytes(), &["6 messages"]);
    refuses(&other, &whole.as_bytes()[..whole.len() - 10], &["line 7", "not JSON"]);
    refuses(&other, lines[1..].join("\n").as_bytes(), &["no line about it"]);
    let told = take_the_rest(&other, hole.as_bytes());
    assert_eq!(told["sessions"][0]["messages"], 5);
}

#[test]
fn attachments_that_are_not_what_their_names_say_are_refused() {
    let id = "0192d0a0-0000-7000-8000-000000000001";
    let blob = "0".repeat(64);
    let mut file = format!(
        "{{\"schema\":\"nanofolks.transcript.v1\",\"session\":\"{id}\",\"room\":\"general\",\
         \"created_at\":\"2025-01-01T00:00:00Z\"}}\n"
    );
    writeln!(
        file,
        "{{\"session\":\"{id}\",\"seq\":1,\"id\":\"{id}\",\"role\":\"user\",\
         \"at\":\"2025-01-01T00:00:00Z\",\"text\":\"x\",\"blobs\":{{\"{blob}\":\"aGVsbG8=\"}}}}"
    )
    .unwrap();
    refuses(&empty_home(), file.as_bytes(), &["line 2", "attachment"]);
}

#[test]
fn a_message_of_ten_megabytes_comes_in_and_goes_out() {
    let home = empty_home();
    let text = "word ".repeat(2 << 20);
    let line = format!("{{\"role\":\"user\",\"content\":\"{text}\"}}");
    let file = earlier(&[line.as_bytes()]);

    home.call(["session", "import", "-"]).input(file).run().exits(0);

    assert!(home.run(["session", "export"]).exits(0).out().contains(&text));
}

#[test]
fn what_is_no_file_is_refused_at_once_and_not_waited_for() {
    let home = empty_home();
    let make = "test -p pipe || mkfifo pipe; exec \"$0\" \"$@\"";
    for before in [
        &["session", "import"][..],
        &["replay", "--from"],
        &["chat", "-q", "hi", "--output-schema"],
    ] {
        for place in ["pipe", "/dev/zero", "."] {
            let line = before.iter().copied().chain([place]);
            let finished = home.call_after(make, line).run().exits(2);
            assert!(finished.err().contains("cannot "), "{before:?} {place}: {}", finished.err());
        }
    }
}
