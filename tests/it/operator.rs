//! The commands of whoever runs the program: model, config, status, doctor, logs, and what
//! shells and `man` are told.

mod configuration;
mod doctor;
mod menu;
mod model;
mod shells;

use std::fs;

use nanofolks_testkit::{Dialect, FakeModelServer, Gate, Reply, TestHome};
use serde_json::json;

fn home() -> TestHome {
    TestHome::new(env!("CARGO_BIN_EXE_nanofolks"))
}

#[test]
fn looking_leaves_nothing_behind() {
    let home = home();
    for command in [
        &["status"][..],
        &["status", "--json"],
        &["version"],
        &["model", "list"],
        &["model", "show", "smollm2-135m"],
        &["config", "list"],
        &["config", "path"],
        &["config", "check"],
        &["config", "schema"],
        &["logs"],
        &["logs", "path"],
        &["doctor", "--offline"],
        &["man"],
        &["completions", "bash"],
        &["session", "list"],
    ] {
        home.run(command).exits(0);
        assert!(!home.root().exists(), "{command:?} made {}", home.root().display());
    }
}

#[test]
fn every_list_show_and_status_speaks_json_with_a_schema() {
    let home = home();
    for (command, schema) in [
        (&["version"][..], "nanofolks.version.v1"),
        (&["status"], "nanofolks.status.v1"),
        (&["doctor", "--offline"], "nanofolks.doctor.v1"),
        (&["model", "list"], "nanofolks.models.v1"),
        (&["model", "list", "local"], "nanofolks.provider_models.v1"),
        (&["model", "show", "smollm2-135m"], "nanofolks.model.v1"),
        (&["config", "list"], "nanofolks.config.v1"),
        (&["config", "get", "log.level"], "nanofolks.setting.v1"),
        (&["config", "path"], "nanofolks.config_path.v1"),
        (&["config", "check"], "nanofolks.config_check.v1"),
        (&["logs"], "nanofolks.logs.v1"),
        (&["logs", "path"], "nanofolks.logs_path.v1"),
        (&["logs", "list"], "nanofolks.log_files.v1"),
    ] {
        let mut command = command.to_vec();
        command.push("--json");
        let done = home.run(&command).exits(0);
        assert_eq!(done.json()["schema"], schema, "{command:?}");
        assert_eq!(done.err(), "", "{command:?}");
    }
}

#[test]
fn the_version_is_the_same_everywhere() {
    let home = home();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(home.run(["--version"]).exits(0).out(), format!("nanofolks {version}\n"));
    assert_eq!(home.run(["version", "--json"]).exits(0).json()["version"], version);
    assert!(home.run(["version"]).exits(0).out().starts_with(&format!("nanofolks {version} (")));
}

#[test]
fn status_tells_where_a_key_comes_from_and_never_the_key() {
    let home = home();
    home.config("[providers.groq]\napi_key = \"gsk_literal_in_the_file_0123456789\"\n");
    for command in [&["status"][..], &["status", "--json"]] {
        let done = home
            .call(command)
            .env("ANTHROPIC_API_KEY", "sk-ant-secret-0123456789abcdef")
            .run()
            .exits(0);
        let said = done.out() + &done.err();
        assert!(said.contains("ANTHROPIC_API_KEY"), "{said}");
        assert!(said.contains("providers.groq.api_key"), "{said}");
        assert!(!said.contains("secret") && !said.contains("literal"), "{said}");
    }
    let status = home
        .call(["status", "--json"])
        .env("ANTHROPIC_API_KEY", "sk-ant-secret-0123456789abcdef")
        .run()
        .json();
    assert!(status["model"]["name"].as_str().unwrap().starts_with("anthropic/"), "{status}");
    assert_eq!(status["model"]["because"], "ANTHROPIC_API_KEY is set");
}

#[test]
fn a_model_that_is_set_stays_whatever_the_environment_says() {
    let home = home();
    home.config("model = \"groq/some-model\"\n");
    let done = home
        .call(["status", "--json"])
        .env("ANTHROPIC_API_KEY", "sk-ant-secret-0123456789abcdef")
        .run()
        .exits(0);
    let model = &done.json()["model"];
    assert_eq!(model["name"], "groq/some-model");
    assert!(model["because"].as_str().unwrap().ends_with("config.toml:1"), "{model}");
}

#[test]
fn status_counts_what_is_stored() {
    let home = home();
    let server = FakeModelServer::with([Reply::text("Hello.")]);
    home.config(&TestHome::provider(&server, Dialect::OpenAiChat));
    home.run(["chat", "-q", "hi"]).exits(0);
    let stored = home.run(["status", "--json"]).exits(0).json()["stored"].clone();
    assert_eq!(stored["sessions"], 1, "{stored}");
    assert!(stored["last_session"].is_string(), "{stored}");
}

#[test]
fn status_goes_on_when_the_database_cannot_be_read() {
    let home = home();
    home.write_root(
        "nanofolks.db",
        "this is not a database, and it is longer than a header".repeat(20),
    );
    let done = home.run(["status"]).exits(1);
    assert!(done.out().contains("stored"), "{}", done.out());
    assert!(home.run(["status", "--json"]).exits(1).json()["stored"]["error"]["code"].is_string());
}

