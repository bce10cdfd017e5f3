//! One question in, one answer out.

use nanofolks_testkit::{Dialect, FakeModelServer, Reply, TestHome};
use pretty_assertions::assert_eq;

use crate::journey::{NANOFOLKS, no_crash, scene};

/// The smallest PNG there is: one transparent pixel.
pub(crate) const PIXEL: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, b'I', b'D', b'A', b'T',
    0x78, 0x9c, 0x63, 0, 1, 0, 0, 5, 0, 1, 0x0d, 0x0a, 0x2d, 0xb4, 0, 0, 0, 0, b'I', b'E', b'N',
    b'D', 0xae, 0x42, 0x60, 0x82,
];

#[test]
fn the_answer_is_on_standard_output_and_nothing_else_is_anywhere() {
    let (server, home) = scene([Reply::text("Hello there, friend.")]);

    let finished = home.run(["chat", "-q", "hello"]).exits(0);

    assert_eq!(finished.out(), "Hello there, friend.\n");
    assert_eq!(finished.err(), "");
    assert_eq!(server.only_request().last_user_text(), "hello");
}

#[test]
fn every_dialect_answers() {
    for dialect in Dialect::ALL {
        let server = FakeModelServer::with([Reply::text("naïve 日本 👩‍💻").chunks(1)]);
        let home = TestHome::with_server(NANOFOLKS, &server, dialect);

        let finished = home.run(["chat", "-q", "hello"]).exits(0);

        assert_eq!(finished.out(), "naïve 日本 👩‍💻\n", "{dialect:?}");
        assert_eq!(server.only_request().dialect, Some(dialect));
    }
}

#[test]
fn m_is_an_alias_of_q() {
    let (server, home) = scene([Reply::text("yes")]);

    let finished = home.run(["chat", "-m", "is it?"]).exits(0);

    assert_eq!(finished.out(), "yes\n");
    assert_eq!(server.only_request().last_user_text(), "is it?");
}

#[test]
fn a_pipe_can_be_the_question() {
    for arguments in [vec!["chat"], vec!["chat", "-q", "-"]] {
        let (server, home) = scene([Reply::text("42")]);

        let finished = home.call(&arguments).input("what is\nsix times seven?\n").run().exits(0);

        assert_eq!(finished.out(), "42\n");
        assert_eq!(server.only_request().last_user_text(), "what is\nsix times seven?");
    }
}

#[test]
fn a_pipe_beside_an_argument_is_an_attachment_behind_it() {
    let (server, home) = scene([Reply::text("fine")]);

    home.call(["chat", "-q", "review this"]).input("+ added line\n").run().exits(0);

    let request = server.only_request();
    let text = request.last_user_text();
    let (question, attachment) = (text.find("review this"), text.find("+ added line"));
    assert!(question.is_some() && question < attachment, "{text}");
    assert_ne!(text, "review this+ added line", "the attachment is not fenced");
}

#[test]
fn the_prompt_is_small_and_its_beginning_never_changes() {
    let (server, home) = scene([Reply::text("one"), Reply::text("two")]);

    home.run(["chat", "-q", "hello"]).exits(0);
    home.run(["chat", "-q", "something else"]).exits(0);

    let asked = server.asked();
    assert_eq!(asked.len(), 2, "one model call per question");
    assert!(asked[0].raw.len() <= 5 * 1024, "the first request has {} bytes", asked[0].raw.len());
    assert_eq!(asked[0].seen.system, asked[1].seen.system);
    assert_eq!(asked[0].seen.tools, asked[1].seen.tools);
}

#[test]
fn a_picture_goes_along_in_every_dialect() {
    for dialect in Dialect::ALL {
        let server = FakeModelServer::with([Reply::text("a pixel")]);
        let home = TestHome::with_server(NANOFOLKS, &server, dialect);
        let config = TestHome::provider(&server, dialect);
        home.config(&format!("{config}\n[models.\"fake/test-model\"]\nimages = true\n"));
        home.write_work("pixel.png", PIXEL);

        let finished = home.run(["chat", "-q", "what is it?", "--image", "pixel.png"]).exits(0);

        assert_eq!(finished.out(), "a pixel\n", "{dialect:?}");
        assert_eq!(server.only_request().images(), 1, "{dialect:?}");
    }
}

#[test]
fn a_file_goes_along_with_its_name() {
    let (server, home) = scene([Reply::text("noted")]);
    home.write_work("notes.txt", "buy milk\n");

    home.run(["chat", "-q", "what is in it?", "--file", "notes.txt"]).exits(0);

    let request = server.only_request();
    let text = request.last_user_text();
    assert!(text.contains("notes.txt") && text.contains("buy milk"), "{text}");
}

