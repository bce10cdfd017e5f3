//! What goes out comes in again, byte for byte.

use std::fs;

use nanofolks_testkit::{Call, FakeModelServer, Reply, TestHome};
use serde_json::{Value, json};

use super::{only, sessions, talked};
use crate::journey::{empty_home, home_of, says_clearly};

fn export(home: &TestHome) -> String {
    home.run(["session", "export"]).exits(0).out()
}

/// A home with everything a conversation can hold.
fn rich() -> (FakeModelServer, TestHome) {
    let picture = [b"\x89PNG\r\n\x1a\n".as_slice(), &[7; 3000]].concat();
    let large = (0..40_000).map(|n| format!("line {n}\n")).collect::<String>();
    let server = FakeModelServer::with([
        Reply::tool_calls([
            Call::new("call_1", "read_file", &json!({ "path": "large.txt" })),
            Call::new("call_2", "read_file", &json!({ "path": "absent.txt" })),
        ]),
        Reply::text("read"),
    ]);
    server.otherwise(Reply::text("seen"));
    let home = home_of(&server);
    home.write_work("a.png", picture);
    home.write_work("b.txt", "some\r\ntext \u{2028} here");
    home.write_work("large.txt", large);
    let room = ["--room", "general"];
    home.run([&["chat", "-q", "read it", "--file", "b.txt"], &room[..]].concat()).exits(0);
    let picture = ["chat", "-q", "look", "--image", "a.png"];
    let _shown = home.run([&picture[..], &room[..]].concat());
    home.run(["chat", "-q", "elsewhere"]).exits(0);
    (server, home)
}

#[test]
fn every_conversation_comes_back_byte_for_byte() {
    let (_server, home) = rich();
    let before = export(&home);
    let other = empty_home();
    let file = home.write_work("all.jsonl", &before);

    other.run(["session", "import", file.to_str().unwrap()]).exits(0);

    assert_eq!(export(&other), before);
    assert!(before.contains("\"blobs\""), "attachments are not in it");
    let from_stdin = empty_home();
    from_stdin.call(["session", "import", "-"]).input(before.clone()).run().exits(0);
    assert_eq!(export(&from_stdin), before);
}

#[test]
fn branches_come_back_as_branches() {
    let (_server, home) = talked();
    let id = only(&home);
    home.run(["session", "fork", &id, "--at", "2"]).exits(0);
    home.run(["chat", "-q", "on the branch", "--room", "general"]).exits(0);
    let branch = sessions(&home, &[])[0]["id"].as_str().unwrap().to_owned();
    home.run(["session", "fork", &branch, "--at", "1"]).exits(0);
    let before = export(&home);
    let other = empty_home();

    other.call(["session", "import", "-"]).input(before.clone()).run().exits(0);

    assert_eq!(export(&other), before);
    let stored = other.run(["session", "show", &branch, "--json"]).exits(0).json();
    assert_eq!(stored["session"]["parent"], id.as_str());
}

#[test]
fn importing_again_changes_nothing_and_importing_more_adds_it() {
    let (_server, home) = talked();
    let first = export(&home);
    home.run(["chat", "-q", "one more", "--room", "general"]).exits(0);
    let second = export(&home);
    let other = empty_home();
    let import = |text: &str| -> Value {
        let call = other.call(["session", "import", "-", "--json"]).input(text);
        call.run().exits(0).json()["sessions"][0].clone()
    };

    assert_eq!(import(&first)["state"], "imported");
    assert_eq!(import(&first)["state"], "known");
    let grown = import(&second);
    assert_eq!((&grown["state"], &grown["messages"]), (&json!("extended"), &json!(2)));
    assert_eq!(import(&first)["state"], "known", "a shorter file takes nothing away");
    assert_eq!(export(&other).lines().count(), 9);

    let changed = first.replace("teal", "blue");
    let refused = other.call(["session", "import", "-"]).input(changed.clone()).run().exits(2);
    says_clearly(&refused, &["session_differs", "--as-new"]);
    other.call(["session", "import", "-", "--as-new"]).input(changed).run().exits(0);
    assert_eq!(sessions(&other, &[]).len(), 2);
}

#[test]
fn a_room_goes_on_with_its_own_conversation_after_an_import() {
    let (server, home) = talked();
    let file = home.write_work("all.jsonl", export(&home));
    let other = home_of(&server);
    other.run(["chat", "-q", "my stone is jade", "--room", "general"]).exits(0);

    other.run(["session", "import", file.to_str().unwrap()]).exits(0);
    other.run(["chat", "-q", "which?", "--room", "general"]).exits(0);

    let asked = server.asked().pop().unwrap();
    let seen: Vec<&str> = asked.seen.turns.iter().map(|turn| turn.text.as_str()).collect();
    let seen = seen.join("\n");
    assert!(seen.contains("jade") && !seen.contains("teal"), "{seen}");
}

#[test]
fn what_is_imported_is_found_and_continued() {
    let (server, home) = talked();
    let id = only(&home);
    let text = export(&home);
    let other = home_of(&server);
    other.call(["session", "import", "-"]).input(text).run().exits(0);

    let hits = other.run(["session", "search", "teal", "--json"]).exits(0).json();
    assert_eq!(hits["hits"][0]["session"], id.as_str());
    other.run(["chat", "-q", "which colour?", "--session", &id]).exits(0);

    let asked = server.asked().pop().unwrap();
    assert!(asked.seen.turns.iter().any(|turn| turn.text.contains("teal")));
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let home = empty_home();
    let text = "word ".repeat(100_000);
    let large = format!("{{\"_type\":\"metadata\"}}\n{{\"role\":\"user\",\"content\":\"{text}\"}}");
    home.call(["session", "import", "-"]).input(large).run().exits(0);
    let before = export(&home);
    let file = home.write_work("all.jsonl", "what was there before");
    let path = file.to_str().unwrap();

    // Enough for what the database needs to be read, not for the file.
    let full = home
        .call_after("ulimit -f 200; trap '' XFSZ", ["session", "export", "-o", path])
        .run()
        .exits(1);
    says_clearly(&full, &["output_failed"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "what was there before");
    assert_eq!(fs::read_dir(home.work()).unwrap().count(), 1, "a draft was left behind");

    home.run(["session", "export", "-o", path]).exits(0);
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
    let folder = home.run(["session", "export", "-o", "."]).exits(2);
    says_clearly(&folder, &["output_unwritable", "folder"]);
    home.run(["session", "export", "-o", "no/such/folder.jsonl"]).exits(2);
}

#[test]
fn other_forms_are_for_programs_and_for_people() {
    let (_server, home) = talked();
    let id = only(&home);

    let object = home.run(["session", "export", "--format", "json"]).exits(0).json();
    assert_eq!(object["schema"], "nanofolks.export.v1");
    assert_eq!(object["sessions"][0]["session"]["session"], id.as_str());
    assert_eq!(object["sessions"][0]["messages"].as_array().unwrap().len(), 6);
    let text = home.run(["session", "export", "--format", "md", "last"]).exits(0).out();
    assert!(text.starts_with("# my colour is teal\n"), "{text}");
    assert_eq!(text.matches("\n## You, ").count(), 3, "{text}");
    let none = home.run(["session", "export", "--room", "empty", "--format", "json"]).exits(0);
    assert_eq!(none.json()["sessions"], json!([]));
}
