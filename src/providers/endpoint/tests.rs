//! Real sockets on loopback, against a server that misbehaves on command.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use nanofolks_config::{Environment, Settings};
use nanofolks_protocol::ports::Provider;
use nanofolks_protocol::{ModelError, ModelErrorKind, ModelEvent, StopReason};
use nanofolks_testkit::{Dialect as Spoken, FakeModelServer, Gate, Reply, closed_port};
use serde_json::json;

use crate::Catalog;
use crate::testing::{answered, call, joined, longer, request, said};

const KEY: &str = "sk-test-0123456789abcdef";

fn catalog_at(base_url: &str, spoken: Spoken, more: &str, offline: bool) -> Catalog {
    let settings: Settings = toml::from_str(&format!(
        "[providers.mylab]\nkind = '{}'\nbase_url = '{base_url}'\napi_key = 'env:MYLAB_KEY'\n{more}",
        spoken.kind()
    ))
    .unwrap();
    Catalog::new(settings.into(), Environment::from([("MYLAB_KEY", KEY)]), offline)
}

fn provider(server: &FakeModelServer, spoken: Spoken, more: &str) -> std::sync::Arc<dyn Provider> {
    let catalog = catalog_at(&server.base_url(spoken), spoken, more, false);
    catalog.provider(&"mylab/test-model".parse().unwrap()).unwrap()
}

async fn ask(provider: &dyn Provider) -> (Vec<ModelEvent>, Option<ModelError>) {
    collect(provider, request("test-model")).await
}

async fn collect(
    provider: &dyn Provider,
    request: nanofolks_protocol::ModelRequest,
) -> (Vec<ModelEvent>, Option<ModelError>) {
    let (mut events, mut error) = (Vec::new(), None);
    let mut stream = provider.stream(request);
    while let Some(item) = stream.next().await {
        match item {
            Ok(event) => events.push(event),
            Err(failure) => {
                assert!(error.is_none(), "a stream fails once");
                error = Some(failure);
            }
        }
    }
    (joined(events), error)
}

fn text(events: &[ModelEvent]) -> String {
    events
        .iter()
        .filter_map(|event| match event {
            ModelEvent::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

fn finished(events: &[ModelEvent]) -> bool {
    matches!(events.last(), Some(ModelEvent::Finished { .. }))
}

#[tokio::test]
async fn a_question_is_answered_in_every_format() {
    for spoken in Spoken::ALL {
        let server = FakeModelServer::with([Reply::text("naïve 日本語 answer").chunks(3)]);
        let (events, error) = ask(&*provider(&server, spoken, "")).await;
        assert_eq!(error, None, "{spoken:?}");
        assert_eq!(text(&events), "naïve 日本語 answer", "{spoken:?}");
        assert_eq!(events.last(), Some(&ModelEvent::Finished { reason: StopReason::End }));
        let asked = server.only_request();
        assert_eq!(asked.seen.system, "Be brief.", "{spoken:?}");
        assert_eq!(asked.last_user_text(), "What is in a.txt?", "{spoken:?}");
        assert_eq!(asked.model(), "test-model");
    }
}

#[tokio::test]
async fn a_tool_round_is_understood_and_reuses_the_connection() {
    for spoken in Spoken::ALL {
        let server = FakeModelServer::with([
            Reply::tool_call("call_a", "read_file", &json!({ "path": "a.txt" })).thinking("hm"),
            Reply::text("It says hello."),
        ]);
        let provider = provider(&server, spoken, "");
        let (events, error) = collect(&*provider, longer("test-model", vec![])).await;
        assert_eq!(error, None, "{spoken:?}");
        let calls: Vec<_> = events
            .iter()
            .filter_map(|event| match event {
                ModelEvent::ToolCall(call) => Some(call.clone()),
                _ => None,
            })
            .collect();
        let [call] = &calls[..] else { panic!("{spoken:?}: {events:?}") };

        let history = vec![said("I look.", vec![call.clone()]), answered(call, "hello")];
        let (events, error) = collect(&*provider, longer("test-model", history)).await;
        assert_eq!((text(&events), error), ("It says hello.".to_owned(), None), "{spoken:?}");
        let second = server.asked().remove(1);
        assert_eq!(second.tool_names(), ["read_file"], "{spoken:?}");
        assert_eq!(second.results()[0].text, "hello", "{spoken:?}");
        assert_eq!(server.connections(), 1, "{spoken:?}");
    }
}

#[tokio::test]
async fn what_arrived_before_a_cut_is_kept_and_the_cut_is_told() {
    for spoken in Spoken::ALL {
        let frames = Reply::text("a b c d e f g h").frame_count(spoken);
        for cut in [
            Reply::text("a b c d e f g h").cut_after(frames - 2),
            Reply::text("a b c d e f g h").unfinished().unframed(),
            Reply::text("a b c d e f g h").unfinished(),
        ] {
            let server = FakeModelServer::with([cut]);
            let (events, error) = ask(&*provider(&server, spoken, "retries = 0")).await;
            assert!(text(&events).starts_with("a b c"), "{spoken:?}: {events:?}");
            assert!(!finished(&events), "{spoken:?}");
            assert_eq!(error.unwrap().kind, ModelErrorKind::Cut, "{spoken:?}");
        }
    }
}

#[tokio::test]
async fn silence_in_the_middle_ends_with_a_timeout() {
    let gate = Gate::new();
    let reply = Reply::text("one two three").stall_after(3, &gate);
    let server = FakeModelServer::with([reply]);
    let provider = provider(&server, Spoken::OpenAiChat, "idle_timeout = 1");
    let (events, error) = ask(&*provider).await;
    assert_eq!(error.unwrap().kind, ModelErrorKind::Timeout);
    assert!(!text(&events).is_empty());
    gate.release();
}

#[tokio::test]
async fn dropping_the_stream_hangs_up() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("one two three").stall_after(5, &gate)]);
    let provider = provider(&server, Spoken::Anthropic, "");
    let mut stream = provider.stream(request("test-model"));
    let _first = stream.next().await.unwrap().unwrap();
    drop(stream);
    // Waited for elsewhere: the connection belongs to this runtime, which has to go on.
    tokio::task::spawn_blocking(move || server.wait_hangups(1)).await.unwrap();
    gate.release();
}

