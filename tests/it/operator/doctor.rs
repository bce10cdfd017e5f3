//! `nanofolks doctor`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use nanofolks_testkit::{Dialect, FakeModelServer, Finished, Reply, TestHome};
use serde_json::Value;

use super::home;
use crate::journey::home_of;

fn finding(done: &Finished, code: &str) -> Value {
    let json = done.json();
    let findings = json["findings"].as_array().unwrap();
    findings
        .iter()
        .find(|f| f["code"] == code)
        .cloned()
        .unwrap_or_else(|| panic!("no {code} in {json:#}"))
}

fn set_mode(path: &std::path::Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &std::path::Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Brings all of the database into its one file, which a copy is that was taken back.
fn in_one_file(home: &TestHome) {
    home.run(["backup", "create", "-o", "copy"]).exits(0);
    home.run(["backup", "restore", "copy", "--force"]).exits(0);
}

#[test]
fn a_fresh_machine_is_not_broken() {
    let home = home();
    let done = home.run(["doctor", "--offline", "--json"]).exits(0);
    let json = done.json();
    assert_eq!((json["ok"].as_bool(), json["offline"].as_bool()), (Some(true), Some(true)));
    for finding in json["findings"].as_array().unwrap() {
        assert!(finding["code"].is_string() && finding["what"].is_string(), "{finding}");
        let bad = finding["level"] == "warn" || finding["level"] == "error";
        assert!(!bad || finding["remedy"].is_string(), "{finding}");
    }
    let tools = json["findings"].as_array().unwrap().iter().filter(|f| f["code"] == "tool").count();
    assert!(tools >= 5, "{tools} tools");
}

#[test]
fn an_open_home_is_closed_by_fix() {
    let home = home();
    let config = home.config("log.keep = 3\n");
    set_mode(&home.root(), 0o755);
    set_mode(&config, 0o644);
    let done = home.run(["doctor", "--offline", "--json"]).exits(0);
    assert_eq!(finding(&done, "home_permissions")["level"], "warn");
    assert_eq!(finding(&done, "home_permissions")["fixable"], true);
    assert_eq!(mode(&home.root()), 0o755, "without --fix nothing changes");

    let done = home.run(["doctor", "--offline", "--fix", "--json"]).exits(0);
    assert!(finding(&done, "home_permissions")["fixed"].as_str().unwrap().contains("700"));
    assert_eq!((mode(&home.root()), mode(&config)), (0o700, 0o600));
    let done = home.run(["doctor", "--offline", "--json"]).exits(0);
    assert_eq!(finding(&done, "home")["level"], "ok");
}

#[test]
fn a_missing_home_is_made_only_by_fix() {
    let home = home();
    home.run(["doctor", "--offline"]).exits(0);
    assert!(!home.root().exists());
    home.run(["doctor", "--offline", "--fix"]).exits(0);
    assert_eq!(mode(&home.root()), 0o700);
}

#[test]
fn a_home_that_is_a_file_is_an_error() {
    let home = home();
    fs::write(home.root(), "").unwrap();
    let done = home.run(["doctor", "--offline", "--json"]).exits(1);
    assert_eq!(finding(&done, "home_not_a_folder")["level"], "error");
}

#[test]
fn a_wrong_configuration_is_told_with_its_place_and_the_rest_is_checked() {
    let home = home();
    home.config("[engine]\nmax_iterations = \"many\"\n");
    let done = home.run(["doctor", "--offline", "--json"]).exits(1);
    let wrong = finding(&done, "config_invalid_value");
    assert!(wrong["what"].as_str().unwrap().contains("config.toml:2"), "{wrong}");
    finding(&done, "clock");
    finding(&done, "disk");
}

#[test]
fn a_literal_key_is_a_warning_that_does_not_show_it() {
    let home = home();
    home.config("[providers.groq]\napi_key = \"gsk_hush_hush_0123456789\"\n");
    let done = home.run(["doctor", "--offline", "--json"]).exits(0);
    assert_eq!(finding(&done, "config_secret_in_file")["level"], "warn");
    assert!(!done.out().contains("hush"), "{}", done.out());
}

#[test]
fn a_damaged_database_is_an_error_and_stays_as_it_is() {
    let home = home();
    let server = FakeModelServer::with([Reply::text("Hello.")]);
    home.config(&TestHome::provider(&server, Dialect::OpenAiChat));
    home.run(["chat", "-q", "hi"]).exits(0);
    let done = home.run(["doctor", "--offline", "--deep", "--json"]).exits(0);
    assert!(finding(&done, "database")["what"].as_str().unwrap().contains("rows read"));

    in_one_file(&home);
    let file = home.root().join("nanofolks.db");
    let mut bytes = fs::read(&file).unwrap();
    bytes[..16].copy_from_slice(b"not a database!!");
    fs::write(&file, &bytes).unwrap();
    let done = home.run(["doctor", "--offline", "--json"]).exits(1);
    let codes: Vec<_> = done.json()["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["level"] == "error")
        .map(|f| f["code"].clone())
        .collect();
    assert!(!codes.is_empty(), "{}", done.out());
    assert_eq!(fs::read(&file).unwrap(), bytes);
    let refused = home.run(["chat", "-q", "hi"]).exits(1);
    assert!(refused.err().contains("nanofolks doctor --fix"), "{}", refused.err());

    let done = home.run(["doctor", "--offline", "--fix", "--json"]);
    let fixed = finding(&done, "database_corrupt")["fixed"].as_str().unwrap().to_owned();
    assert!(fixed.contains("rows were saved"), "{fixed}");
    let kept = fs::read_dir(home.root()).unwrap().map(|entry| entry.unwrap().path()).find(|path| {
        path.to_string_lossy().contains(".corrupt-") && !path.to_string_lossy().ends_with("-wal")
    });
    assert_eq!(fs::read(kept.unwrap()).unwrap(), bytes);
    home.run(["doctor", "--offline", "--deep"]).exits(0);
    home.run(["session", "list"]).exits(0);
}

#[test]
fn offline_opens_no_connection_and_online_asks_each_provider() {
    let server = FakeModelServer::start();
    server.models(["test-model"]);
    let home = TestHome::with_server(env!("CARGO_BIN_EXE_nanofolks"), &server, Dialect::OpenAiChat);
    home.run(["doctor", "--offline"]).exits(0);
    assert_eq!(server.connections(), 0);
    let done = home.run(["doctor", "--json"]).exits(0);
    let provider = finding(&done, "provider");
    assert!(provider["what"].as_str().unwrap().contains("1 models"), "{provider}");
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_provider_that_does_not_answer_is_an_error_when_it_is_the_one_in_use() {
    let (_held, port) = nanofolks_testkit::closed_port();
    let home = home();
    let provider = format!(
        "[providers.gone]\nkind = \"openai-chat\"\nbase_url = \"http://127.0.0.1:{port}/v1\"\n"
    );
    home.config(&format!("model = \"gone/x\"\n{provider}"));
    let done = home.run(["doctor", "--json"]).exits(1);
    let gone = finding(&done, "provider_unreachable");
    assert_eq!(gone["level"], "error");
    assert!(gone["remedy"].is_string(), "{gone}");
}

#[test]
fn a_lock_of_a_dead_process_is_removed_by_fix_and_a_live_one_stays() {
    let home = home();
    let run = home.root().join("run");
    fs::create_dir_all(&run).unwrap();
    let dead = run.join("0193f0aa-0000-7000-8000-000000000001.lock");
    let live = run.join("0193f0aa-0000-7000-8000-000000000002.lock");
    let held = fs::File::create(&live).unwrap();
    held.lock().unwrap();
    fs::write(&dead, "").unwrap();
    set_mode(&home.root(), 0o700);
    home.run(["doctor", "--offline", "--fix"]).exits(0);
    assert!(!dead.exists() && live.exists());
}

#[test]
fn a_tool_that_is_switched_off_says_where() {
    let home = home();
    home.config("[tools]\ndisabled = [\"write_file\"]\n");
    let done = home.run(["doctor", "--offline", "--json"]).exits(0);
    let tool = finding(&done, "tool_disabled");
    assert!(tool["cause"].as_str().unwrap().contains("config.toml"), "{tool}");
}

#[test]
fn the_kernel_sees_no_socket_when_offline() {
    let home = home();
    home.config("[providers.gone]\nkind = \"openai-chat\"\nbase_url = \"http://localhost:9/v1\"\n");
    let trace = home.path().join("trace");
    let script = format!(
        "command -v strace >/dev/null || exit 99; \
         strace -f -e trace=network -o '{0}' \"$0\" \"$@\"; code=$?; [ -s '{0}' ] || exit 99; exit $code",
        trace.display()
    );
    for command in [&["doctor", "--offline"][..], &["status"], &["model", "list"]] {
        let done = home.call_after(&script, command).run();
        if done.code() == 99 {
            // strace is not here, or may not trace: the test above asks a server instead.
            return;
        }
        let trace = fs::read_to_string(&trace).unwrap();
        let calls = ["socket(", "connect(", "bind(", "sendto("];
        assert!(calls.iter().all(|call| !trace.contains(call)), "{command:?}:\n{trace}");
    }
}

#[test]
fn a_flipped_bit_is_found_by_a_deep_look_and_nothing_is_changed_by_it() {
    let home = home();
    let server = FakeModelServer::with([Reply::text("Hello from the other side.")]);
    home.config(&TestHome::provider(&server, Dialect::OpenAiChat));
    home.run(["chat", "-q", "hi"]).exits(0);
    in_one_file(&home);
    let file = home.root().join("nanofolks.db");
    let mut bytes = fs::read(&file).unwrap();
    let text = b"Hello from the other side.";
    let at = bytes.windows(text.len()).position(|window| window == text).unwrap();
    bytes[at + 3] ^= 1;
    fs::write(&file, &bytes).unwrap();

    let done = home.run(["doctor", "--offline", "--deep", "--json"]).exits(1);

    assert_eq!(finding(&done, "database_corrupt")["level"], "error");
    assert_eq!(fs::read(&file).unwrap(), bytes);
}

#[test]
fn locks_of_the_home_are_tried_out_and_nothing_stays_behind() {
    let home = home();
    home.config("log.keep = 3\n");
    let before = fs::read_dir(home.root()).unwrap().count();
    let done = home.run(["doctor", "--offline", "--json"]).exits(0);
    assert_eq!(finding(&done, "locks")["level"], "ok");
    assert_eq!(fs::read_dir(home.root()).unwrap().count(), before);
}

#[test]
fn instructions_that_are_too_long_are_said_to_be_cut_and_drafts_of_the_dead_are_taken_away() {
    let server = FakeModelServer::start();
    server.otherwise(Reply::text("noted"));
    let home = home_of(&server);
    home.write_work("AGENTS.md", "Be brief. Be exact.\n".repeat(1_000));
    let first = home.run(["chat", "-q", "hi", "--room", "general", "--json"]).exits(0).json();
    assert_eq!(first["notices"][0]["code"], "instructions_cut", "{first}");
    let second = home.run(["chat", "-q", "hi", "--room", "general", "--json"]).exits(0).json();
    assert_eq!(second["notices"], serde_json::json!([]), "it is said once");

    // The name of a draft carries a check of itself; a person's own file does not.
    let draft = home.write_work(DRAFT, "half");
    let own = home.write_work(".nanofolks-0123456789abcdef0123456700000000.tmp", "mine");
    let found = home.run(["doctor", "--offline", "--json"]).json();
    let codes: Vec<&str> = found["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["code"].as_str())
        .collect();
    assert!(codes.contains(&"instructions_cut") && codes.contains(&"draft_left"), "{codes:?}");
    let fixed = home.run(["doctor", "--offline", "--fix"]).out();
    assert!(fixed.contains("removed") && !draft.exists() && own.exists(), "{fixed}");
}

/// A draft's name: twelve bytes, and the first four of their digest's.
const DRAFT: &str = ".nanofolks-0123456789abcdef012345678865fea8.tmp";
