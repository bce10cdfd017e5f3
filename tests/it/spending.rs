//! `nanofolks usage`: tokens and money, by day, model, bot, room, session.

use nanofolks_testkit::{FakeModelServer, Reply, TestHome};
use serde_json::Value;

use crate::journey::{empty_home, home_of, says_clearly};

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
