//! The working folder: what tools may touch.

use std::os::unix::fs::symlink;

use nanofolks_testkit::{Call, FakeModelServer, Reply, TestHome};
use serde_json::json;

use crate::journey::{home_of, scene};

/// What a tool says to these arguments, with writing allowed.
fn result_of(home: &TestHome, server: &FakeModelServer, tool: &str, path: &str) -> String {
    let arguments = json!({ "path": path, "content": "changed" });
    server.reply(Reply::tool_calls([Call::new("call_1", tool, &arguments)]));
    server.reply(Reply::text("done"));
    let before = server.asked().len();
    drop(home.run(["chat", "-q", "do it", "--approve", "auto-edit"]));
    let asked = server.asked();
    let results = asked.get(before + 1).map(|request| {
        request.results().iter().map(|result| result.text.clone()).collect::<Vec<_>>()
    });
    results.unwrap_or_default().join("\n")
}

#[test]
fn nothing_outside_is_read_or_written() {
    let server = FakeModelServer::start();
    let home = home_of(&server);
    std::fs::write(home.path().join("secret.txt"), "hush hush").unwrap();
    symlink(home.path().join("secret.txt"), home.work().join("link.txt")).unwrap();
    symlink(home.path(), home.work().join("up")).unwrap();
    let absolute = home.path().join("secret.txt").display().to_string();

    for path in ["../secret.txt", "link.txt", "up/secret.txt", "./../secret.txt", &absolute] {
        for tool in ["read_file", "write_file"] {
            let result = result_of(&home, &server, tool, path);
            assert!(!result.contains("hush"), "{tool} {path} reached outside: {result}");
        }
    }

    let secret = std::fs::read_to_string(home.path().join("secret.txt")).unwrap();
    assert_eq!(secret, "hush hush");
    drop(server.take_violations());
}

#[test]
fn dir_names_another_folder() {
    let (server, home) = scene([
        Reply::tool_calls([Call::new("call_1", "read_file", &json!({ "path": "a.txt" }))]),
        Reply::text("ok"),
    ]);
    std::fs::create_dir(home.path().join("other")).unwrap();
    std::fs::write(home.path().join("other/a.txt"), "over there").unwrap();

    home.run(["chat", "-q", "look", "--dir", "../other"]).exits(0);

    assert!(server.asked()[1].results()[0].text.contains("over there"));
}

#[test]
fn the_home_directory_is_not_written_unless_it_is_named() {
    let server = FakeModelServer::start();
    let home = home_of(&server);
    for (named, expected) in [(false, false), (true, true)] {
        let arguments = json!({ "path": "new.txt", "content": "text" });
        server.reply(Reply::tool_calls([Call::new("call_1", "write_file", &arguments)]));
        server.reply(Reply::text("done"));
        let folder = home.home().display().to_string();
        let mut words = vec!["chat", "-q", "write", "--approve", "auto-edit"];
        if named {
            words.extend(["--dir", &folder]);
        }

        let finished = home.call(words).folder(home.home()).run();

        assert_eq!(finished.code() == 0 && named, expected);
        assert_eq!(home.home().join("new.txt").exists(), expected);
    }
}

#[test]
fn a_folders_own_instructions_reach_the_model_fenced() {
    let (server, home) = scene([Reply::text("ok")]);
    home.write_work("AGENTS.md", "Always answer in French.\n");

    home.run(["chat", "-q", "hi"]).exits(0);

    let request = server.only_request();
    let everything = format!("{}\n{}", request.seen.system, request.last_user_text());
    assert!(everything.contains("Always answer in French."), "{everything}");
}

#[test]
fn a_home_with_links_and_steps_back_in_its_name_is_what_it_leads_to() {
    let server = FakeModelServer::start();
    let home = home_of(&server);
    symlink(home.home(), home.path().join("link")).unwrap();
    let steps = home.work().join("..").join(home.home().file_name().unwrap());
    let write = |folder: std::path::PathBuf, user_home: &std::path::Path, name: &str| {
        let arguments = json!({ "path": name, "content": "text" });
        server.reply(Reply::tool_calls([Call::new("call_1", "write_file", &arguments)]));
        server.reply(Reply::text("done"));
        let ask = home.call(["chat", "-q", "write", "--approve", "auto-edit"]);
        let root = home.root();
        drop(ask.folder(&folder).env("HOME", user_home).env("NANOFOLKS_HOME", root).run());
        folder.join(name).exists()
    };

    assert!(write(home.work(), &steps, "one.txt"), "a project folder was refused");
    assert!(!write(home.home(), &home.path().join("link"), "two.txt"), "the home was written");
}
