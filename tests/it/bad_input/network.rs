//! Networks and servers that let us down.

use nanofolks_testkit::{
    Dialect, FakeModelServer, Reply, TestHome, closed_port, deaf_port, untrusted_tls,
};

use crate::journey::{NANOFOLKS, at, empty_home, home_of, impatient_home, says_clearly, scene};

fn home_at(base_url: &str) -> TestHome {
    let home = TestHome::new(NANOFOLKS);
    home.config(&format!(
        "model = \"lab/m\"\n[providers.lab]\nkind = \"openai-chat\"\n\
         base_url = \"{base_url}\"\napi_key = \"k\"\nretries = 0\n"
    ));
    home
}

#[test]
fn a_name_that_cannot_be_resolved_is_6() {
    let home = home_at("http://no-such-host.invalid/v1");

    let finished = home.run(["chat", "-q", "hi"]).exits(6);

    says_clearly(&finished, &["lab", "provider_unreachable"]);
}

#[test]
fn an_address_that_refuses_is_6() {
    let (_port, number) = closed_port();
    let home = home_at(&format!("http://127.0.0.1:{number}/v1"));

    let finished = home.run(["chat", "-q", "hi"]).exits(6);

    says_clearly(&finished, &["lab", "provider_unreachable"]);
}

#[test]
fn a_tls_failure_is_6() {
    let server = FakeModelServer::start();
    let home = home_at(&format!("https://{}/v1", server.address()));

    let finished = home.run(["chat", "-q", "hi"]).exits(6);

    says_clearly(&finished, &["lab", "provider_tls"]);
    assert!(server.garbage() > 0, "nobody tried TLS");
}

#[test]
fn a_certificate_that_nobody_signed_is_6() {
    let home = home_at(&format!("https://{}/v1", untrusted_tls()));

    let finished = home.run(["chat", "-q", "hi"]).exits(6);

    says_clearly(&finished, &["lab", "provider_tls", "certificate"]);
}

#[test]
fn an_address_that_is_none_is_2() {
    for address in ["ftp://x/v1", "not an address", ""] {
        let home = home_at(address);
        says_clearly(&home.run(["chat", "-q", "hi"]).exits(2), &["base_url"]);
    }
}

#[test]
fn a_server_that_never_says_a_word_is_6() {
    let (_port, number) = deaf_port();
    let home = home_at(&format!("http://127.0.0.1:{number}/v1"));
    let config = std::fs::read_to_string(home.root().join("config.toml")).unwrap();
    home.config(&format!("{config}idle_timeout = 1\n"));

    let finished = home.run(["chat", "-q", "hi"]).exits(6);

    says_clearly(&finished, &["lab", "provider_timeout"]);
}

#[test]
fn a_page_of_html_is_never_an_answer() {
    for status in [200, 502] {
        for dialect in Dialect::ALL {
            let server = FakeModelServer::start();
            server.otherwise(Reply::html(status));
            let home = impatient_home(&server, dialect);

            let finished = home.run(["chat", "-q", "hi"]).exits(6);

            says_clearly(&finished, &["fake"]);
            assert!(!finished.err().contains("<html"), "{}", finished.err());
        }
    }
}

#[test]
fn too_many_requests_are_waited_for_in_both_forms() {
    for form in ["0", "Thu, 20 Nov 2025 21:00:00 GMT"] {
        let (server, home) = scene([Reply::error(429).retry_after(form), Reply::text("now")]);

        let finished = home.run(["chat", "-q", "hi"]).exits(0);

        assert_eq!(finished.out(), "now\n");
        assert_eq!(server.asked().len(), 2);
    }
}

#[test]
fn a_hiccup_costs_a_retry_and_not_the_turn() {
    for hiccup in [Reply::error(500), Reply::error(529), Reply::text("x").refuse()] {
        let (server, home) = scene([hiccup.retry_after("0"), Reply::text("now")]);

        let finished = home.run(["chat", "-q", "hi"]).exits(0);

        assert_eq!(finished.out(), "now\n");
        assert_eq!(server.asked().len(), 2);
    }
}

#[test]
fn a_stream_that_breaks_is_never_an_answer() {
    for dialect in Dialect::ALL {
        for broken in [
            Reply::text("one two three").cut_after(3),
            Reply::text("one two three").reset_after(3),
            Reply::text("one two three").garbage_after(3).unfinished(),
            Reply::text("one two three").late_error("overloaded_error", "overloaded"),
            Reply::text("one two three").unfinished().unframed(),
        ] {
            let server = FakeModelServer::start();
            server.otherwise(broken);
            let home = impatient_home(&server, dialect);

            let object = home.run(["chat", "-q", "hi", "--json"]).exits(6).json();

            assert_eq!(object["ok"], false, "{dialect:?}");
        }
    }
}

#[test]
fn a_wrong_dialect_is_never_an_answer() {
    for (asked, spoken) in [
        (Dialect::OpenAiChat, Dialect::Anthropic),
        (Dialect::Anthropic, Dialect::OpenAiChat),
        (Dialect::OpenAiResponses, Dialect::OpenAiChat),
        (Dialect::Gemini, Dialect::OpenAiChat),
        (Dialect::Ollama, Dialect::Gemini),
    ] {
        let server = FakeModelServer::start();
        server.otherwise(Reply::text("hello").wrong_dialect(spoken));
        let home = impatient_home(&server, asked);

        let finished = home.run(["chat", "-q", "hi"]);

        assert_eq!(finished.code(), 6, "{asked:?} took {spoken:?}: {:?}", finished.out());
    }
}

#[test]
fn absurd_usage_does_no_harm() {
    let usage = nanofolks_protocol::Usage {
        input_tokens: u64::MAX,
        output_tokens: u64::MAX,
        cached_input_tokens: u64::MAX,
        ..Default::default()
    };
    let (_server, home) = scene([Reply::text("hi").usage(usage)]);

    let object = home.run(["chat", "-q", "hi", "--json"]).exits(0).json();

    assert_eq!(at(&object, "answer"), "hi");
}

#[test]
fn an_answer_of_ten_megabytes_in_one_event_arrives() {
    let text = "abcdefghij".repeat(1_000_000);
    let server = FakeModelServer::with([Reply::one_event(text.clone())]);
    let home = home_of(&server);

    let finished = home.run(["chat", "-q", "hi"]);

    // A limit is fine too, as long as it is said.
    if finished.code() == 0 {
        assert!(finished.out() == format!("{text}\n"), "the answer was changed");
    } else {
        says_clearly(&finished.exits(6), &["fake"]);
    }
}

#[test]
fn without_any_network_help_and_lists_still_work() {
    let home = empty_home();

    home.run(["session", "list", "--offline"]).exits(0);
}
