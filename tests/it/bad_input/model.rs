//! Models and keys that are not there.

use nanofolks_testkit::{Dialect, FakeModelServer, Reply, TestHome};

use crate::journey::{NANOFOLKS, at, empty_home, home_of, says_clearly, scene};

#[test]
fn an_unknown_provider_is_named_with_a_near_one() {
    let finished = empty_home().run(["chat", "-q", "hi", "--model", "anthropc/claude"]).exits(2);

    says_clearly(&finished, &["anthropc", "anthropic"]);
}

#[test]
fn a_model_without_a_provider_is_named() {
    let (_server, home) = scene([]);

    let finished = home.run(["chat", "-q", "hi", "--model", "gibberish"]).exits(2);

    says_clearly(&finished, &["gibberish"]);
}

#[test]
fn a_model_the_provider_does_not_have_is_the_providers_word() {
    let server = FakeModelServer::start();
    server.otherwise(Reply::error(404));
    let home = home_of(&server);

    let object =
        home.run(["chat", "-q", "hi", "--model", "fake/missing", "--json"]).exits(6).json();

    assert_eq!(at(&object, "error.code"), "model_not_found");
}

#[test]
fn a_missing_key_is_named_with_the_variable_to_set() {
    let home = empty_home();

    let finished = home.run(["chat", "-q", "hi", "--model", "anthropic/claude-sonnet-4-5"]);

    says_clearly(&finished.exits(2), &["anthropic", "ANTHROPIC_API_KEY"]);
}

#[test]
fn a_wrong_key_is_told_and_never_shown() {
    for dialect in [Dialect::OpenAiChat, Dialect::OpenAiResponses, Dialect::Anthropic] {
        let key = "sk-ant-api03-verysecret-0123456789abcdef";
        let server = FakeModelServer::start();
        server.otherwise(Reply::raw(
            401,
            "application/json",
            format!("{{\"error\":{{\"message\":\"the key {key} is wrong\",\"type\":\"x\"}}}}"),
        ));
        let home = TestHome::new(NANOFOLKS);
        let config = TestHome::provider(&server, dialect).replace("test-key", key);
        home.config(&config);

        let finished = home.run(["chat", "-q", "hi", "--json", "--log-level", "trace"]).exits(6);

        assert_eq!(at(&finished.json(), "error.code"), "provider_unauthorized");
        let spoken = format!("{}{}", finished.out(), finished.err());
        assert!(!spoken.contains("verysecret"), "{spoken}");
        leaks_nothing(&home.root(), "verysecret");
        assert_eq!(server.asked().len(), 1, "a wrong key does not get better by repetition");
    }
}

/// No file but the configuration holds this text.
fn leaks_nothing(folder: &std::path::Path, secret: &str) {
    for entry in std::fs::read_dir(folder).unwrap().filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            leaks_nothing(&path, secret);
        } else if !path.ends_with("config.toml") {
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "the key is in {}", path.display());
        }
    }
}

#[test]
fn a_model_file_that_is_broken_is_one_clear_line() {
    let contents: [&[u8]; 4] =
        [b"", b"GGUF", b"GGUF\x03\0\0\0\xff\xff\xff\xff\xff\xff\xff\x7f", b"not a model"];
    for bytes in contents {
        let home = empty_home();
        let path = home.write_root("models/broken.gguf", bytes);

        let finished = home.run(["chat", "-q", "hi", "--model", "local/broken"]).exits(7);

        says_clearly(&finished, &["broken"]);
        assert_eq!(std::fs::read(path).unwrap(), bytes, "the file was changed");
    }
}

#[test]
fn a_key_never_follows_a_redirect_to_another_host() {
    let (thief, other) = (FakeModelServer::start(), FakeModelServer::start());
    thief.otherwise(Reply::text("thanks"));
    // The same machine by another name is another host.
    let away = format!("http://localhost:{}/v1/chat/completions", thief.address().port());
    other.otherwise(Reply::redirect(&away));
    let home = home_of(&other);

    let finished = home.run(["chat", "-q", "hi"]);

    for request in thief.requests() {
        for (name, value) in &request.headers {
            assert!(!value.contains("test-key"), "the key went away in {name}");
        }
    }
    drop(thief.take_violations());
    assert_eq!(finished.code(), 6, "{}", finished.err());
}

#[test]
fn a_provider_alone_is_told_how_its_models_are_written() {
    let home = empty_home();
    home.config("[providers.lab]\nkind = \"openai-chat\"\nbase_url = \"http://127.0.0.1:9/v1\"\n");

    let finished = home.run(["chat", "-q", "hi", "--model", "lab"]).exits(2);

    says_clearly(&finished, &["lab is a provider", "lab/MODEL"]);
}

#[test]
fn a_model_file_that_was_cut_short_is_never_asked() {
    let home = empty_home();
    home.write_root("models/mine.gguf", b"GGUF and not much more than that");
    home.write_root(
        "models/mine.json",
        r#"{"schema":"nanofolks.model-file.v1","bytes":98000,"modified_ms":1,"sha256":"00",
            "hash_from":"computed","source":"a file","window":96,"tools":false}"#,
    );

    let finished = home.run(["chat", "-q", "hi"]).exits(7);
    says_clearly(&finished, &["not what was installed", "model pull mine --file PATH"]);

    let findings = home.run(["doctor", "--offline", "--json"]).exits(1).json();
    let asked = findings["findings"].as_array().unwrap().iter();
    let asked: Vec<_> = asked.filter(|finding| finding["code"] == "model_changed").collect();
    assert_eq!(asked.len(), 1, "{findings}");
    assert_eq!(asked[0]["level"], "error");
}