#[test]
fn options_come_from_flags_and_the_environment_too() {
    let server = FakeModelServer::with([Reply::text("from the environment")]);
    let home = TestHome::new(NANOFOLKS);

    let finished = home
        .call(["chat", "-q", "hello", "--model", "lab/other-model"])
        .env("NANOFOLKS_PROVIDERS__LAB__KIND", "openai-chat")
        .env("NANOFOLKS_PROVIDERS__LAB__BASE_URL", server.base_url(Dialect::OpenAiChat))
        .env("NANOFOLKS_PROVIDERS__LAB__API_KEY", "env:MY_OWN_KEY")
        .env("MY_OWN_KEY", "lab-key-1234567890")
        .env("NANOFOLKS_MODEL", "lab/never-asked")
        .run()
        .exits(0);

    assert_eq!(finished.out(), "from the environment\n");
    let request = server.only_request();
    assert_eq!(request.model(), "other-model");
    assert_eq!(request.header("authorization"), Some("Bearer lab-key-1234567890"));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let (_server, home) = scene([Reply::text("a long answer that nobody reads")]);

    let finished = home.call_in_shell("\"$0\" \"$@\" | true", ["chat", "-q", "hello"]).run();

    no_crash(&String::from_utf8_lossy(&finished.stdout));
    no_crash(&String::from_utf8_lossy(&finished.stderr));
    let listed = home.run(["session", "list", "--all", "--json"]).exits(0).json();
    assert!(listed.to_string().contains("hello"), "the session is lost: {listed}");
}

#[test]
fn reasoning_is_not_part_of_the_answer() {
    for dialect in Dialect::ALL {
        let server = FakeModelServer::with([Reply::text("Four.").thinking("two and two is")]);
        let home = TestHome::with_server(NANOFOLKS, &server, dialect);

        let finished = home.run(["chat", "-q", "2+2?"]).exits(0);

        assert_eq!(finished.out(), "Four.\n", "{dialect:?}");
    }
}

#[test]
fn an_answer_can_be_held_to_a_schema() {
    let schema = r#"{"type":"object","required":["age"],"properties":{"age":{"type":"integer"}}}"#;
    let (_server, home) = scene([Reply::text("{\"age\": 7}"), Reply::text("seven years")]);
    home.write_work("schema.json", schema);
    let arguments = ["chat", "-q", "how old?", "--output-schema", "schema.json"];

    let good = home.run(arguments).exits(0);
    let bad = home.run(arguments).exits(1);

    assert_eq!(good.out(), "{\"age\": 7}\n");
    assert!(bad.err().contains("does not follow the schema"), "{}", bad.err());
}

#[test]
fn version_and_help_need_nothing() {
    let home = TestHome::new(NANOFOLKS);

    let version = home.run(["--version"]).exits(0);
    let help = home.run(["chat", "--help"]).exits(0);

    assert!(version.out().starts_with("nanofolks "), "{}", version.out());
    assert!(help.out().contains("--stream-json"));
    assert!(!home.root().exists(), "asking for help made a home");
}

#[test]
fn an_empty_answer_is_one_line_end() {
    let (_server, home) = scene([Reply::text("")]);
    let finished = home.run(["chat", "-q", "say nothing"]).exits(0);
    assert_eq!(finished.out(), "\n");
}

#[test]
fn a_secret_in_what_is_sent_along_is_masked_before_it_is_kept() {
    // Put together here so that no scanner of this repository mistakes it.
    let token = format!("{}{}", "ghp_", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3gH6");
    let (server, home) = scene([Reply::text("noted"), Reply::text("noted")]);
    let file = home.write_work("keys.txt", format!("the key\n{token}\n"));
    let piped = home.call(["chat", "-q", "x", "--json"]).input(format!("{token}\n")).run();
    let piped = piped.exits(0);
    let sent = home
        .call(["chat", "-q", "x", "--file"])
        .with(|call| {
            call.arg(&file);
        })
        .run()
        .exits(0);

    let notices = piped.json()["notices"].to_string();
    assert!(notices.contains("secret_masked") && notices.contains("stdin"), "{notices}");
    assert!(sent.err().contains("keys.txt looks like a secret"), "{}", sent.err());
    for request in server.asked() {
        assert!(!request.last_user_text().contains(&token));
    }
    let mut folders = vec![home.root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap_or_default();
            let found = bytes.windows(token.len()).any(|piece| piece == token.as_bytes());
            assert!(!found, "the secret lies in {}", path.display());
        }
    }
}