#[tokio::test]
async fn refusals_have_their_kinds_and_are_not_tried_again() {
    let table = [
        (Reply::error(400), ModelErrorKind::BadRequest),
        (Reply::error(401), ModelErrorKind::Unauthorized),
        (Reply::error(403), ModelErrorKind::Forbidden),
        (Reply::error(404), ModelErrorKind::ModelNotFound),
        (Reply::context_overflow(), ModelErrorKind::ContextOverflow),
        (Reply::html(200), ModelErrorKind::Malformed),
        (Reply::raw(200, "application/json", "{\"id\":1}"), ModelErrorKind::Malformed),
        (Reply::raw(200, "text/event-stream", ""), ModelErrorKind::Malformed),
    ];
    for spoken in Spoken::ALL {
        for (reply, kind) in table.clone() {
            let server = FakeModelServer::with([reply.clone()]);
            let (events, error) = ask(&*provider(&server, spoken, "")).await;
            let error = error.unwrap();
            assert_eq!((events, error.kind), (vec![], kind), "{spoken:?} {reply:?}: {error}");
            assert_eq!(server.asked().len(), 1);
            assert!(!error.message.contains(['<', '\n']), "{}", error.message);
        }
    }
}

#[tokio::test]
async fn a_busy_server_is_asked_again_as_it_wishes() {
    let date = "Fri, 20 Nov 2026 21:00:00 GMT";
    for busy in [
        Reply::error(429).retry_after("0"),
        Reply::error(429).header("date", date).retry_after(date),
        Reply::error(503),
        Reply::html(502),
    ] {
        let server = FakeModelServer::with([busy, Reply::text("at last")]);
        let (events, error) = ask(&*provider(&server, Spoken::OpenAiChat, "")).await;
        assert_eq!((text(&events), error), ("at last".to_owned(), None));
        assert_eq!(server.asked().len(), 2);
    }
}

#[tokio::test]
async fn a_wish_to_wait_is_waited_for_and_a_long_one_is_told() {
    let server = FakeModelServer::with([Reply::error(429).retry_after("2"), Reply::text("ok")]);
    let begun = Instant::now();
    let (_, error) = ask(&*provider(&server, Spoken::Anthropic, "")).await;
    assert_eq!(error, None);
    assert!(begun.elapsed() >= Duration::from_secs(2));

    let server = FakeModelServer::with([Reply::error(429).retry_after("3600")]);
    let (_, error) = ask(&*provider(&server, Spoken::Anthropic, "")).await;
    let error = error.unwrap();
    assert_eq!(error.kind, ModelErrorKind::RateLimited);
    assert_eq!(error.retry_after, Some(Duration::from_secs(3600)));
}

