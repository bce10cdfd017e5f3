//! A folder and a file as channels, through the real program.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use nanofolks_testkit::{Dialect, FakeModelServer, Gate, Reply, Running, TestHome};
use pretty_assertions::assert_eq;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::journey::{NANOFOLKS, empty_home, says_clearly};

/// A home with a folder and a file as channels.
fn home(server: &FakeModelServer) -> TestHome {
    let home = TestHome::new(NANOFOLKS);
    let provider = TestHome::provider(server, Dialect::OpenAiChat);
    let (desk, wall) = (desk(&home), wall(&home));
    home.config(&format!(
        "{provider}\n[channels.desk]\nkind = \"folder\"\npath = {:?}\nroom = \"desk\"\n\
         [channels.wall]\nkind = \"file\"\npath = {:?}\n",
        desk.display().to_string(),
        wall.display().to_string(),
    ));
    home
}

fn desk(home: &TestHome) -> PathBuf {
    home.work().join("desk")
}

fn wall(home: &TestHome) -> PathBuf {
    home.work().join("wall.txt")
}

/// The answers in the folder, oldest first.
fn answers(home: &TestHome, chat: &str) -> Vec<Value> {
    let Ok(entries) = fs::read_dir(desk(home).join("out").join(chat)) else { return Vec::new() };
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .iter()
        .map(|file| serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap())
        .collect()
}

