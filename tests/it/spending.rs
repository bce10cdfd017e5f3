//! `nanofolks usage`: tokens and money, by day, model, bot, room, session.

use nanofolks_testkit::{FakeModelServer, Gate, Reply, TestHome};
use serde_json::Value;

use crate::journey::{empty_home, home_of, says_clearly, scene};

fn used() -> (FakeModelServer, TestHome) {
    let server = FakeModelServer::start();
    server.otherwise(Reply::text("noted"));
    let home = home_of(&server);
    home.run(["chat", "-q", "one", "--room", "general"]).exits(0);
    home.run(["chat", "-q", "two", "--room", "general"]).exits(0);
    home.run(["chat", "-q", "three", "--room", "other"]).exits(0);
    (server, home)
}

fn usage(home: &TestHome, more: &[&str]) -> Value {
    let mut line = vec!["usage", "--json"];
    line.extend(more);
    home.run(line).exits(0).json()
}

#[test]
fn calls_are_added_up_by_what_was_asked_for() {
    let (_server, home) = used();
    for (by, keys) in
        [("model", &["fake/test-model"][..]), ("bot", &["leader"]), ("room", &["general", "other"])]
    {
        let told = usage(&home, &["--by", by]);
        let rows = told["rows"].as_array().unwrap();
        let found: Vec<&str> = rows.iter().map(|row| row["key"].as_str().unwrap()).collect();
        assert_eq!(found, keys, "{by}");
        assert_eq!(told["total"]["requests"], 3, "{by}");
    }
    assert_eq!(usage(&home, &["--by", "session"])["rows"].as_array().unwrap().len(), 2);
    assert_eq!(usage(&home, &[])["by"], "day");
}

#[test]
fn a_price_that_is_not_known_is_marked() {
    let (_server, home) = used();

    assert_eq!(usage(&home, &[])["total"]["cost_known"], false);
    let table = home.run(["usage", "--by", "room"]).exits(0);
    assert!(table.out().lines().all(|line| line.ends_with('?') || line.starts_with("ROOM")));
    assert!(table.err().contains("not known"), "{}", table.err());
}

#[test]
fn only_the_time_that_was_asked_for_counts() {
    let (_server, home) = used();
    assert_eq!(usage(&home, &["--since", "today"])["total"]["requests"], 3);
    assert_eq!(usage(&home, &["--since", "7d"])["total"]["requests"], 3);
    assert_eq!(usage(&home, &["--until", "2020-01-01"])["total"]["requests"], 0);
    let wrong = home.run(["usage", "--since", "soon"]).exits(2);
    says_clearly(&wrong, &["soon"]);
    let backwards = home.run(["usage", "--since", "today", "--until", "yesterday"]).exits(2);
    says_clearly(&backwards, &["--since"]);
}

#[test]
fn an_empty_home_used_nothing_and_stays_empty() {
    let home = empty_home();
    assert_eq!(usage(&home, &[])["rows"], Value::Array(Vec::new()));
    assert!(!home.root().exists());
}

#[test]
fn each_request_that_reached_the_provider_counts() {
    let (_server, home) = scene([
        Reply::error(500).retry_after("0"),
        Reply::error(429).retry_after("0"),
        Reply::text("at last"),
    ]);

    let report = home.run(["chat", "-q", "hi", "--json"]).exits(0).json();

    assert_eq!(report["usage"]["requests"], 3);
    assert_eq!(report["notices"][0]["code"], "provider_retried");
    assert_eq!(usage(&home, &[])["total"]["requests"], 3);
    let turn = report["turn"].as_str().unwrap();
    home.run(["replay", turn]).exits(0);
}

#[test]
fn scripts_in_a_row_do_not_each_wait_out_a_provider_that_is_down() {
    let server = FakeModelServer::start();
    server.otherwise(Reply::error(503));
    let home = home_of(&server);

    let first = home.run(["chat", "-q", "hi", "--json"]).exits(6).json();
    assert!(first["usage"]["requests"].as_u64().unwrap() > 2, "{first}");
    assert!(first["error"]["hint"].as_str().unwrap().contains("fallback"), "{first}");
    for _ in 0..3 {
        let later = home.run(["chat", "-q", "hi", "--json"]).exits(6).json();
        assert_eq!(later["usage"]["requests"], 1, "{later}");
    }

    server.otherwise(Reply::text("back"));
    let back = home.run(["chat", "-q", "hi", "--json"]).exits(0).json();
    assert_eq!(back["answer"], "back");
}

#[test]
fn what_came_from_elsewhere_has_no_known_cost() {
    let (_server, home) = used();
    let file =
        home.write_work("away.jsonl", home.run(["session", "export", "last"]).exits(0).stdout);
    let elsewhere = empty_home();

    elsewhere.run([std::ffi::OsStr::new("session"), "import".as_ref(), file.as_ref()]).exits(0);

    let list = elsewhere.run(["session", "list", "--all", "--json"]).exits(0).json();
    assert_eq!(list["sessions"][0]["cost_known"], false, "{list}");
    let table = elsewhere.run(["session", "list", "--all"]).exits(0);
    assert!(!table.out().contains("$0"), "{}", table.out());
}

#[test]
fn calls_that_broke_off_are_estimated_and_a_ceiling_holds_against_them() {
    let gate = Gate::new();
    let server = FakeModelServer::start();
    server.otherwise(Reply::text(&"many words ".repeat(200)).no_usage().stall_after(40, &gate));
    let home = home_of(&server);
    let path = home.root().join("config.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    let priced = "\n[budget]\nroom_usd = 0.02\n[models.\"fake/test-model\"]\n\
                  price = { input = 1.0, output = 2.0 }\nmax_output = 200\n";
    std::fs::write(&path, config + priced).unwrap();

    let mut codes = Vec::new();
    for turn in 0..40 {
        let question = format!("question {turn}");
        let asked = ["chat", "-q", &question, "--room", "general", "--deadline", "400ms"];
        codes.push(home.run(asked).code());
        if codes.last() == Some(&5) {
            break;
        }
    }

    assert_eq!(codes.pop(), Some(5), "the ceiling never held: {codes:?}");
    assert!(!codes.is_empty() && codes.iter().all(|code| *code == 124), "{codes:?}");
    let told = usage(&home, &["--by", "room"]);
    let usd = told["total"]["cost_usd"].as_f64().unwrap();
    assert!(usd > 0.0 && usd <= 0.02, "{told}");
    assert_eq!(told["total"]["lost_requests"], codes.len(), "{told}");
}
