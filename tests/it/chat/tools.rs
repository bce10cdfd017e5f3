//! Tools at work: rounds, refusals, approvals.

use nanofolks_testkit::{Call, Dialect, FakeModelServer, Reply, TestHome};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::journey::{NANOFOLKS, at, scene};

fn read(id: &str, path: &str) -> Call {
    Call::new(id, "read_file", &json!({ "path": path }))
}

fn write(id: &str, path: &str, text: &str) -> Call {
    Call::new(id, "write_file", &json!({ "path": path, "content": text }))
}

#[test]
fn a_file_is_read_and_the_model_goes_on_in_every_dialect() {
    for dialect in Dialect::ALL {
        let server = FakeModelServer::with([
            Reply::tool_calls([read("call_1", "a.txt"), read("call_2", "b.txt")]).fragments(9),
            Reply::text("Roses and violets."),
        ]);
        let home = TestHome::with_server(NANOFOLKS, &server, dialect);
        home.write_work("a.txt", "roses\n");
        home.write_work("b.txt", "violets\n");

        let object = home.run(["chat", "-q", "what is there?", "--json"]).exits(0).json();

        assert_eq!(object["answer"], "Roses and violets.", "{dialect:?}");
        let tools = object["tools"].as_array().unwrap();
        assert_eq!(tools.len(), 2, "{dialect:?}");
        for tool in tools {
            assert_eq!((&tool["tool"], &tool["status"]), (&json!("read_file"), &json!("ok")));
        }
        let second = &server.asked()[1];
        let results: Vec<&str> =
            second.results().iter().map(|result| result.text.as_str()).collect();
        assert!(results[0].contains("roses") && results[1].contains("violets"), "{results:?}");
        assert_eq!(at(&object, "usage.requests"), 2);
    }
}

#[test]
fn the_five_tools_are_on_offer_sorted_by_name() {
    let (server, home) = scene([Reply::text("hi")]);

    home.run(["chat", "-q", "hi"]).exits(0);

    let request = server.only_request();
    let names = request.tool_names();
    assert!(names.is_sorted(), "{names:?}");
    for name in ["list_dir", "read_artifact", "read_file", "search_files", "write_file"] {
        assert!(names.contains(&name), "{name} is missing in {names:?}");
    }
}

#[test]
fn text_before_a_tool_call_is_kept() {
    let (_server, home) = scene([
        Reply::tool_calls([read("call_1", "a.txt")]).saying("Let me look."),
        Reply::text("It says roses."),
    ]);
    home.write_work("a.txt", "roses\n");

    let finished = home.run(["chat", "-q", "what is there?", "--json"]).exits(0);

    let session = finished.json()["session"].as_str().unwrap().to_owned();
    let shown = home.run(["session", "show", &session, "--json"]).exits(0).out();
    assert!(shown.contains("Let me look.") && shown.contains("It says roses."), "{shown}");
}

#[test]
fn writing_needs_an_approval_that_nobody_can_give() {
    let (server, home) = scene([
        Reply::tool_calls([write("call_1", "new.txt", "hello")]),
        Reply::text("I was not allowed to."),
    ]);

    let finished = home.run(["chat", "-q", "write it", "--json"]).exits(4);

    let object = finished.json();
    assert_eq!(object["ok"], false);
    assert_eq!(object["exit_code"], 4);
    let blocked = object["blocked"].as_array().unwrap();
    assert_eq!(blocked.len(), 1, "{object:#}");
    assert_eq!(blocked[0]["tool"], "write_file");
    assert!(!home.work().join("new.txt").exists());
    let asked = server.asked();
    if let Some(second) = asked.get(1) {
        assert_eq!(second.results().len(), 1, "the model is told that it was refused");
    }
}

#[test]
fn the_same_without_json_ends_with_4_and_says_what_was_blocked() {
    let server = FakeModelServer::with([Reply::tool_calls([write("call_1", "new.txt", "hello")])]);
    server.otherwise(Reply::text("I was not allowed to."));
    let home = TestHome::with_server(NANOFOLKS, &server, Dialect::OpenAiChat);

    let finished = home.run(["chat", "-q", "write it"]).exits(4);

    assert!(finished.err().contains("write_file"), "{}", finished.err());
    assert!(finished.err().contains("auto-edit"), "no way out is named: {}", finished.err());
}

#[test]
fn auto_edit_writes_inside_the_folder_without_asking() {
    let (_server, home) = scene([
        Reply::tool_calls([write("call_1", "deep/new.txt", "hällo\n")]),
        Reply::text("Written."),
    ]);

    let object =
        home.run(["chat", "-q", "write it", "--approve", "auto-edit", "--json"]).exits(0).json();

    assert_eq!(object["blocked"], json!([]));
    let written = std::fs::read_to_string(home.work().join("deep/new.txt")).unwrap();
    assert_eq!(written, "hällo\n");
}

