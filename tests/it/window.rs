//! Long conversations through the real program, with a model whose window is small.

use nanofolks_testkit::{Dialect, FakeModelServer, Gate, Key, Recorded, Reply, Terminal, TestHome};

use crate::journey::{NANOFOLKS, says_clearly};

/// A home whose model has room for 8,000 tokens.
fn home(server: &FakeModelServer, more: &str) -> TestHome {
    let home = TestHome::new(NANOFOLKS);
    let provider = TestHome::provider(server, Dialect::OpenAiChat);
    home.config(&format!(
        "{provider}retries = 0\n{more}\n[models.\"fake/test-model\"]\ncontext_window = 8000\n\
         max_output = 1000\n"
    ));
    home
}

fn say(home: &TestHome, text: &str) -> nanofolks_testkit::Finished {
    home.run(["chat", "--stream-json", "--room", "general", "-q", text])
}

fn codes(finished: &nanofolks_testkit::Finished) -> Vec<String> {
    let lines = finished.json_lines();
    let notices = lines.iter().filter(|line| line["type"] == "notice");
    notices.map(|line| line["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_long_conversation_goes_on_and_every_call_is_in_the_books() {
    let server = FakeModelServer::start();
    server.otherwise(Reply::text(&"many words are said here ".repeat(100)).no_usage());
    let home = home(&server, "");
    let mut noticed = Vec::new();
    for turn in 0..16 {
        let said = format!("The code of number {turn} is QX-{turn}77. Never tell it to Bob{turn}.");
        noticed.extend(codes(&say(&home, &said).exits(0)));
    }
    assert!(noticed.contains(&"history_compacted".to_owned()), "{noticed:?}");

    let asked = server.asked();
    let last = asked.last().unwrap();
    let text = last.body.to_string();
    for turn in 0..16 {
        let rule = format!("Never tell it to Bob{turn}.");
        assert!(text.contains(&rule) && text.contains(&format!("QX-{turn}77")), "{turn}");
    }
    assert!(text.contains("recall_history"));
    let usage = home.run(["usage", "--by", "kind", "--json"]).exits(0).json();
    assert_eq!(usage["total"]["requests"], asked.len());
    let found = home.run(["session", "search", "QX-077", "--json"]).exits(0);
    assert!(found.out().contains("QX-077"), "{}", found.out());
}

#[test]
fn a_provider_that_says_it_was_too_long_is_asked_once_more_then_it_is_an_error() {
    let server = FakeModelServer::start();
    server.otherwise(Reply::text(&"many words are said here ".repeat(100)).no_usage());
    let home = home(&server, "");
    for turn in 0..5 {
        say(&home, &format!("question {turn}")).exits(0);
    }
    server.reply(Reply::context_overflow());
    let shorter = say(&home, "and now?").exits(0);
    assert!(codes(&shorter).contains(&"history_compacted".to_owned()));
    server.reply(Reply::context_overflow()).reply(Reply::context_overflow());
    let finished = home.run(["chat", "--room", "fresh", "-q", "hello"]).exits(6);
    says_clearly(&finished, &["too long"]);
}

#[test]
fn a_person_sees_the_window_and_makes_room_in_it() {
    let server = FakeModelServer::start();
    server.otherwise(Reply::text(&"The answer has many different words. ".repeat(40)).no_usage());
    let home = home(&server, "");
    for turn in 0..8 {
        say(&home, &format!("question {turn}")).exits(0);
    }
    server.reply(Reply::text("Eight questions were asked and answered at length by the bot."));
    let mut terminal = Terminal::start(&home, (40, 110), ["chat", "--plain"]);
    let answered = |terminal: &Terminal, text: &str| {
        terminal.wait_for(&format!("{text:?} and a prompt"), |screen| {
            screen.contains(text) && screen.trim_end().ends_with('>')
        });
    };
    answered(&terminal, "nanofolks");
    terminal.send("/context").press(Key::Enter);
    answered(&terminal, "of 8000 tokens");
    terminal.send("/compact").press(Key::Enter);
    answered(&terminal, "are summed up");
    terminal.press(Key::Ctrl('d'));
    assert_eq!(terminal.wait_exit(), 0);
    let usage = home.run(["usage", "--json"]).exits(0).json();
    assert_eq!(usage["auxiliary"][0]["key"], "summary");
    assert_eq!(usage["total"]["requests"], server.asked().len());
}

#[test]
fn what_is_switched_off_is_said() {
    let server = FakeModelServer::start();
    let home = home(&server, "[context]\nmode = \"off\"");
    assert!(home.run(["status"]).exits(0).out().contains("not shortened"));
    assert!(home.run(["--offline", "doctor"]).out().contains("not shortened"));
    let wrong = home.run(["--config", "context.background=0", "status"]);
    assert_ne!(wrong.code(), 0);
}

#[test]
fn a_summary_that_a_model_wrote_stands_for_what_was_said_and_nothing_planted_is_lost() {
    let server = FakeModelServer::start();
    server.otherwise(Reply::text(&"many words are said here ".repeat(60)).no_usage());
    let home = home(&server, "");
    let planted = |n: usize| format!("my aunt number {n} bakes bread on day {n} of the month");
    for n in 0..6 {
        say(&home, &planted(n)).exits(0);
    }
    for n in 0..4 {
        say(&home, &format!("question {n}")).exits(0);
    }
    // The summariser says again what it was given, as a good one would.
    server.reply_when(
        |asked| asked.body.to_string().contains("Now the summary:"),
        Reply::text(&format!(
            "The person told of six aunts: {}.",
            (0..6).map(planted).collect::<Vec<_>>().join("; ")
        )),
    );
    let mut terminal = Terminal::start(&home, (40, 110), ["chat", "--plain", "--room", "general"]);
    let answered = |terminal: &Terminal, text: &str| {
        terminal.wait_for(&format!("{text:?} and a prompt"), |screen| {
            screen.contains(text) && screen.trim_end().ends_with('>')
        });
    };
    answered(&terminal, "nanofolks");
    terminal.send("/compact").press(Key::Enter);
    answered(&terminal, "are summed up");
    terminal.press(Key::Ctrl('d'));
    assert_eq!(terminal.wait_exit(), 0);

    let asked = server.asked();
    let summary =
        asked.iter().find(|one| one.body.to_string().contains("Now the summary:")).unwrap();
    let given = summary.body.to_string();
    assert!(
        (0..6).all(|n| given.contains(&planted(n))),
        "the summariser was not told all: {given}"
    );
    say(&home, "who bakes?").exits(0);
    let last = server.asked().pop().unwrap().body.to_string();
    assert!(last.contains("The person told of six aunts"), "{last}");
    assert!((0..6).all(|n| last.contains(&planted(n))), "{last}");
    assert!(last.contains("recall_history"));
}

fn asks_for_a_summary(one: &Recorded) -> bool {
    one.body.to_string().contains("Now the summary:")
}

#[test]
fn a_summary_is_made_while_a_person_goes_on_and_the_next_question_has_it_and_every_rule() {
    const SUMMARY: &str = "The person told of many files, and it was agreed to plant teal roses.";
    let rule = |n: usize| format!("Never touch the file keep-{n}.txt, whatever anybody says.");
    let gate = Gate::new();
    let server = FakeModelServer::start();
    server.otherwise(Reply::text(&"many words are said here ".repeat(16)).no_usage());
    server.reply_when(asks_for_a_summary, Reply::text(SUMMARY).hold(&gate));
    for _later in 0..8 {
        server.reply_when(asks_for_a_summary, Reply::text(SUMMARY));
    }
    let home = home(&server, "[context]\nbackground = 0.5\n");
    let mut terminal = Terminal::start(&home, (40, 110), ["chat", "--plain", "--room", "general"]);
    let answered = |terminal: &Terminal, text: &str| {
        terminal.wait_for(&format!("{text:?} and a prompt"), |screen| {
            screen.contains(text) && screen.trim_end().ends_with('>')
        });
    };
    answered(&terminal, "nanofolks");

    let mut said = 0;
    while !gate.is_reached() {
        assert!(said < 60, "no summary was ever begun");
        terminal.send(&rule(said)).press(Key::Enter);
        answered(&terminal, &format!("keep-{said}.txt"));
        said += 1;
    }
    // It is not there yet, and nobody waits for it.
    terminal.send("How are you?").press(Key::Enter);
    answered(&terminal, "How are you?");
    let turns = || server.asked().into_iter().filter(|one| !asks_for_a_summary(one));
    assert!(!turns().last().unwrap().body.to_string().contains("teal roses"));
    gate.release();
    let is_kept = || {
        let rows = home.run(["usage", "--by", "kind", "--json"]).exits(0).json()["rows"].clone();
        rows.as_array().unwrap().iter().any(|row| row["key"] == "summary")
    };
    assert!((0..1_000).any(|_| is_kept()), "the summary never came to disk");
    terminal.send("And now?").press(Key::Enter);
    answered(&terminal, "And now?");
    terminal.press(Key::Ctrl('d'));
    assert_eq!(terminal.wait_exit(), 0);

    let (first, last) = (turns().next().unwrap(), turns().last().unwrap());
    assert_eq!(last.body["messages"][0], first.body["messages"][0], "the rules of the house");
    let text = last.body.to_string();
    assert!(text.contains(SUMMARY), "{text}");
    for n in 0..said {
        assert!(text.contains(&rule(n)), "{n} of {said}: {text}");
    }
    let sent: usize = last.body["messages"].as_array().unwrap().len();
    assert!(sent < said * 2, "{sent} messages were sent after {said} exchanges");
}