#[tokio::test]
async fn a_broken_server_is_given_up_after_the_last_try() {
    let server = FakeModelServer::start();
    server.otherwise(Reply::error(500));
    let (_, error) = ask(&*provider(&server, Spoken::Gemini, "retries = 1")).await;
    assert_eq!(error.unwrap().kind, ModelErrorKind::Unavailable);
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn a_key_never_follows_a_redirect() {
    for spoken in Spoken::ALL {
        let thief = FakeModelServer::start();
        let server = FakeModelServer::with([Reply::redirect(&thief.root())]);
        let (_, error) = ask(&*provider(&server, spoken, "")).await;
        let error = error.unwrap();
        assert_eq!(error.kind, ModelErrorKind::BadRequest, "{spoken:?}");
        assert!(error.message.contains("redirects"), "{}", error.message);
        assert_eq!(thief.connections(), 0, "{spoken:?}");
    }
}

#[tokio::test]
async fn a_key_that_is_echoed_is_not_repeated() {
    let body = json!({ "error": { "message": format!("bad key {KEY}!") } }).to_string();
    let server = FakeModelServer::with([Reply::raw(401, "application/json", body)]);
    let (_, error) = ask(&*provider(&server, Spoken::OpenAiChat, "")).await;
    assert_eq!(error.unwrap().message, "bad key [key]! (HTTP 401)");
}

#[tokio::test]
async fn offline_opens_no_socket_in_any_format() {
    for spoken in Spoken::ALL {
        let server = FakeModelServer::start();
        let catalog = catalog_at(&server.base_url(spoken), spoken, "", true);
        let provider = catalog.provider(&"mylab/test-model".parse().unwrap()).unwrap();
        let (events, error) = ask(&*provider).await;
        assert_eq!((events, error.unwrap().kind), (vec![], ModelErrorKind::Offline));
        assert_eq!(provider.models().await.unwrap_err().kind, ModelErrorKind::Offline);
        assert_eq!(server.connections(), 0);
    }
}

#[tokio::test]
async fn a_port_where_nothing_listens_is_named() {
    let (_held, port) = closed_port();
    let base = format!("http://127.0.0.1:{port}/v1");
    let catalog = catalog_at(&base, Spoken::OpenAiChat, "", false);
    let provider = catalog.provider(&"mylab/test-model".parse().unwrap()).unwrap();
    let begun = Instant::now();
    let (_, error) = ask(&*provider).await;
    let error = error.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(1), "nothing will listen there in a moment");
    assert_eq!(error.kind, ModelErrorKind::Unreachable);
    assert!(error.message.contains(&format!("127.0.0.1:{port}")), "{}", error.message);
}

#[tokio::test]
async fn tls_with_a_server_that_speaks_none_is_told_as_such() {
    let server = FakeModelServer::start();
    let base = server.root().replace("http://", "https://");
    let catalog = catalog_at(&base, Spoken::Anthropic, "retries = 0", false);
    let provider = catalog.provider(&"mylab/test-model".parse().unwrap()).unwrap();
    let (_, error) = ask(&*provider).await;
    let error = error.unwrap();
    assert_eq!(error.kind, ModelErrorKind::Tls, "{error}");
}

#[tokio::test]
async fn models_are_listed_in_every_format() {
    for spoken in Spoken::ALL {
        let server = FakeModelServer::start();
        server.models(["zeta", "alpha"]);
        let names = provider(&server, spoken, "").models().await.unwrap();
        assert_eq!(names, ["alpha", "zeta"], "{spoken:?}");
    }
}

#[tokio::test]
async fn headers_of_the_owner_are_sent_and_may_be_secrets() {
    let server = FakeModelServer::with([Reply::text("ok")]);
    let more = "[providers.mylab.headers]\nx-team = 'blue'\nx-token = 'env:MYLAB_KEY'";
    let (_, error) = ask(&*provider(&server, Spoken::OpenAiChat, more)).await;
    assert_eq!(error, None);
    let asked = server.only_request();
    assert_eq!((asked.header("x-team"), asked.header("x-token")), (Some("blue"), Some(KEY)));
    assert_eq!(asked.header("authorization"), Some(&*format!("Bearer {KEY}")));
}

#[tokio::test]
async fn an_event_of_a_megabyte_is_one_piece_of_text() {
    for spoken in Spoken::ALL {
        let long = "word ".repeat(200_000);
        let server = FakeModelServer::with([Reply::one_event(long.clone()).chunks(4096)]);
        let (events, error) = ask(&*provider(&server, spoken, "")).await;
        assert_eq!(error, None, "{spoken:?}");
        assert_eq!(text(&events), long, "{spoken:?}");
    }
}

#[tokio::test]
async fn calls_that_were_not_json_go_back_as_something_servers_can_read() {
    for spoken in Spoken::ALL {
        let server = FakeModelServer::with([Reply::text("ok")]);
        let mut broken = call("call_a", serde_json::Value::Null);
        broken.malformed = Some("{\"path\": ".to_owned());
        let history = vec![said("", vec![broken.clone()]), answered(&broken, "not JSON")];
        let provider = provider(&server, spoken, "");
        let (_, error) = collect(&*provider, longer("test-model", history)).await;
        assert_eq!(error, None, "{spoken:?}");
    }
}
