//! Conversations taken out, brought in, renamed, branched, put away and back.

mod hostile;
mod last;
mod mirror;
mod round_trip;

use nanofolks_testkit::{FakeModelServer, Reply, TestHome};
use serde_json::Value;

use crate::journey::{home_of, says_clearly};

/// A home with three exchanges in `general`.
fn talked() -> (FakeModelServer, TestHome) {
    let server = FakeModelServer::start();
    server.otherwise(Reply::text("noted: wörter \u{1f980} \"quoted\"\n\nand more"));
    let home = home_of(&server);
    for text in ["my colour is teal", "my number is 7", "my animal is a crab"] {
        home.run(["chat", "-q", text, "--room", "general"]).exits(0);
    }
    (server, home)
}

/// The sessions of a home, the newest first.
fn sessions(home: &TestHome, more: &[&str]) -> Vec<Value> {
    let mut line = vec!["session", "list", "--json"];
    line.extend(more);
    home.run(line).exits(0).json()["sessions"].as_array().unwrap().clone()
}

fn only(home: &TestHome) -> String {
    let found = sessions(home, &[]);
    assert_eq!(found.len(), 1, "{found:#?}");
    found[0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn the_beginning_of_an_id_is_enough_when_no_other_begins_like_it() {
    let (_server, home) = talked();
    let id = only(&home);

    let whole = home.run(["session", "show", &id]).exits(0).out();
    for name in [&id[..12], &id.replace('-', "")[..20], &id.to_uppercase()] {
        assert_eq!(home.run(["session", "show", name]).exits(0).out(), whole, "{name}");
    }
    home.run(["session", "fork", &id]).exits(0);
    let both = home.run(["session", "show", "0"]).exits(2);
    says_clearly(&both, &["session_ambiguous", &id]);
    for nothing in ["ffff", "", "-", "nonsense", "0 1", "\u{1f980}"] {
        says_clearly(&home.run(["session", "show", "--", nothing]).exits(2), &["session_unknown"]);
    }
}

#[test]
fn a_title_is_one_clean_line() {
    let (_server, home) = talked();
    let id = only(&home);

    home.run(["session", "rename", &id, "a\u{1b}[31m title\nof", "two lines"]).exits(0);

    assert_eq!(sessions(&home, &[])[0]["title"], "a title of two lines");
    says_clearly(&home.run(["session", "rename", &id, " \n"]).exits(2), &["title_empty"]);
    let long = "x".repeat(201);
    says_clearly(&home.run(["session", "rename", &id, &long]).exits(2), &["title_too_long"]);
}

#[test]
fn a_branch_shares_what_came_before_and_is_spoken_in_next() {
    let (server, home) = talked();
    let id = only(&home);

    let branch = home.run(["session", "fork", &id, "--at", "2", "--json"]).exits(0).json();
    home.run(["chat", "-q", "what do you know?", "--room", "general"]).exits(0);

    let seen: Vec<String> =
        server.asked().pop().unwrap().seen.turns.iter().map(|turn| turn.text.clone()).collect();
    let seen = seen.join("\n");
    assert!(seen.contains("teal") && !seen.contains("crab"), "{seen}");
    assert_eq!(branch["session"]["parent"], id.as_str());
    assert_eq!(branch["session"]["messages"], 2);
    let trunk = home.run(["session", "show", &id, "--json"]).exits(0).json();
    assert_eq!(trunk["messages"].as_array().unwrap().len(), 6, "the trunk changed");
    let message = trunk["messages"][3]["id"].as_str().unwrap();
    let at = home.run(["session", "fork", &id, "--at", message, "--json"]).exits(0).json();
    assert_eq!(at["session"]["messages"], 4);
    says_clearly(
        &home.run(["session", "fork", &id, "--at", "99"]).exits(2),
        &["message_unknown", "99"],
    );
}

#[test]
fn the_trash_hides_a_conversation_and_gives_it_back_as_it_was() {
    let (_server, home) = talked();
    let id = only(&home);
    let before = home.run(["session", "export", &id]).exits(0).stdout;

    home.run(["session", "delete", &id, "--yes"]).exits(0);
    assert!(sessions(&home, &[]).is_empty());
    assert!(sessions(&home, &["--all"]).is_empty());
    let trash = sessions(&home, &["--trash"]);
    assert_eq!(trash[0]["id"], id.as_str());
    assert!(trash[0]["trashed_at"].is_string());
    let search = |more: &[&str]| {
        let mut line = vec!["session", "search", "crab", "--json"];
        line.extend(more);
        home.run(line).exits(0).json()["hits"].as_array().unwrap().len()
    };
    assert_eq!((search(&[]), search(&["--trash"])), (0, 1));

    home.run(["session", "restore", &id[..13]]).exits(0);
    assert_eq!(only(&home), id);
    assert!(sessions(&home, &["--trash"]).is_empty());
    assert_eq!(home.run(["session", "export", &id]).exits(0).stdout, before);
}

#[test]
fn a_search_takes_any_text() {
    let (_server, home) = talked();
    let found = |query: &[&str]| {
        let mut line = vec!["session", "search", "--json"];
        line.extend(query);
        home.run(line).exits(0).json()["hits"].as_array().unwrap().len()
    };

    assert_eq!(found(&["teal"]), 1);
    assert_eq!(found(&["colour", "te"]), 1, "the last word may be unfinished");
    assert_eq!(found(&["TEAL"]), 1);
    assert!(found(&["wörter"]) > 0);
    for odd in [
        "\"",
        "'",
        "*",
        "teal\"",
        "teal OR",
        "NEAR(",
        "a AND NOT b",
        "-teal",
        "--",
        "x:y",
        "()",
        "\u{1f980}",
        "%",
        "_",
        "\\",
        "te\u{301}al",
        "; DROP TABLE message;",
    ] {
        let _any = found(&["--", odd]);
    }
    assert_eq!(found(&[&"long ".repeat(10_000)]), 0);
    says_clearly(&home.run(["session", "search", " "]).exits(2), &["query_empty"]);
}
