use nanofolks_config::{Environment, Paths, Request, Settings, load};

use super::apply::CONFIG;
use super::choices::{Choice, offers, unattended, vendors};
use super::survey::{Answers, FoundKey, FoundModel, Ollama, Survey, ollama_at};

fn nothing() -> Survey {
    Survey {
        home: "/home/you/.nanofolks".into(),
        home_exists: false,
        config: None,
        keys: Vec::new(),
        ollama: Ollama::Absent,
        embedded: Vec::new(),
        fetchable: vec![FoundModel { id: "small".into(), about: "98 MB".into() }],
        answers: None,
        offline: false,
    }
}

fn running(models: &[&str]) -> Ollama {
    let models = models.iter().map(|&model| model.to_owned()).collect();
    Ollama::Running { base_url: "http://127.0.0.1:11434".into(), models }
}

#[test]
fn with_nothing_here_the_first_offer_is_a_model_for_this_machine() {
    let survey = nothing();
    assert_eq!(offers(&survey)[0].choice, Choice::Fetch { id: "small".into() });
    let offline = Survey { offline: true, ..survey.clone() };
    assert_eq!(offers(&offline)[0].choice, Choice::Key { provider: None });
    // Nobody was asked, so nothing is fetched.
    assert_eq!(unattended(&survey).choice, Choice::Later);
}

#[test]
fn what_answers_already_is_offered_first_and_nothing_twice() {
    let key = |provider: &str, model: &str| FoundKey {
        provider: provider.into(),
        title: provider.to_uppercase(),
        place: "a variable".into(),
        model: Some(format!("{provider}/{model}")),
    };
    let survey = Survey {
        keys: vec![key("anthropic", "big"), key("groq", "fast")],
        ollama: running(&["llama"]),
        embedded: vec![FoundModel { id: "small".into(), about: "98 MB".into() }],
        answers: Some(Answers {
            model: "anthropic/big".parse().unwrap(),
            because: "a variable is set".into(),
        }),
        ..nothing()
    };
    let offers = offers(&survey);
    let what: Vec<&str> = offers.iter().map(|offer| offer.what.as_str()).collect();
    let wanted =
        ["anthropic/big", "groq/fast", "ollama/llama", "local/small", "type a key of a provider"];
    assert_eq!(what, wanted);
    assert_eq!(unattended(&survey).choice, Choice::Keep);
}

#[test]
fn an_ollama_without_a_model_answers_nothing() {
    let empty = Survey { ollama: running(&[]), ..nothing() };
    assert!(offers(&empty).iter().all(|offer| !matches!(offer.choice, Choice::Ollama { .. })));
    let full = Survey { ollama: running(&["a", "b"]), ..nothing() };
    assert!(matches!(unattended(&full).choice, Choice::Ollama { model, .. } if model == "a"));
}

#[test]
fn only_this_machine_is_asked_for_ollama() {
    let at = |host: &str| {
        let environment = Environment::from([("OLLAMA_HOST", host)]);
        ollama_at(&environment, &Settings::default())
    };
    for (host, wanted) in [
        ("", Some("http://127.0.0.1:11434")),
        ("0.0.0.0", Some("http://127.0.0.1:11434")),
        ("0.0.0.0:7", Some("http://127.0.0.1:7")),
        (":8080", Some("http://127.0.0.1:8080")),
        ("localhost:99", Some("http://localhost:99")),
        ("http://127.0.0.1:99/", Some("http://127.0.0.1:99")),
        ("https://127.0.0.1", Some("https://127.0.0.1:11434")),
        ("[::1]:5", Some("http://[::1]:5")),
        ("[::1]", Some("http://[::1]:11434")),
        ("192.168.1.7", None),
        ("example.com:11434", None),
        ("127.0.0.1:many", None),
        ("127.0.0.1@example.com", None),
    ] {
        assert_eq!(at(host).as_deref(), wanted, "{host:?}");
    }
}

#[test]
fn a_new_configuration_is_right_and_sets_nothing() {
    let home = tempfile::tempdir().unwrap();
    let env = Environment::from([("HOME", home.path().to_str().unwrap())]);
    let paths = Paths::discover(&env, None, None).unwrap();
    paths.create().unwrap();
    let read = |text: &str| {
        std::fs::write(paths.config(), text).unwrap();
        let request = Request { paths: &paths, env: &env, folder: None, flags: &[] };
        load(&request).unwrap()
    };
    let loaded = read(CONFIG);
    assert_eq!(loaded.settings, Settings::default());
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
    // What is shown as an example would be right, too.
    let uncommented: String = CONFIG
        .lines()
        .skip_while(|line| !line.starts_with("# model"))
        .map(|line| format!("{}\n", line.strip_prefix("# ").unwrap_or(line)))
        .collect();
    let loaded = read(&uncommented);
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
    assert_eq!(loaded.settings.providers.len(), 1);
}

#[test]
fn every_vendor_that_is_offered_takes_a_key() {
    assert!(vendors().iter().any(|(name, _)| *name == "anthropic"));
    assert!(vendors().iter().all(|(name, _)| *name != "ollama" && *name != "vllm"));
}
