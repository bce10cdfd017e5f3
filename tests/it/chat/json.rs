//! `--json`: one object, whatever happens.

use std::collections::BTreeSet;

use nanofolks_protocol::Usage;
use nanofolks_testkit::{Dialect, FakeModelServer, Reply, TestHome};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::journey::{NANOFOLKS, at, empty_home, impatient_home, scene};

const FIELDS: [&str; 16] = [
    "schema",
    "ok",
    "room",
    "session",
    "turn",
    "trace_id",
    "answer",
    "bots",
    "model",
    "usage",
    "tools",
    "blocked",
    "notices",
    "error",
    "exit_code",
    "duration_ms",
];

#[track_caller]
fn has_all_fields(object: &Value) {
    let found: BTreeSet<_> = object.as_object().unwrap().keys().map(String::as_str).collect();
    let missing: Vec<_> = FIELDS.iter().filter(|field| !found.contains(*field)).collect();
    assert!(missing.is_empty(), "{missing:?} missing in {object:#}");
    assert_eq!(object["schema"], "nanofolks.chat.v1");
}

#[test]
fn the_object_says_everything_about_the_turn() {
    let usage = Usage {
        input_tokens: 1200,
        cached_input_tokens: 1000,
        output_tokens: 50,
        reasoning_tokens: 30,
        ..Usage::default()
    };
    let (_server, home) = scene([Reply::text("Hello.").usage(usage)]);

    let object = home.run(["chat", "-q", "hi", "--json"]).exits(0).json();

    has_all_fields(&object);
    assert_eq!(object["ok"], true);
    assert_eq!(object["answer"], "Hello.");
    assert_eq!(object["bots"], json!([{ "bot": "leader", "text": "Hello." }]));
    assert_eq!(object["model"], "fake/test-model");
    assert_eq!(object["error"], Value::Null);
    assert_eq!(object["exit_code"], 0);
    assert!(object["room"].as_str().unwrap().starts_with("run-"));
    for (field, expected) in [
        ("usage.input_tokens", 1200),
        ("usage.cached_input_tokens", 1000),
        ("usage.output_tokens", 50),
        ("usage.reasoning_tokens", 30),
        ("usage.requests", 1),
    ] {
        assert_eq!(at(&object, field), expected, "{field}");
    }
    assert_eq!(at(&object, "usage.cost_known"), false, "nobody knows the price of this model");
}

#[test]
fn usage_is_counted_in_every_dialect() {
    for dialect in Dialect::ALL {
        let usage = Usage { input_tokens: 300, output_tokens: 40, ..Usage::default() };
        let server = FakeModelServer::with([Reply::text("Hello.").usage(usage)]);
        let home = TestHome::with_server(NANOFOLKS, &server, dialect);

        let object = home.run(["chat", "-q", "hi", "--json"]).exits(0).json();

        assert_eq!(at(&object, "usage.input_tokens"), 300, "{dialect:?}");
        assert_eq!(at(&object, "usage.output_tokens"), 40, "{dialect:?}");
    }
}

#[test]
fn a_known_price_is_added_up() {
    let usage = Usage { input_tokens: 1000, output_tokens: 500, ..Usage::default() };
    let server = FakeModelServer::with([Reply::text("Hello.").usage(usage)]);
    let home = TestHome::new(NANOFOLKS);
    let config = TestHome::provider(&server, Dialect::OpenAiChat);
    home.config(&format!(
        "{config}\n[models.\"fake/test-model\".price]\ninput = 2.0\noutput = 4.0\n"
    ));

    let object = home.run(["chat", "-q", "hi", "--json"]).exits(0).json();

    assert_eq!(at(&object, "usage.cost_known"), true);
    let cost = at(&object, "usage.cost_usd").as_f64().unwrap();
    assert!((cost - 0.004).abs() < 1e-9, "{cost}");
}

#[test]
fn a_failure_is_the_same_object() {
    let server = FakeModelServer::start();
    server.otherwise(Reply::error(401));
    let home = TestHome::with_server(NANOFOLKS, &server, Dialect::Anthropic);

    let object = home.run(["chat", "-q", "hi", "--json"]).exits(6).json();

    has_all_fields(&object);
    assert_eq!(object["ok"], false);
    assert_eq!(object["exit_code"], 6);
    assert_eq!(at(&object, "error.code"), "provider_unauthorized");
    assert_eq!(at(&object, "error.retryable"), false);
    assert!(at(&object, "error.message").is_string());
    assert!(at(&object, "error.hint").is_string());
}

#[test]
fn a_failure_before_the_turn_is_the_same_object() {
    let home = empty_home();

    let object = home.run(["chat", "-q", "hi", "--bot", "nobody", "--json"]).exits(2).json();

    has_all_fields(&object);
    assert_eq!(object["ok"], false);
    assert_eq!(object["exit_code"], 2);
    assert_eq!(object["turn"], Value::Null);
}

#[test]
fn a_configuration_error_is_one_object_too() {
    let home = empty_home();
    home.config("model = \n");

    let object = home.run(["chat", "-q", "hi", "--json"]).exits(2).json();

    assert_eq!(object["ok"], false);
    assert_eq!(object["exit_code"], 2);
    assert!(at(&object, "error.message").as_str().unwrap().contains("config.toml"));
}

#[test]
fn a_stream_that_ends_too_early_keeps_what_came_and_is_a_failure() {
    for dialect in Dialect::ALL {
        let server = FakeModelServer::start();
        server.otherwise(Reply::text("one two three").unfinished());
        let home = impatient_home(&server, dialect);

        let object = home.run(["chat", "-q", "count", "--json"]).exits(6).json();

        assert_eq!(object["ok"], false, "{dialect:?}");
        assert_eq!(at(&object, "error.code"), "stream_cut", "{dialect:?}");
        let answer = object["answer"].as_str().unwrap();
        assert!(answer.contains("one two"), "{dialect:?} kept {answer:?}");
    }
}
