//! Every exit code, by the shortest way to it.

use nanofolks_testkit::{Dialect, FakeModelServer, Gate, Reply, TestHome};

use crate::journey::{NANOFOLKS, at, empty_home, home_of, says_clearly, scene};

#[test]
fn usage_is_2_and_names_the_right_spelling() {
    let home = empty_home();
    for arguments in [
        vec!["chat", "-z", "hi"],
        vec!["chatt"],
        vec!["chat", "-q"],
        vec!["chat", "-q", "hi", "--approve", "everything"],
        vec!["chat", "-q", "hi", "--max-iterations", "0"],
        vec!["chat", "-q", ""],
        vec!["--no-such-flag"],
    ] {
        let finished = home.run(&arguments).exits(2);
        assert!(finished.err().contains("error: "), "{arguments:?}: {}", finished.err());
        assert_eq!(finished.out(), "", "{arguments:?}");
    }
    assert!(home.run(["chatt"]).exits(2).err().contains("chat"));
    assert!(!home.root().exists(), "a wrong command line made a home");
}

#[test]
fn without_a_command_and_a_terminal_it_is_2_and_the_help() {
    let finished = empty_home().run::<&str>([]).exits(2);

    assert!(finished.err().contains("Usage"), "{}", finished.err());
}

#[test]
fn full_approval_wants_to_be_meant() {
    let (_server, home) = scene([]);

    let finished = home.run(["chat", "-q", "hi", "--approve", "full"]).exits(2);

    says_clearly(&finished, &["--i-accept-no-sandbox"]);
}

#[test]
fn a_provider_that_fails_is_6() {
    for status in [400, 401, 403, 404, 500, 503, 529] {
        let server = FakeModelServer::start();
        server.otherwise(Reply::error(status).retry_after("0"));
        let home = home_of(&server);

        let finished = home.run(["chat", "--quiet", "-q", "hi"]).exits(6);

        says_clearly(&finished, &["fake"]);
    }
}

#[test]
fn what_is_not_available_here_is_7() {
    let home = empty_home();

    let none = home.run(["chat", "-q", "hi"]).exits(7);
    let local = home.run(["chat", "-q", "hi", "--model", "local/no-such-model"]);

    says_clearly(&none, &["model"]);
    assert!([2, 7].contains(&local.code()), "{}", local.err());
}

#[test]
fn offline_opens_no_socket() {
    let (server, home) = scene([]);

    let finished = home.run(["chat", "-q", "hi", "--offline"]).exits(7);

    says_clearly(&finished, &["offline"]);
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_deadline_is_124() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("too late").stall_after(1, &gate)]);
    let home = home_of(&server);

    let finished = home.run(["chat", "-q", "hi", "--deadline", "500ms", "--json"]).exits(124);

    let object = finished.json();
    assert_eq!(object["exit_code"], 124);
    assert_eq!(at(&object, "error.code"), "deadline");
}

#[test]
fn money_that_is_used_up_is_5() {
    let usage = nanofolks_protocol::Usage {
        input_tokens: 1_000_000,
        output_tokens: 1_000_000,
        ..Default::default()
    };
    let arguments = serde_json::json!({ "path": "a.txt" });
    let call = nanofolks_testkit::Call::new("call_1", "read_file", &arguments);
    let server = FakeModelServer::with([Reply::tool_calls([call]).usage(usage)]);
    let home = TestHome::new(NANOFOLKS);
    let config = TestHome::provider(&server, Dialect::OpenAiChat);
    home.config(&format!(
        "{config}\n[models.\"fake/test-model\".price]\ninput = 10.0\noutput = 10.0\n"
    ));
    home.write_work("a.txt", "roses\n");

    let object = home.run(["chat", "-q", "hi", "--max-cost", "0.50", "--json"]).exits(5).json();

    assert_eq!(object["exit_code"], 5);
    assert!(server.asked().len() <= 1, "it asked again without money");
}

#[test]
fn ctrl_c_is_130_and_ends_the_request() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("one two three").stall_after(2, &gate)]);
    let home = home_of(&server);
    let running = home.call(["chat", "-q", "hi", "--json"]).start();
    gate.wait_reached();

    running.interrupt();

    let object = running.wait().exits(130).json();
    assert_eq!(object["ok"], false);
    assert_eq!(object["exit_code"], 130);
    server.wait_hangups(1);
}

#[test]
fn ctrl_c_while_nothing_has_come_yet_is_130_too() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("never").hold(&gate)]);
    let home = home_of(&server);
    let running = home.call(["chat", "-q", "hi", "--stream-json"]).start();
    gate.wait_reached();

    running.interrupt();

    let finished = running.wait().exits(130);
    let events = super::stream_json::events(&finished);
    assert!(events.iter().any(|event| event["type"] == "turn.cancelled"), "{events:#?}");
}
