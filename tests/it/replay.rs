//! `nanofolks replay` and `nanofolks report`: a turn again, here and elsewhere, offline.

use std::fs;

use nanofolks_testkit::{Dialect, FakeModelServer, Finished, Reply, TestHome};
use serde_json::{Value, json};

use crate::journey::{empty_home, home_of, says_clearly};

const KEY: &str = "sk-ant-api03-Zq8sKfJw0vNn3xYt6RbLmPcHdGaUeXoI5yTzW1kVhQjM7nBfSrCuDl";

/// A home with one recorded turn: two tools, an answer. The server is gone.
fn recorded() -> TestHome {
    let server = FakeModelServer::with([
        Reply::tool_call("call_1", "list_dir", &json!({ "path": "." })),
        Reply::tool_call("call_2", "read_file", &json!({ "path": "notes.txt" })),
        Reply::text("the notes say: buy milk"),
    ]);
    let home = home_of(&server);
    home.write_work("notes.txt", "buy milk\n");
    home.run(["chat", "-q", "what do my notes say?", "--room", "general"]).exits(0);
    home
}

/// Everything below a folder, with its bytes.
fn files(folder: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        // The index of the log is remade by whoever reads.
        if path.is_dir() {
            let inner = files(&path);
            found
                .extend(inner.into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else if !name.ends_with("-shm") {
            found.push((name, fs::read(path).unwrap()));
        }
    }
    found.sort();
    found
}

fn same(finished: &Finished) {
    let told = finished.json();
    assert_eq!(told["schema"], "nanofolks.replay.v1");
    assert_eq!(told["difference"], Value::Null);
    assert_eq!((&told["identical"], &told["complete"]), (&json!(true), &json!(true)));
}

#[test]
fn a_turn_is_the_same_again_without_its_server_its_files_and_without_a_trace() {
    let home = recorded();
    fs::remove_file(home.work().join("notes.txt")).unwrap();
    let before = files(&home.root());

    let told = home.run(["replay", "last", "--offline"]).exits(0);
    assert!(told.err().contains("identical"), "{}", told.err());
    assert!(told.out().contains("buy milk"), "{}", told.out());
    let json = home.run(["replay", "--offline", "--json"]).exits(0);
    same(&json);
    assert_eq!(json.json()["text"], "the notes say: buy milk");

    // By its id, by the beginning of it, and in its room.
    let turn = json.json()["turn"].as_str().unwrap().to_owned();
    same(&home.run(["replay", &turn, "--json"]).exits(0));
    same(&home.run(["replay", &turn[..20], "--json"]).exits(0));
    same(&home.run(["replay", "last", "--room", "general", "--json"]).exits(0));
    says_clearly(&home.run(["replay", "0123"]).exits(2), &["0123"]);
    says_clearly(&home.run(["replay", "--room", "other"]).exits(1), &["no turn yet"]);
    assert_eq!(files(&home.root()), before, "the home was touched");
}

#[test]
fn it_stops_where_it_is_told_to() {
    let home = recorded();
    let calls = |until: &str| {
        let told = home.run(["replay", "--json", "--until", until]).exits(0).json();
        let events = told["events"].as_array().unwrap().clone();
        assert_eq!(told["complete"], false);
        (events.iter().filter(|event| event["type"] == "usage").count(), events.len())
    };
    assert_eq!(calls("1").0, 1);
    assert_eq!(calls("2").0, 2);
    assert_eq!(calls("#4"), (0, 4));
    says_clearly(&home.run(["replay", "--until", "soon"]).exits(2), &["--until"]);
}

#[test]
fn what_would_have_been_is_asked_of_the_model_and_kept_when_that_is_wished() {
    let home = recorded();
    let edit = "--edit-result=call_2=buy bread";
    let offline = home.run(["replay", edit, "--offline"]).exits(1);
    assert!(offline.err().contains("--offline forbids"), "{}", offline.err());

    let server = FakeModelServer::with([Reply::text("bread it is"), Reply::text("and now?")]);
    home.config(&TestHome::provider(&server, Dialect::OpenAiChat));
    let told = home.run(["replay", edit, "--keep", "--json"]).exits(0).json();
    assert_eq!((&told["branch"], &told["text"]), (&json!(true), &json!("bread it is")));
    let asked = server.only_request().body.to_string();
    assert!(asked.contains("buy bread") && !asked.contains("buy milk"), "{asked}");

    let kept = told["kept"].as_str().unwrap();
    let shown = home.run(["session", "show", kept]).exits(0).out();
    assert!(shown.contains("what do my notes say?") && shown.contains("bread it is"), "{shown}");
    assert!(!shown.contains("buy milk"), "{shown}");
    let usage = home.run(["usage", "--json"]).exits(0).json();
    assert_eq!(usage["total"]["requests"], 4);

    // The conversation can go on there.
    home.run(["chat", "-q", "really?", "--room", "general"]).exits(0);
    says_clearly(&home.run(["replay", "--keep"]).exits(2), &["--keep"]);
    says_clearly(&home.run(["replay", "--edit-result", "nope=1"]).exits(2), &["nope"]);
}

#[test]
fn a_record_that_was_changed_is_found() {
    let home = recorded();
    let report = home.path().join("report.jsonl");
    let path = report.to_str().unwrap();
    home.run(["report", "last", "-o", path]).exits(0);
    let text = fs::read_to_string(&report).unwrap();
    // Changed in the middle, and with a new sum so that it looks whole.
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = lines.iter().position(|line| line.contains("\"kind\":\"turn\"")).unwrap();
    lines[at] = lines[at].replace("the notes say: buy milk", "the notes say: buy beer");
    lines.pop();
    let body = lines.join("\n") + "\n";
    let sum = sha256(&body);
    let end = json!({ "kind": "end", "lines": lines.len(), "sha256": sum });
    fs::write(&report, format!("{body}{end}\n")).unwrap();

    let told = home.run(["replay", "--from", path]).exits(1);
    assert!(told.err().contains("different: event #"), "{}", told.err());
    assert!(told.err().contains("buy beer") && told.err().contains("buy milk"), "{}", told.err());
    // And changed without a new sum.
    fs::write(&report, text.replace("buy milk", "buy beer")).unwrap();
    says_clearly(&home.run(["replay", "--from", path]).exits(2), &["changed"]);
}

fn sha256(text: &str) -> String {
    use sha2::{Digest as _, Sha256};
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_report_replays_in_another_home_to_the_same_failure() {
    let server = FakeModelServer::with([
        Reply::tool_call("call_1", "read_file", &json!({ "path": "gone.txt" })),
        Reply::error(400),
    ]);
    let home = home_of(&server);
    home.run(["chat", "-q", "read it, @leader"]).exits(6);
    drop(server);
    let report = home.path().join("report.jsonl");
    let path = report.to_str().unwrap();

    for words in [&[][..], &["--without-words"]] {
        let mut line = vec!["report", "last", "-o", path, "--json"];
        line.extend(words);
        assert_eq!(home.run(line).exits(0).json()["replays"], true, "{words:?}");
        let other = empty_home();
        let told = other.run(["replay", "--from", path, "--offline", "--json"]).exits(0);
        same(&told);
        let last = told.json()["events"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(last["type"], "turn.failed");
        assert!(!other.root().exists(), "a home was made");
        let text = fs::read_to_string(&report).unwrap();
        assert_eq!(text.contains("gone.txt"), words.is_empty());
        assert!(!text.contains(home.home().to_str().unwrap()), "a folder of somebody's is told");
    }
}

#[test]
fn no_secret_is_in_a_report_in_any_form() {
    let server = FakeModelServer::with([
        Reply::tool_call("call_1", "read_file", &json!({ "path": "env.txt", "why": KEY })),
        Reply::text(&format!("it is {KEY}")),
    ]);
    let home = home_of(&server);
    home.write_work("env.txt", format!("TOKEN={KEY}\n"));
    home.run(["chat", "-q", &format!("keep {KEY} safe")]).exits(0);
    let report = home.path().join("report.jsonl");
    home.run(["report", "-o", report.to_str().unwrap()]).exits(0);
    let text = fs::read_to_string(&report).unwrap();
    let core = &KEY[20..];
    let hex: String = core.bytes().map(|byte| format!("{byte:02x}")).collect();
    let backwards: String = core.chars().rev().collect();
    let numbers = core.bytes().take(12).map(|byte| byte.to_string()).collect::<Vec<_>>().join(",");
    for form in [core.to_owned(), hex, backwards, numbers, base64(core)] {
        assert!(!text.contains(&form), "{form}");
    }
    assert!(!text.contains("test-key"), "the key of the provider is told");
    home.run(["replay", "--from", report.to_str().unwrap(), "--offline"]).exits(0);
}

/// The middle of a text in Base64, however it is placed.
fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(&text.as_bytes()[..24])
}

#[test]
fn hostile_reports_are_refused_in_one_line() {
    let home = empty_home();
    let file = home.path().join("report.jsonl");
    let path = file.to_str().unwrap();
    let head = r#"{"kind":"head","schema":"nanofolks.report.v1","program":"1","wordless":false}"#;
    let cases: [(&str, String, i32); 8] = [
        ("nothing", String::new(), 2),
        ("other", "hello\n".to_owned(), 2),
        ("binary", "\u{0}\u{1}\u{2}".repeat(1000), 2),
        ("truncated", format!("{head}\n"), 2),
        ("nested", format!("{head}\n{}", "[".repeat(1_000_000)), 2),
        ("version", head.replace(".v1", ".v9") + "\n", 7),
        (
            "path",
            format!("{head}\n{{\"kind\":\"blob\",\"id\":\"../../etc/passwd\",\"bytes\":1}}\n"),
            2,
        ),
        ("empty", format!("{head}\n{}\n", end_of(&format!("{head}\n"), 1)), 2),
    ];
    for (name, text, code) in cases {
        fs::write(&file, text).unwrap();
        let told = home.run(["replay", "--from", path]).exits(code);
        assert!(told.err().lines().count() <= 2, "{name}: {}", told.err());
        assert_eq!(told.out(), "", "{name}");
    }
    let huge = fs::File::create(&file).unwrap();
    huge.set_len(300 << 20).unwrap();
    says_clearly(&home.run(["replay", "--from", path]).exits(2), &["MiB"]);
    let folder = home.path().to_str().unwrap().to_owned();
    says_clearly(&home.run(["replay", "--from", &folder]).exits(2), &["folder"]);
    assert!(!home.root().exists());
}

fn end_of(body: &str, lines: usize) -> String {
    json!({ "kind": "end", "lines": lines, "sha256": sha256(body) }).to_string()
}

#[test]
fn a_turn_that_was_not_recorded_says_so() {
    let home = recorded();
    let report = home.path().join("report.jsonl");
    let path = report.to_str().unwrap();
    home.run(["report", "-o", path]).exits(0);
    let text = fs::read_to_string(&report).unwrap();
    let is_old =
        |line: &&str| !line.contains("\"kind\":\"recorded\"") && !line.contains("\"kind\":\"end\"");
    let lines: Vec<&str> = text.lines().filter(is_old).collect();
    let body = lines.join("\n") + "\n";
    fs::write(&report, format!("{body}{}\n", end_of(&body, lines.len()))).unwrap();
    says_clearly(&home.run(["replay", "--from", path]).exits(7), &["not recorded"]);
}

#[test]
fn a_place_the_turn_does_not_have_is_a_mistake_and_a_dash_is_standard_output() {
    let home = recorded();
    home.run(["replay", "last", "--until", "3"]).exits(0);
    for (place, range) in [("4", "0 to 3"), ("#0", " to "), ("#9999", " to ")] {
        let told = home.run(["replay", "last", "--until", place]).exits(2);
        says_clearly(&told, &["place_unknown", "the turn has no", range]);
    }

    let printed = home.run(["report", "last", "-o", "-"]).exits(0).out();
    home.run(["report", "last", "-o", "file.jsonl"]).exits(0);
    assert!(printed.starts_with('{') && printed.lines().all(|line| line.starts_with('{')));
    assert_eq!(
        printed.lines().count(),
        fs::read_to_string(home.work().join("file.jsonl")).unwrap().lines().count()
    );
    assert!(!home.work().join("-").exists());
    let both = home.run(["report", "last", "-o", "-", "--json"]).exits(2).json();
    assert_eq!(both["error"]["code"], "argument_conflict");
}
