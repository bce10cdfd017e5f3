//! Which conversation `last` is: the current one, and for the trash the one put there last.

use serde_json::Value;

use super::{sessions, talked};
use crate::journey::says_clearly;

fn ids(found: &[Value]) -> Vec<&str> {
    found.iter().map(|one| one["id"].as_str().unwrap()).collect()
}

#[test]
fn the_last_of_the_trash_is_what_was_put_there_last() {
    let (_server, home) = talked();
    home.run(["chat", "-q", "elsewhere", "--room", "other"]).exits(0);
    let before = sessions(&home, &[]);
    let before = ids(&before);
    says_clearly(&home.run(["session", "restore", "last"]).exits(2), &["the trash is empty"]);

    home.run(["session", "delete", "last", "--yes"]).exits(0);
    let told = home.run(["session", "restore", "last"]).exits(0).out();

    assert!(told.contains(before[0]), "{told}");
    assert!(sessions(&home, &["--trash"]).is_empty());
    for id in before {
        says_clearly(
            &home.run(["session", "restore", id]).exits(2),
            &["session_not_trashed", "is not in the trash", id],
        );
    }
}

#[test]
fn the_last_of_a_room_is_where_it_goes_on() {
    let (_server, home) = talked();
    let trunk = sessions(&home, &[])[0]["id"].as_str().unwrap().to_owned();
    home.run(["session", "undo", "--room", "general"]).exits(0);
    home.run(["session", "redo", "--room", "general"]).exits(0);

    for line in [&["--room", "general"][..], &[]] {
        let mut shown = vec!["session", "show", "last", "--json"];
        shown.extend(line);
        let shown = home.run(shown).exits(0).json();
        assert_eq!(shown["session"]["id"], trunk.as_str(), "{line:?}");
    }
    let forked =
        home.run(["session", "fork", "last", "--room", "general", "--json"]).exits(0).json();
    assert_eq!(forked["session"]["parent"], trunk.as_str());
    assert_eq!(forked["session"]["messages"], 6);
    let elsewhere = home.run(["session", "fork", &trunk, "--room", "other"]).exits(2);
    says_clearly(&elsewhere, &["session_elsewhere", "general"]);
}

#[test]
fn a_room_whose_conversation_was_put_away_says_how_to_choose_another() {
    let (_server, home) = talked();
    let trunk = sessions(&home, &[])[0]["id"].as_str().unwrap().to_owned();
    home.run(["session", "fork", "last"]).exits(0);
    home.run(["session", "delete", "last", "--room", "general", "--yes"]).exits(0);

    let here = ["--room", "general"];
    for wish in [
        &["retry"][..],
        &["undo"],
        &["redo"],
        &["rewind", "--exchange", "1"],
        &["show", "last"],
        &["fork", "last"],
    ] {
        let line = ["session"].iter().chain(wish).chain(&here).copied();
        let told = home.run(line.collect::<Vec<_>>()).exits(2);
        says_clearly(&told, &["general has no current conversation", "session resume"]);
    }

    home.run(["session", "resume", &trunk]).exits(0);
    let shown = home.run(["session", "show", "last", "--room", "general", "--json"]).exits(0);
    assert_eq!(shown.json()["session"]["id"], trunk.as_str());
}
