//! `nanofolks config`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::home;

#[test]
fn a_setting_is_set_shown_and_removed_and_comments_stay() {
    let home = home();
    let file = home.config("# mine\nmodel = \"groq/a\" # for now\n");
    home.run(["config", "set", "engine.max_iterations", "7"]).exits(0);
    home.run(["config", "set", "model", "groq/b"]).exits(0);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("# mine") && text.contains("# for now"), "{text}");
    assert_eq!(home.run(["config", "get", "model"]).exits(0).out(), "groq/b\n");
    assert_eq!(home.run(["config", "get", "engine.max_iterations"]).exits(0).out(), "7\n");
    home.run(["config", "unset", "engine.max_iterations"]).exits(0);
    assert_eq!(home.run(["config", "get", "engine.max_iterations"]).exits(0).out(), "20\n");
    let list = home.run(["config", "list", "--changed"]).exits(0).out();
    assert_eq!(list.lines().count(), 2, "{list}");
    assert!(list.contains("config.toml:2"), "{list}");
}

#[test]
fn a_wrong_key_or_value_is_refused_with_a_way_out() {
    let home = home();
    let file = home.config("model = \"groq/a\"\n");
    let before = fs::read(&file).unwrap();
    let done = home.run(["config", "set", "engine.max_iteration", "7"]).exits(2);
    assert!(done.err().contains("engine.max_iterations"), "{}", done.err());
    home.run(["config", "set", "engine.max_iterations", "many"]).exits(2);
    home.run(["config", "get", "no.such.key"]).exits(2);
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn check_says_everything_at_once_with_places() {
    let home = home();
    home.config("modle = \"x\"\n[engine]\nmax_iterations = \"many\"\n");
    let done = home.run(["config", "check"]).exits(2);
    assert!(done.out().contains("config.toml:1"), "{}", done.out());
    assert!(done.out().contains("config.toml:3"), "{}", done.out());
    let json = home.run(["config", "check", "--json"]).exits(2).json();
    assert_eq!(json["ok"], false);
    assert!(json["findings"].as_array().unwrap().len() >= 2, "{json}");
}

#[test]
fn a_key_in_the_file_is_never_printed() {
    let home = home();
    home.config("[providers.groq]\napi_key = \"gsk_hush_hush_0123456789\"\n");
    for command in [
        &["config", "list"][..],
        &["config", "list", "--json"],
        &["config", "get", "providers.groq.api_key"],
        &["config", "get", "providers"],
        &["config", "check"],
    ] {
        let done = home.run(command).exits(0);
        assert!(!done.out().contains("hush") && !done.err().contains("hush"), "{command:?}");
    }
    let check = home.run(["config", "check"]).exits(0).out();
    assert!(check.contains("providers.groq.api_key"), "{check}");
}

/// An editor that is a script.
fn editor(home: &nanofolks_testkit::TestHome, script: &str) -> String {
    let path = home.write_work("editor", format!("#!/bin/sh\n{script}\n"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}

#[test]
fn an_edited_text_replaces_the_file_once_it_is_right() {
    let home = home();
    let file = home.config("model = \"groq/a\"\n");
    let editor = editor(&home, "printf 'model = \"groq/b\"\\n' > \"$1\"");
    home.call(["config", "edit"]).env("EDITOR", &editor).run().exits(0);
    assert_eq!(fs::read_to_string(&file).unwrap(), "model = \"groq/b\"\n");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_wrong_text_is_kept_and_taken_up_again() {
    let home = home();
    let file = home.config("model = \"groq/a\"\n");
    let wrong = editor(&home, "printf 'log.keep = \"x\"\\n' > \"$1\"");
    let done = home.call(["config", "edit"]).env("VISUAL", &wrong).run().exits(2);
    assert!(done.err().contains("nothing was replaced"), "{}", done.err());
    assert_eq!(fs::read_to_string(&file).unwrap(), "model = \"groq/a\"\n");
    let kept = home.run(["doctor", "--offline"]).out();
    assert!(kept.contains("edit_kept"), "{kept}");

    let seen = home.path().join("seen");
    let right = editor(
        &home,
        &format!("cp \"$1\" '{}'; printf 'log.keep = 3\\n' > \"$1\"", seen.display()),
    );
    home.call(["config", "edit"]).env("VISUAL", &right).run().exits(0);
    assert_eq!(fs::read_to_string(seen).unwrap(), "log.keep = \"x\"\n");
    assert_eq!(fs::read_to_string(&file).unwrap(), "log.keep = 3\n");
    assert!(!home.run(["doctor", "--offline"]).out().contains("edit_kept"));
}

#[test]
fn an_editor_is_needed_and_may_do_nothing() {
    let home = home();
    home.run(["config", "edit"]).exits(7);
    let file = home.config("model = \"groq/a\"\n");
    let done = home.call(["config", "edit"]).env("EDITOR", "true").run().exits(0);
    assert_eq!(done.out(), "nothing changed\n");
    home.call(["config", "edit"]).env("EDITOR", "false").run().exits(1);
    assert_eq!(fs::read_to_string(file).unwrap(), "model = \"groq/a\"\n");
}

#[test]
fn what_somebody_else_wrote_meanwhile_is_not_overwritten() {
    let home = home();
    let file = home.config("model = \"groq/a\"\n");
    let script = format!(
        "printf 'model = \"groq/other\"\\n' > '{}'; printf 'model = \"groq/mine\"\\n' > \"$1\"",
        file.display()
    );
    let editor = editor(&home, &script);
    let done = home.call(["config", "edit"]).env("EDITOR", &editor).run().exits(1);
    assert!(done.err().contains("changed by somebody else"), "{}", done.err());
    assert_eq!(fs::read_to_string(&file).unwrap(), "model = \"groq/other\"\n");
}

#[test]
fn the_schema_knows_every_key() {
    let home = home();
    let text = home.run(["config", "schema"]).exits(0).out();
    let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
    for key in ["model", "providers", "engine", "tools", "log"] {
        assert!(schema["properties"][key].is_object(), "{key}");
    }
}

#[test]
fn the_settings_of_a_folder_count_once_it_is_trusted() {
    let home = home();
    home.write_work(".nanofolks/config.toml", "[engine]\nmax_iterations = 3\n");
    let get = || home.run(["config", "get", "engine.max_iterations"]).exits(0).out();
    assert_eq!(get(), "20\n");
    let check = home.run(["config", "check"]).exits(0).out();
    assert!(check.contains("nanofolks config trust"), "{check}");

    let told = home.run(["config", "trust", "--json"]).exits(0).json();
    assert_eq!(told["changed"], true);
    assert_eq!(get(), "3\n");
    assert!(home.run(["config", "trust"]).exits(0).out().contains("as before"));

    home.run(["config", "untrust"]).exits(0);
    assert_eq!(get(), "20\n");
    home.run(["config", "trust", "no/such/folder"]).exits(2);
}
