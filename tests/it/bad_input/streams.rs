//! Standard input and output that misbehave.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use nanofolks_testkit::{Dialect, FakeModelServer, Reply, TestHome};

use crate::journey::{NANOFOLKS, home_of, no_crash, says_clearly, scene};

#[test]
fn binary_input_is_refused_before_anything_is_sent() {
    let (server, home) = scene([]);
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();

    for arguments in [vec!["chat", "-q", "what is it?"], vec!["chat", "-q", "-"]] {
        let finished = home.call(arguments).input(bytes.clone()).run().exits(2);
        says_clearly(&finished, &["standard input"]);
    }

    assert!(server.requests().is_empty());
}

#[test]
fn invalid_utf8_is_refused_with_its_place() {
    let (_server, home) = scene([]);

    let finished = home.call(["chat", "-q", "-"]).input(b"hello \xff world".to_vec()).run();

    says_clearly(&finished.exits(2), &["UTF-8", "6"]);
}

#[test]
fn an_argument_that_is_not_text_is_refused() {
    let (server, home) = scene([]);

    let finished = home
        .call([OsStr::new("chat"), OsStr::new("-q"), OsStr::from_bytes(b"caf\xe9")])
        .run()
        .exits(2);

    assert!(finished.err().contains("error: "), "{}", finished.err());
    no_crash(&finished.err());
    assert!(server.requests().is_empty());
}

#[test]
fn a_hundred_megabytes_of_input_are_refused() {
    let (server, home) = scene([]);
    let text = "all work and no play ".repeat(5_000_000);

    let finished = home.call(["chat", "-q", "sum it up"]).input(text).run().exits(2);

    says_clearly(&finished, &["standard input", "MB"]);
    assert!(server.requests().is_empty());
}

#[test]
fn a_million_characters_reach_a_model_that_can_hold_them() {
    let server = FakeModelServer::with([Reply::text("long")]);
    let home = TestHome::new(NANOFOLKS);
    let config = TestHome::provider(&server, Dialect::OpenAiChat);
    home.config(&format!("{config}\n[models.\"fake/test-model\"]\ncontext_window = 2000000\n"));
    let prompt = "palaver é ".repeat(100_000);

    let finished = home.call(["chat", "-q", "-"]).input(prompt.clone()).run().exits(0);

    assert_eq!(finished.out(), "long\n");
    let request = server.only_request();
    assert!(request.last_user_text().trim() == prompt.trim(), "the prompt was changed");
}

#[test]
fn a_million_characters_for_a_small_model_are_one_clear_line_and_kept() {
    let server = FakeModelServer::start();
    server.otherwise(Reply::context_overflow());
    let home = TestHome::new(NANOFOLKS);
    let config = TestHome::provider(&server, Dialect::OpenAiChat);
    home.config(&format!("{config}\n[models.\"fake/test-model\"]\ncontext_window = 8000\n"));
    let prompt = "palaver ".repeat(125_000);

    let finished = home.call(["chat", "-q", "-"]).input(prompt).run();

    says_clearly(&finished.exits(6), &["context_overflow"]);
    let listed = home.run(["session", "list", "--all", "--json"]).exits(0).out();
    assert!(listed.contains("palaver"), "the prompt is lost: {listed}");
}

#[test]
fn a_standard_output_that_is_full_is_told() {
    let (_server, home) = scene([Reply::text("an answer")]);
    if !std::path::Path::new("/dev/full").exists() {
        return;
    }

    let finished = home.call_after("exec > /dev/full", ["chat", "-q", "hi"]).run().exits(1);

    says_clearly(&finished, &["standard output"]);
}

#[test]
fn a_standard_output_that_is_closed_does_no_harm() {
    let server = FakeModelServer::start();
    server.otherwise(Reply::text("an answer"));
    let home = home_of(&server);

    let finished = home.call_after("exec >&-", ["chat", "-q", "hi"]).run();

    no_crash(&finished.err());
    assert!([0, 1].contains(&finished.code()), "{}", finished.code());
}

#[test]
fn a_standard_error_that_is_closed_does_no_harm() {
    let (_server, home) = scene([]);

    let finished = home.call_after("exec 2>&-", ["chat", "-q", "hi", "--model", "x"]).run();

    assert_eq!(finished.code(), 2);
}

#[test]
fn a_picture_that_is_none_is_refused() {
    let (server, home) = scene([]);
    home.write_work("fake.png", "not a picture");

    let finished = home.run(["chat", "-q", "hi", "--image", "fake.png"]).exits(2);
    let missing = home.run(["chat", "-q", "hi", "--image", "missing.png"]).exits(2);

    says_clearly(&finished, &["fake.png"]);
    says_clearly(&missing, &["missing.png"]);
    assert!(server.requests().is_empty());
}

#[test]
fn a_closed_standard_output_is_told_before_anything_is_asked() {
    let (server, home) = scene([]);

    let script = "exec \"$0\" \"$@\" >&-";
    let finished = home.call_in_shell(script, ["chat", "-q", "hi"]).run().exits(1);

    says_clearly(&finished, &["standard output", "closed"]);
    assert!(server.requests().is_empty());
}

#[test]
fn the_deadline_counts_while_nobody_writes_to_standard_input() {
    let (server, home) = scene([]);
    // Open for writing too, so that it never ends.
    let silent = "mkfifo silent; exec \"$0\" \"$@\" <>silent";

    let finished =
        home.call_in_shell(silent, ["chat", "-q", "hi", "--deadline", "300ms"]).run().exits(124);

    says_clearly(&finished, &["deadline"]);
    assert!(server.requests().is_empty());
}

#[test]
fn a_pipe_or_device_is_no_file_to_send_along() {
    let (server, home) = scene([]);
    for flag in ["--file", "--image"] {
        let finished = home.run(["chat", "-q", "hi", flag, "/dev/zero"]).exits(2);
        says_clearly(&finished, &["/dev/zero", "device"]);
    }
    assert!(server.requests().is_empty());
}

#[test]
fn a_flag_is_no_question_unless_it_is_said_to_be_one() {
    let (server, home) = scene([Reply::text("it prints JSON")]);

    let finished = home.run(["chat", "-q", "--json"]).exits(2);
    assert_eq!(finished.json()["schema"], "nanofolks.chat.v1");
    assert_eq!(finished.json()["error"]["code"], "question_is_a_flag");
    assert!(finished.err().contains("-q=--json"), "{}", finished.err());
    assert!(server.requests().is_empty());

    home.run(["chat", "-q=--json"]).exits(0);
}

#[test]
fn a_wrong_command_line_is_told_to_programs_in_the_shape_they_asked_for() {
    let home = crate::journey::empty_home();
    let json = home.run(["chat", "-q", "x", "--json", "--nonsense"]).exits(2).json();
    assert_eq!((&json["schema"], &json["exit_code"]), (&"nanofolks.chat.v1".into(), &2.into()));
    for words in [&["--nonsense"][..], &["--model", "nowhere/x"]] {
        let call = ["chat", "-q", "x", "--stream-json"].iter().chain(words);
        let lines = home.run(call).exits(2).json_lines();
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0]["type"], "turn.failed");
        assert!(lines[0]["error"]["code"].is_string());
    }
}