#[test]
fn logs_are_shown_without_control_sequences_and_filtered() {
    let home = home();
    fs::create_dir_all(home.root().join("logs")).unwrap();
    let lines = concat!(
        r#"{"timestamp":"2026-11-20T08:00:00.000001Z","level":"INFO","message":"begun","target":"nanofolks"}"#,
        "\n",
        r#"{"timestamp":"2026-11-20T08:00:01.000001Z","level":"WARN","message":"odd \u001b]0;t\u0007 thing","target":"nanofolks","room":"general"}"#,
        "\n",
        "not json \u{1b}[2J at all\n",
    );
    home.write_root("logs/nanofolks.2026-11-20.log", lines);
    let all = home.run(["logs"]).exits(0).out();
    assert_eq!(all.lines().count(), 3, "{all}");
    assert!(all.starts_with("2026-11-20 08:00:00Z INFO  nanofolks begun\n"), "{all}");
    assert!(!all.contains('\u{1b}') && !all.contains('\u{7}'), "{all:?}");
    let warnings = home.run(["logs", "--level", "warn"]).exits(0).out();
    assert!(!warnings.contains("begun") && warnings.contains("room=general"), "{warnings}");
    assert_eq!(home.run(["logs", "-n", "1"]).exits(0).out().lines().count(), 1);
    let json = home.run(["logs", "--json"]).exits(0).json();
    assert_eq!(json["lines"][1]["room"], "general");
}

#[test]
fn a_log_is_written_as_json_or_as_text_and_masked_in_both() {
    let key = "sk-live-Zq8vN3xT7bLwR2mK9pYd";
    for (wish, is_json) in [("json", true), ("text", false)] {
        let server = FakeModelServer::with([
            Reply::error(500).retry_after("0"),
            Reply::text(&format!("your key is {key}")),
        ]);
        let home = home();
        let config = TestHome::provider(&server, Dialect::OpenAiChat).replace("test-key", key);
        home.config(&config);
        let done = home.run(["chat", "-q", key, "--log-format", wish, "--log-level", "trace"]);
        done.exits(0);
        let folder = fs::read_dir(home.root().join("logs")).unwrap();
        let text: String =
            folder.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect();
        assert!(!text.contains("Zq8v"), "the key is in the log");
        let line = text.lines().find(|line| line.contains("trying again")).unwrap();
        assert!(["trace_id", "turn", "room"].iter().all(|name| line.contains(name)), "{line}");
        let objects = text.lines().filter(|line| line.starts_with('{')).count();
        assert_eq!(objects, if is_json { text.lines().count() } else { 0 });

        let shown = home.run(["logs", "--level", "warn"]).exits(0).out();
        assert!(shown.contains("trying again") && !shown.contains(" DEBUG "), "{wish}: {shown}");
    }
    let home = home();
    home.config("[log]\nformat = \"xml\"\n");
    let wrong = home.run(["chat", "-q", "hi"]).exits(2);
    assert!(wrong.err().contains("log.format"), "{}", wrong.err());
}

#[test]
fn logs_can_be_followed() {
    let home = home();
    fs::create_dir_all(home.root().join("logs")).unwrap();
    let file = home.write_root("logs/nanofolks.2026-11-20.log", "first\n");
    let running = home.call(["logs", "--follow"]).start();
    running.wait_line("first");
    fs::write(&file, "first\nsecond\n").unwrap();
    running.wait_line("second");
    drop(running.kill());
}

#[test]
fn the_status_tells_what_runs_what_waits_and_what_leaves() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("never shown").hold(&gate)]);
    let home = TestHome::with_server(env!("CARGO_BIN_EXE_nanofolks"), &server, Dialect::OpenAiChat);
    let wall = home.path().join("no-such-folder").join("wall.txt");
    let config = TestHome::provider(&server, Dialect::OpenAiChat);
    let place = wall.display();
    home.config(&format!("{config}\n[channels.wall]\nkind = \"file\"\npath = \"{place}\"\n"));
    let running = home.call(["chat", "-q", "hi", "--room", "general"]).start();
    gate.wait_reached();

    let work =
        |home: &TestHome| home.run(["status", "--json"]).exits(0).json()["stored"]["work"].clone();
    assert_eq!(work(&home)["running"], json!([{ "room": "general", "alive": true }]));
    assert_eq!(home.run(["status", "--json"]).exits(0).json()["channels"][0]["name"], "wall");
    drop(running.kill());
    assert_eq!(work(&home)["running"], json!([{ "room": "general", "alive": false }]));
    let said = home.run(["status"]).exits(0).out();
    assert!(said.contains("its process is gone"), "{said}");

    let _sent = home.run(["send", "--to", "wall", "hello"]);
    let outbox = work(&home)["outbox"].clone();
    assert_eq!(
        outbox["leaving"].as_u64().unwrap() + outbox["stuck"].as_u64().unwrap(),
        1,
        "{outbox}"
    );
    assert!(home.run(["status"]).exits(0).out().contains("nanofolks channel deliveries"));
}

#[test]
fn a_profile_is_a_home_of_its_own_that_the_shell_knows() {
    let home = home();
    for profile in ["work", "play-2"] {
        home.run(["--profile", profile, "onboard", "--non-interactive", "--offline"]).exits(0);
    }
    home.run(["--profile", "work", "config", "set", "model", "groq/fast"]).exits(0);

    let model = |profile: &str| {
        let call = home.call(["config", "get", "model"]).env("NANOFOLKS_PROFILE", profile);
        call.run().exits(0).out()
    };
    assert_eq!((model("work").as_str(), model("play-2").as_str()), ("groq/fast\n", "\n"));
    assert!(!home.root().join("config.toml").exists(), "the profile is not apart");
    let status = home.run(["status", "--json"]).exits(0).json();
    assert_eq!(status["profiles"], json!(["play-2", "work"]));
    for wrong in ["../x", "Work", "", "-", "a b", "a/b"] {
        let named = format!("--profile={wrong}");
        assert_eq!(home.run([named.as_str(), "status"]).code(), 2, "{wrong:?}");
    }
    let words = ["--", "nanofolks", "--profile", ""];
    let asked = home.call(words).env("COMPLETE", "fish").run().exits(0).out();
    assert!(asked.contains("work") && asked.contains("play-2"), "{asked}");
}
