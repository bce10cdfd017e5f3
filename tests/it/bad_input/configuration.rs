//! Configuration that cannot be read or makes no sense.

use std::os::unix::fs::PermissionsExt as _;

use nanofolks_testkit::{Dialect, Reply, TestHome};

use crate::journey::{empty_home, is_root, says_clearly, scene};

#[test]
fn broken_toml_is_named_with_its_line() {
    let home = empty_home();
    home.config("model = \"a/b\"\n\n[providers.x\nkind = 1\n");

    let finished = home.run(["chat", "-q", "hi"]).exits(2);

    says_clearly(&finished, &["config.toml", ":3"]);
}

#[test]
fn a_value_of_the_wrong_type_is_named_with_line_key_and_what_was_expected() {
    let home = empty_home();
    home.config("# comment\n\n[engine]\nmax_iterations = \"many\"\n");

    let finished = home.run(["chat", "-q", "hi"]).exits(2);

    says_clearly(&finished, &["config.toml", ":4", "max_iterations", "expected"]);
}

#[test]
fn a_value_out_of_range_is_named_with_line_and_key() {
    let home = empty_home();
    home.config("[engine]\nmax_iterations = 0\n");

    let finished = home.run(["chat", "-q", "hi"]).exits(2);

    says_clearly(&finished, &["config.toml", ":2", "engine.max_iterations"]);
}

#[test]
fn a_kind_that_does_not_exist_is_named_with_those_that_do() {
    let home = empty_home();
    home.config("[providers.lab]\nkind = \"openai-chats\"\n");

    let finished = home.run(["chat", "-q", "hi"]).exits(2);

    says_clearly(&finished, &["config.toml", ":2", "kind", "openai-chat"]);
}

#[test]
fn the_environment_is_held_to_the_same_rules() {
    let finished =
        empty_home().call(["chat", "-q", "hi"]).env("NANOFOLKS_ENGINE__MAX_TURNS", "x").run();

    says_clearly(&finished.exits(2), &["NANOFOLKS_ENGINE__MAX_TURNS"]);
}

#[test]
fn a_flag_is_held_to_the_same_rules() {
    let finished = empty_home().run(["chat", "-q", "hi", "--config", "engine.max_turns=x"]);

    says_clearly(&finished.exits(2), &["engine.max_turns"]);
}

#[test]
fn bytes_that_are_not_text_are_named() {
    let home = empty_home();
    home.write_root("config.toml", b"model = \"\xff\xfe\"\n");

    let finished = home.run(["chat", "-q", "hi"]).exits(2);

    says_clearly(&finished, &["config.toml"]);
}

#[test]
fn a_folder_in_place_of_the_file_is_named() {
    let home = empty_home();
    std::fs::create_dir_all(home.root().join("config.toml")).unwrap();

    let finished = home.run(["chat", "-q", "hi"]).exits(2);

    says_clearly(&finished, &["config.toml"]);
}

#[test]
fn a_file_that_may_not_be_read_is_named() {
    if is_root() {
        // Root reads everything; the same is tested with another user in `home`.
        return;
    }
    let home = empty_home();
    let path = home.config("model = \"a/b\"\n");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o000)).unwrap();

    let finished = home.run(["chat", "-q", "hi"]).exits(2);

    says_clearly(&finished, &["config.toml"]);
}

#[test]
fn two_files_at_once_are_both_named() {
    let home = empty_home();
    home.config("model = \"a/b\"\n");
    home.write_root("config.json", "{}");

    let finished = home.run(["chat", "-q", "hi"]).exits(2);

    says_clearly(&finished, &["config.toml", "config.json"]);
}

#[test]
fn yaml_and_json_are_read_too() {
    for (name, text) in [
        ("config.yaml", "model: fake/test-model\nproviders:\n  fake:\n    kind: openai-chat\n"),
        (
            "config.json",
            "{\"model\":\"fake/test-model\",\"providers\":{\"fake\":{\"kind\":\"openai-chat\"}}}",
        ),
    ] {
        let (server, home) = scene([Reply::text("hi")]);
        std::fs::remove_file(home.root().join("config.toml")).unwrap();
        home.write_root(name, text);

        let finished = home
            .call(["chat", "-q", "hi"])
            .env("NANOFOLKS_PROVIDERS__FAKE__BASE_URL", server.base_url(Dialect::OpenAiChat))
            .env("NANOFOLKS_PROVIDERS__FAKE__API_KEY", "k")
            .run()
            .exits(0);

        assert_eq!(finished.out(), "hi\n", "{name}");
    }
}

#[test]
fn an_unknown_key_is_a_warning_with_the_nearest_known_one() {
    let (server, home) = scene([Reply::text("hi")]);
    let config = TestHome::provider(&server, Dialect::OpenAiChat);
    home.config(&format!("modle = \"x/y\"\n{config}"));

    let finished = home.run(["chat", "-q", "hi"]).exits(0);

    assert_eq!(finished.out(), "hi\n");
    let warning = finished.err();
    assert!(warning.contains("modle") && warning.contains("model"), "{warning}");
}

#[test]
fn a_missing_variable_is_named() {
    let home = empty_home();
    home.config(
        "model = \"lab/m\"\n[providers.lab]\nkind = \"openai-chat\"\n\
         base_url = \"http://127.0.0.1:9/v1\"\napi_key = \"${NO_SUCH_VARIABLE}\"\n",
    );

    let finished = home.run(["chat", "-q", "hi"]).exits(2);

    says_clearly(&finished, &["NO_SUCH_VARIABLE"]);
}
