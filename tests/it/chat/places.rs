//! Rooms and sessions: what a question can see of earlier ones.

use nanofolks_testkit::{FakeModelServer, Gate, Recorded, Reply};
use serde_json::Value;

use crate::journey::{at, home_of, scene};

fn texts(request: &Recorded) -> String {
    let texts: Vec<&str> = request.seen.turns.iter().map(|turn| turn.text.as_str()).collect();
    texts.join("\n")
}

fn answering() -> FakeModelServer {
    let server = FakeModelServer::start();
    server.otherwise(Reply::text("noted"));
    server
}

#[test]
fn scripts_do_not_see_each_other() {
    let server = answering();
    let home = home_of(&server);

    let first = home.run(["chat", "-q", "my colour is teal", "--json"]).exits(0).json();
    let second = home.run(["chat", "-q", "which colour?", "--json"]).exits(0).json();

    assert_ne!(first["room"], second["room"]);
    assert!(!texts(&server.asked()[1]).contains("teal"));
}

#[test]
fn continue_takes_up_the_last_question_of_this_folder() {
    let server = answering();
    let home = home_of(&server);
    home.write_work("sub/file", "");

    let first = home.run(["chat", "-q", "my colour is teal", "--json"]).exits(0).json();
    home.call(["chat", "-q", "elsewhere"]).folder(home.work().join("sub")).run().exits(0);
    let again = home.run(["chat", "-q", "which?", "--continue", "--json"]).exits(0).json();

    assert_eq!(first["room"], again["room"]);
    let seen = texts(&server.asked()[2]);
    assert!(seen.contains("teal") && seen.contains("noted"), "{seen}");
    assert!(!seen.contains("elsewhere"), "{seen}");
}

#[test]
fn a_room_keeps_its_conversation() {
    let server = answering();
    let home = home_of(&server);

    home.run(["chat", "-q", "my colour is teal", "--room", "general"]).exits(0);
    let object = home.run(["chat", "-q", "which?", "--room", "#General", "--json"]).exits(0).json();

    assert_eq!(object["room"], "general");
    assert!(texts(&server.asked()[1]).contains("teal"));
}

#[test]
fn a_session_can_be_new_or_named_or_the_last() {
    let server = answering();
    let home = home_of(&server);
    let ask = |more: &[&str]| {
        let mut arguments = vec!["chat", "-q", "hello", "--room", "general", "--json"];
        arguments.extend(more);
        home.run(arguments).exits(0).json()
    };

    let first = ask(&[]);
    let fresh = ask(&["--session", "new"]);
    let last = ask(&["--session", "last"]);
    let named = ask(&["--session", first["session"].as_str().unwrap()]);

    assert_ne!(first["session"], fresh["session"]);
    assert_eq!(last["session"], fresh["session"]);
    assert_eq!(named["session"], first["session"]);
    let turns = |index: usize| server.asked()[index].seen.turns.len();
    assert_eq!((turns(0), turns(1)), (1, 1), "a new session begins with nothing");
    assert!(turns(2) > 1 && turns(3) > 1);
}

#[test]
fn sessions_are_listed_and_shown() {
    let server = answering();
    let home = home_of(&server);
    let run = home.run(["chat", "-q", "in a run", "--json"]).exits(0).json();
    home.run(["chat", "-q", "in the room", "--room", "general"]).exits(0);

    let short = home.run(["session", "list", "--json"]).exits(0).json();
    let all = home.run(["session", "list", "--all", "--json"]).exits(0).json();
    let session = run["session"].as_str().unwrap();
    let shown = home.run(["session", "show", session, "--json"]).exits(0).json();

    for object in [&short, &all, &shown] {
        let schema = at(object, "schema").as_str().unwrap();
        assert!(schema.starts_with("nanofolks.") && schema.ends_with(".v1"), "{schema}");
    }
    let mentions = |object: &Value| object.to_string().contains(session);
    assert!(!mentions(&short), "run rooms are listed only with --all");
    assert!(mentions(&all));
    let shown = shown.to_string();
    assert!(shown.contains("in a run") && shown.contains("noted"), "{shown}");
    let people = home.run(["session", "show", session]).exits(0).out();
    assert!(people.contains("in a run") && people.contains("noted"), "{people}");
}

#[test]
fn two_processes_in_one_room_both_answer_and_keep_their_order() {
    let server = answering();
    let home = home_of(&server);
    let arguments = |text| ["chat", "-q", text, "--room", "general", "--json"];

    let running: Vec<_> =
        ["one", "two", "three"].iter().map(|text| home.call(arguments(text)).start()).collect();
    for running in running {
        let object = running.wait().exits(0).json();
        assert_eq!(object["answer"], "noted");
    }

    let asked = server.asked();
    assert_eq!(asked.len(), 3);
    let longest = asked.iter().map(|request| request.seen.turns.len()).max().unwrap();
    assert_eq!(longest, 5, "the last one sees two questions and two answers before its own");
}