fn ask(home: &TestHome, name: &str, text: &str) {
    let file = desk(home).join("in").join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

fn deliveries(home: &TestHome) -> Vec<Value> {
    let shown = home.run(["channel", "deliveries", "--all", "--json"]).exits(0).json();
    shown["deliveries"].as_array().unwrap().clone()
}

#[test]
fn questions_in_a_folder_are_answered_into_it_once_and_in_order() {
    let server =
        FakeModelServer::with([Reply::text("one"), Reply::text("two"), Reply::text("three")]);
    let home = home(&server);
    for (name, text) in [("1.txt", "first"), ("2.txt", "second"), ("team/3.txt", "third")] {
        ask(&home, name, text);
    }

    let done = home.run(["channel", "run", "--json"]).exits(0).json();

    assert_eq!(done["taken"].as_array().unwrap().len(), 3);
    assert_eq!(done["left"], json!([]));
    let texts = |chat: &str| {
        answers(&home, chat).iter().map(|answer| answer["text"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        (texts("main"), texts("team")),
        (vec![json!("one"), json!("two")], vec![json!("three")])
    );
    assert_eq!(fs::read_dir(desk(&home).join("in")).unwrap().count(), 1, "only the chat's folder");

    // The same question dropped again is the same question.
    ask(&home, "1.txt", "first");
    let again = home.run(["channel", "run", "--json"]).exits(0).json();
    assert_eq!(again["taken"][0]["duplicate"], true);
    assert_eq!((server.asked().len(), answers(&home, "main").len()), (3, 2));
}

#[test]
fn one_trace_id_goes_from_the_question_to_the_answer() {
    let server = FakeModelServer::with([Reply::text("one")]);
    let home = home(&server);
    ask(&home, "1.txt", "first");
    home.run(["channel", "run"]).exits(0);

    let answer = answers(&home, "main").remove(0);
    let trace = answer["trace_id"].as_str().unwrap().to_owned();
    assert_eq!(deliveries(&home)[0]["trace_id"], trace.as_str());
    let logged: String = fs::read_dir(home.root().join("logs"))
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    let of_delivery = logged.lines().find(|line| line.contains("\"delivery\"")).unwrap();
    assert!(of_delivery.contains(&trace), "{of_delivery}");
}

#[test]
fn a_message_is_sent_without_any_bot_and_the_same_key_is_the_same_message() {
    let server = FakeModelServer::start();
    let home = home(&server);
    home.run(["send", "--to", "wall", "the build is green"]).exits(0);
    home.call(["send", "--to", "desk:reports", "-"]).input("a report\n").run().exits(0);
    for _ in 0..2 {
        let told = home.run(["send", "--to", "wall", "--key", "k", "only once"]).exits(0);
        assert_eq!(told.err(), "");
    }
    let other = home.run(["send", "--to", "wall", "--key", "k", "another text"]).exits(0);
    assert!(other.err().contains("this key belongs to an earlier message"), "{}", other.err());
    assert_eq!(fs::read_to_string(wall(&home)).unwrap(), "the build is green\nonly once\n");
    assert_eq!(answers(&home, "reports")[0]["text"], "a report");
    assert_eq!(server.asked().len(), 0);
}

#[test]
fn what_cannot_be_sent_waits_is_listed_and_sent_when_it_can_be() {
    let server = FakeModelServer::start();
    let home = home(&server);
    fs::create_dir(wall(&home)).unwrap();

    let failed = home.run(["send", "--to", "wall", "hello"]).exits(1);
    assert!(failed.err().contains("the message is failed"), "{}", failed.err());
    let row = deliveries(&home).remove(0);
    assert_eq!((&row["state"], &row["attempts"]), (&json!("failed"), &json!(1)));
    assert!(row["reason"].as_str().unwrap().contains("wall.txt"), "{row}");

    fs::remove_dir(wall(&home)).unwrap();
    let id = row["id"].as_str().unwrap();
    home.run(["channel", "retry", &id[..13]]).exits(0);
    assert_eq!(fs::read_to_string(wall(&home)).unwrap(), "hello\n");
    assert_eq!(deliveries(&home)[0]["state"], "sent");
    says_clearly(&home.run(["channel", "retry", id]).exits(1), &["this delivery is sent"]);
}

#[test]
fn what_was_given_up_stays_so_until_somebody_wants_it() {
    let server = FakeModelServer::start();
    let home = home(&server);
    fs::create_dir(wall(&home)).unwrap();
    home.run(["send", "--to", "wall", "hello"]).exits(1);
    let id = deliveries(&home)[0]["id"].as_str().unwrap().to_owned();
    home.run(["channel", "drop", &id]).exits(0);
    fs::remove_dir(wall(&home)).unwrap();
    home.run(["channel", "run"]).exits(0);
    assert!(!wall(&home).exists());
    assert_eq!(deliveries(&home)[0]["state"], "dead");
    home.run(["channel", "retry", &id]).exits(0);
    assert!(wall(&home).exists());
}

#[test]
fn a_secret_in_a_message_does_not_leave() {
    let server = FakeModelServer::start();
    let home = home(&server);
    let secret = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH";
    home.run(["send", "--to", "wall", &format!("the key is {secret}")]).exits(0);
    assert!(!fs::read_to_string(wall(&home)).unwrap().contains(secret));
}

#[test]
fn a_channel_that_is_wrong_is_one_clear_line() {
    let home = empty_home();
    says_clearly(
        &home.run(["send", "--to", "wall", "x"]).exits(2),
        &["there is no channel \"wall\""],
    );
    home.config("[channels.wall]\nkind = \"file\"\npath = \"wall.txt\"\n");
    says_clearly(
        &home.run(["send", "--to", "wall", "x"]).exits(2),
        &["channels.wall.path", "absolute"],
    );
}

#[test]
fn what_is_no_question_is_said_and_left_where_it_is() {
    let server = FakeModelServer::start();
    let home = home(&server);
    ask(&home, "empty.txt", " \n");
    let done = home.run(["channel", "run", "--json"]).exits(0).json();
    assert_eq!(done["refused"][0]["reason"], "it is empty");
    assert!(desk(&home).join("in/empty.txt").exists());
}

#[test]
fn a_process_killed_at_any_moment_leaves_every_question_answered_once() {
    let server = FakeModelServer::start();
    server.otherwise(Reply::text("an answer"));
    let home = home(&server);
    for n in 0..12 {
        ask(&home, &format!("{n:02}.txt"), &format!("question {n}"));
        let running = home.call(["channel", "run"]).start();
        if n % 3 == 2 {
            running.wait().exits(0);
        } else {
            server.wait_asked(1);
            drop(running.kill());
        }
    }
    home.run(["channel", "run"]).exits(0);
    let answered = answers(&home, "main");
    let mut questions: Vec<_> =
        answered.iter().map(|one| one["in_reply_to"].as_str().unwrap().to_owned()).collect();
    questions.sort();
    questions.dedup();
    assert_eq!((answered.len(), questions.len()), (12, 12));
}

#[test]
fn one_id_leads_from_the_question_to_its_events_log_lines_and_delivery() {
    // The first try fails, and that is recorded.
    let server =
        FakeModelServer::with([Reply::error(500).retry_after("0"), Reply::text("at last")]);
    let home = home(&server);
    ask(&home, "1.txt", "first");
    home.run(["channel", "run"]).exits(0);

    let delivery = deliveries(&home).remove(0);
    let (trace, turn) =
        (delivery["trace_id"].as_str().unwrap(), delivery["turn"].as_str().unwrap());
    assert_eq!(answers(&home, "main")[0]["trace_id"], trace);
    let lines = home.run(["logs", "--json", "--of", trace]).exits(0).json();
    let lines = lines["lines"].as_array().unwrap();
    let again = lines.iter().find(|line| line["message"] == "trying again").unwrap();
    assert_eq!(again["span"]["trace_id"], trace, "{again}");
    assert_eq!(again["span"]["turn"], turn, "{again}");
    assert_eq!(again["span"]["room"], "desk", "{again}");
    let sent = lines.iter().find(|line| line["delivery"] == delivery["id"]);
    assert_eq!(sent.unwrap()["trace_id"], trace);
    let words = home.run(["logs", "--of", turn]).exits(0).out();
    assert!(words.contains("trying again") && words.contains(&format!("trace_id={trace}")));
    let none = home.run(["logs", "--json", "--of", "nobody"]).exits(0).json();
    assert_eq!(none["lines"], json!([]));

    // And so do the turn's own events.
    let file = home.work().join("turn.jsonl");
    home.run(["report", turn, "-o", file.to_str().unwrap()]).exits(0);
    let lines = fs::read_to_string(file).unwrap();
    let told = lines.lines().find(|line| line.contains("turn.started")).unwrap();
    assert!(told.contains(trace) && told.contains(turn), "{told}");
}

/// The next line of a watching process that has `key`.
fn line(process: &Running, key: &str) -> Value {
    serde_json::from_str(&process.wait_line(key)).unwrap()
}

#[test]
fn a_watching_process_answers_what_is_dropped_as_it_comes_and_ends_in_order() {
    let server = FakeModelServer::with([Reply::text("one"), Reply::text("two")]);
    let home = home(&server);
    ask(&home, "1.txt", "was there before");
    std::os::unix::fs::symlink("/etc/hostname", desk(&home).join("in/link.txt")).unwrap();

    let process = home.call(["channel", "run", "--watch", "--json"]).start();

    assert!(line(&process, "refused")["refused"]["reason"].as_str().unwrap().contains("link"));
    assert_eq!(line(&process, "\"sent\"")["delivery"]["chat"], "main");
    ask(&home, "team/2.txt", "comes later");
    let sent =
        |line: &Value| line["delivery"]["chat"] == "team" && line["delivery"]["state"] == "sent";
    let mut told = line(&process, "team");
    while !sent(&told) {
        told = line(&process, "team");
    }
    assert_eq!(answers(&home, "main")[0]["text"], "one");
    assert_eq!(answers(&home, "team")[0]["text"], "two");

    let asked = Instant::now();
    process.signal(Signal::TERM);
    let finished = process.wait().exits(0);
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    assert_eq!(finished.err().matches("error").count(), 0, "{}", finished.err());
}

#[test]
fn a_watching_process_that_is_told_to_end_leaves_its_turn_to_the_next() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("late").hold(&gate), Reply::text("in time")]);
    let home = home(&server);
    ask(&home, "1.txt", "hello");
    let process = home.call(["channel", "run", "--watch"]).start();
    server.wait_asked(1);

    let asked = Instant::now();
    process.signal(Signal::INT);
    process.wait().exits(0);
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    assert_eq!(answers(&home, "main").len(), 0);
    gate.release();

    home.run(["channel", "run"]).exits(0);
    assert_eq!(answers(&home, "main")[0]["text"], "in time");
}