#[test]
fn plan_offers_no_tool_that_writes() {
    let (server, home) = scene([Reply::text("a plan")]);

    home.run(["chat", "-q", "hi", "--approve", "plan"]).exits(0);

    assert!(!server.only_request().tool_names().contains(&"write_file"));
}

#[test]
fn plan_runs_no_tool_that_writes_even_when_the_model_insists() {
    let (server, home) = scene([Reply::tool_calls([write("call_1", "new.txt", "hello")])]);
    server.otherwise(Reply::text("I could not."));

    let finished = home.run(["chat", "-q", "write it", "--approve", "plan"]);

    assert!([0, 3].contains(&finished.code()), "{}", finished.err());
    assert!(!home.work().join("new.txt").exists());
}

#[test]
fn the_limit_of_iterations_ends_the_turn_with_5() {
    let replies = (0..3).map(|round| {
        Reply::tool_calls([read(&format!("call_{round}"), "a.txt")]).saying("Once more.")
    });
    let (server, home) = scene(replies);
    home.write_work("a.txt", "roses\n");

    let object =
        home.run(["chat", "-q", "again and again", "--max-turns", "2", "--json"]).exits(5).json();

    assert_eq!(server.asked().len(), 2);
    assert_eq!(object["ok"], false);
    assert_eq!(object["exit_code"], 5);
}

#[test]
fn what_a_model_gets_wrong_is_told_to_it_and_the_turn_goes_on() {
    let (server, home) = scene([
        Reply::tool_calls([
            Call::raw("call_1", "read_file", "{\"path\": \"a.txt\""),
            Call::new("call_2", "no_such_tool", &json!({})),
            Call::new("call_3", "read_file", &json!({ "pfad": "a.txt" })),
            read("call_4", "missing.txt"),
        ]),
        Reply::text("I give up."),
    ]);

    let object = home.run(["chat", "-q", "try", "--json"]).exits(0).json();

    assert_eq!(object["answer"], "I give up.");
    let second = &server.asked()[1];
    let results = second.results();
    assert_eq!(results.len(), 4);
    for result in results {
        assert!(result.text.contains("error"), "{result:?}");
    }
}

#[test]
fn plain_mistakes_in_arguments_are_repaired() {
    let (server, home) = scene([
        Reply::tool_calls([Call::new(
            "call_1",
            "read_file",
            &json!({ "path": "a.txt", "limit": "1" }),
        )]),
        Reply::text("ok"),
    ]);
    home.write_work("a.txt", "roses\nviolets\n");

    home.run(["chat", "-q", "try"]).exits(0);

    let second = &server.asked()[1];
    assert!(second.results()[0].text.contains("roses"), "{:?}", second.results());
}

#[test]
fn ids_that_are_missing_or_used_twice_are_made_good() {
    for broken in [
        Reply::tool_calls([read("same", "a.txt"), read("same", "b.txt")]),
        Reply::tool_calls([read("x", "a.txt"), read("y", "b.txt")]).missing_ids(),
        Reply::tool_calls([read("not ok:\u{e9}", "a.txt"), read("", "b.txt")]),
    ] {
        let (server, home) = scene([broken, Reply::text("ok")]);
        home.write_work("a.txt", "roses\n");
        home.write_work("b.txt", "violets\n");

        home.run(["chat", "-q", "try"]).exits(0);

        let second = &server.asked()[1];
        let results: Vec<&str> =
            second.results().iter().map(|result| result.text.as_str()).collect();
        assert!(results[0].contains("roses") && results[1].contains("violets"), "{results:?}");
    }
}

#[test]
fn a_call_that_was_cut_off_is_never_run() {
    for dialect in [Dialect::OpenAiChat, Dialect::OpenAiResponses, Dialect::Anthropic] {
        let call = write("call_1", "new.txt", "some text that is long enough to be cut");
        let server = FakeModelServer::with([
            Reply::tool_calls([call.clone()]).cut_arguments(),
            Reply::tool_calls([call]).unfinished(),
        ]);
        server.otherwise(Reply::error(400));
        let home = TestHome::with_server(NANOFOLKS, &server, dialect);

        for _ in 0..2 {
            let finished = home.run(["chat", "-q", "write it", "--approve", "auto-edit"]);
            assert_ne!(finished.code(), 0, "{dialect:?}");
        }

        assert!(!home.work().join("new.txt").exists(), "{dialect:?}");
    }
}

#[test]
fn a_large_result_is_kept_whole_and_can_be_paged() {
    let (server, home) = scene([Reply::tool_calls([read("call_1", "big.txt")])]);
    let lines: String = (0..60_000).map(|line| format!("line {line}\n")).collect();
    home.write_work("big.txt", lines);
    server.reply(Reply::text("big"));

    let finished = home.run(["chat", "-q", "read it", "--stream-json"]).exits(0);

    let second = &server.asked()[1];
    assert!(second.raw.len() < 200_000, "the whole file went to the model");
    let events = finished.json_lines();
    let result = events.iter().find(|event| event["type"] == "tool.finished").unwrap();
    assert_eq!(result["result"]["status"], "ok");
}