#[test]
fn processes_that_meet_in_a_fresh_room_share_one_session() {
    let server = answering();
    let home = home_of(&server);
    let running: Vec<_> = (0..12)
        .map(|n| home.call(["chat", "-q", &format!("m{n}"), "--room", "general", "--json"]).start())
        .collect();

    let mut sessions = std::collections::BTreeSet::new();
    for running in running {
        let object = running.wait().exits(0).json();
        sessions.insert(object["session"].as_str().unwrap().to_owned());
    }

    assert_eq!(sessions.len(), 1, "{sessions:?}");
    let listed = home.run(["session", "list", "--json"]).exits(0).json();
    assert_eq!(listed["sessions"].as_array().unwrap().len(), 1, "{listed}");
}

#[test]
fn processes_that_meet_in_a_session_wait_for_each_other() {
    let gate = Gate::new();
    let server = FakeModelServer::with([
        Reply::text("noted first"),
        Reply::text("noted slowly").stall_after(1, &gate),
    ]);
    server.otherwise(Reply::text("noted last"));
    let home = home_of(&server);
    let arguments = |text| ["chat", "-q", text, "--room", "general", "--json"];
    home.run(arguments("one")).exits(0);

    let slow = home.call(arguments("two")).start();
    gate.wait_reached();
    let quick = home.call(arguments("three")).start();
    gate.release();

    assert_eq!(slow.wait().exits(0).json()["answer"], "noted slowly");
    assert_eq!(quick.wait().exits(0).json()["answer"], "noted last");
    let last = &server.asked()[2];
    assert_eq!(last.seen.turns.len(), 5, "{:#?}", last.seen.turns);
    assert_eq!(last.seen.turns[3].text, "noted slowly");
}

#[test]
fn a_profile_is_a_home_of_its_own() {
    let (server, home) = scene([Reply::text("hi")]);
    let base = home.root();
    home.write_root("profiles/work/config.toml", "");

    let object = home.run(["chat", "-q", "hi", "--profile", "work", "--json"]);

    assert_ne!(object.code(), 0, "the profile has no model of its own");
    assert!(server.asked().is_empty());
    assert!(!base.join("nanofolks.db").exists(), "the base home was touched");
}

#[test]
fn the_last_session_of_a_room_is_shown_when_a_room_is_named() {
    let (_server, home) = scene([Reply::text("first"), Reply::text("second")]);
    home.run(["chat", "-q", "in one", "--room", "general"]).exits(0);
    home.run(["chat", "-q", "in another"]).exits(0);

    let shown = home.run(["session", "show", "last", "--room", "general"]).exits(0).out();
    assert!(shown.contains("in one") && !shown.contains("in another"), "{shown}");
    let all = home.run(["session", "show", "last"]).exits(0).out();
    assert!(all.contains("in another"), "{all}");
    home.run(["session", "show", "last", "--room", "nobody-here"]).exits(2);
}

#[test]
fn a_question_to_somebody_who_is_not_there_says_so() {
    let (_server, home) = scene([Reply::text("hello")]);

    let finished = home.run(["chat", "-q", "@ghost are you there?"]).exits(0);

    assert_eq!(finished.out(), "hello\n");
    assert!(finished.err().contains("@ghost is in this room"), "{}", finished.err());
}

#[test]
fn several_who_are_named_answer_a_script_each_by_name() {
    let broken = Reply::error(403);
    let (server, home) = scene([Reply::text("here"), Reply::text("here"), broken]);

    let finished = home.run(["chat", "-q", "@coder, @researcher: roll call"]).exits(0);

    let out = finished.out();
    let mut lines: Vec<_> = out.lines().filter(|line| !line.is_empty()).collect();
    lines.sort_unstable();
    assert_eq!(server.asked().len(), 3);
    assert_eq!(lines.len(), 2, "{out}");
    for line in lines {
        let (bot, text) = line.split_once(": ").unwrap();
        assert!(["leader", "coder", "researcher"].contains(&bot), "{out}");
        assert_eq!(text, "here");
    }
    assert!(finished.err().contains("could not answer"), "{}", finished.err());
}

#[test]
fn a_key_that_belongs_to_another_message_says_so() {
    let server = answering();
    let home = home_of(&server);
    let ask = |text: &str| {
        let line = ["chat", "-q", text, "--room", "general", "--idempotency-key", "K", "--json"];
        home.run(line).exits(0)
    };
    let first = ask("the first text").json();
    let same = ask("the first text");
    let other = ask("another text");

    assert_eq!((same.err().as_str(), &same.json()["turn"]), ("", &first["turn"]));
    assert_eq!(server.asked().len(), 1);
    assert!(other.err().starts_with("warning: this key belongs to an earlier"), "{}", other.err());
    let other = other.json();
    assert_eq!(other["turn"], first["turn"]);
    assert_eq!(other["notices"][0]["code"], "key_reused", "{other:#}");
}
