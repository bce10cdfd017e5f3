use std::fs;

use pretty_assertions::assert_eq;
use tempfile::TempDir;

use super::*;
use crate::Busy;
use crate::settings::ProviderKind;

/// A home in a folder of its own, and what surrounds it.
struct World {
    folder: TempDir,
    env: Vec<(String, String)>,
    flags: Vec<FlagValue>,
}

impl World {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), env: Vec::new(), flags: Vec::new() }
    }

    fn with(config: &str) -> Self {
        let world = Self::new();
        world.file("config.toml", config);
        world
    }

    fn file(&self, name: &str, text: &str) {
        fs::create_dir_all(self.folder.path().join("home")).unwrap();
        fs::write(self.folder.path().join("home").join(name), text).unwrap();
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    fn flag(mut self, text: &str) -> Self {
        self.flags.push(FlagValue::config(text).unwrap());
        self
    }

    fn project(&self, text: &str) -> PathBuf {
        let project = self.folder.path().join("project");
        fs::create_dir_all(project.join(".nanofolks")).unwrap();
        fs::write(project.join(".nanofolks/config.toml"), text).unwrap();
        project
    }

    fn paths(&self) -> Paths {
        let env = Environment::default();
        Paths::discover(&env, Some(&self.folder.path().join("home")), None).unwrap()
    }

    fn ask<T>(&self, folder: Option<&Path>, ask: impl FnOnce(&Request<'_>) -> T) -> T {
        let env = self.env.iter().cloned().collect();
        ask(&Request { paths: &self.paths(), env: &env, folder, flags: &self.flags })
    }

    fn load(&self) -> Loaded {
        self.ask(None, load).unwrap()
    }

    /// The error without the folder's random name.
    fn error(&self) -> String {
        self.short(&self.ask(None, load).unwrap_err().to_string())
    }

    fn findings(&self) -> Vec<String> {
        let found = self.ask(None, check);
        found.iter().map(|finding| self.short(&finding.to_string())).collect()
    }

    fn short(&self, text: &str) -> String {
        text.replace(&format!("{}/home/", self.folder.path().display()), "")
    }
}

#[test]
fn without_any_file_everything_is_default() {
    let loaded = World::new().load();

    assert_eq!(loaded, Loaded::default());
    assert_eq!(loaded.settings.engine.max_iterations, 20);
}

#[test]
fn a_stronger_layer_wins_and_every_value_knows_its_layer() {
    let world = World::with("model = \"a/user\"\n[engine]\nmax_iterations = 5\nmax_turns = 2\n")
        .env("NANOFOLKS_ENGINE__MAX_ITERATIONS", "6")
        .env("NANOFOLKS_LOG__LEVEL", "debug")
        .flag("log.level=trace")
        .flag("log.level=warn");

    let loaded = world.load();

    let engine = &loaded.settings.engine;
    assert_eq!((engine.max_iterations, engine.max_turns), (6, 2));
    assert_eq!(loaded.settings.log.level, "warn");
    let file = world.paths().config();
    let user = |line| Origin::User { file: file.clone(), line: Some(line) };
    assert_eq!(loaded.origin("model"), user(1));
    assert_eq!(loaded.origin("engine.max_turns"), user(4));
    assert_eq!(
        loaded.origin("engine.max_iterations"),
        Origin::Environment { name: "NANOFOLKS_ENGINE__MAX_ITERATIONS".into() }
    );
    assert_eq!(loaded.origin("log.level"), Origin::Flag { name: "--config".into() });
    assert_eq!(loaded.origin("tui.busy"), Origin::Default);
}

#[test]
fn a_provider_is_described_by_the_environment_alone() {
    let loaded = World::new()
        .env("NANOFOLKS_PROVIDERS__MYLAB__KIND", "openai-chat")
        .env("NANOFOLKS_PROVIDERS__MYLAB__BASE_URL", "http://127.0.0.1:8000/v1")
        .env("NANOFOLKS_PROVIDERS__MYLAB__API_KEY", "sk-1")
        .env("NANOFOLKS_PROVIDERS__MYLAB__RETRIES", "3")
        .env("NANOFOLKS_MODEL", "mylab/some-model")
        .env("NANOFOLKS_HOME", "/elsewhere")
        .env("NANOFOLKS_PROFILE", "work")
        .load();

    assert_eq!(loaded.warnings, []);
    assert_eq!(loaded.settings.model.as_deref(), Some("mylab/some-model"));
    let lab = &loaded.settings.providers["mylab"];
    assert_eq!(lab.kind, Some(ProviderKind::OpenaiChat));
    assert_eq!(lab.base_url.as_deref(), Some("http://127.0.0.1:8000/v1"));
    assert_eq!(lab.retries, Some(3));
    assert_eq!(
        lab.api_key
            .as_ref()
            .unwrap()
            .resolve(&Environment::default(), &crate::NoStoredKeys)
            .unwrap()
            .expose(),
        "sk-1"
    );
}

#[test]
fn a_variable_means_the_name_it_resembles() {
    let loaded = World::with("[providers.my-lab]\nbase_url = \"http://a/v1\"\n")
        .env("NANOFOLKS_PROVIDERS__MY_LAB__API_KEY", "env:KEY")
        .load();

    assert_eq!(loaded.settings.providers.keys().collect::<Vec<_>>(), ["my-lab"]);
    let lab = &loaded.settings.providers["my-lab"];
    assert_eq!(lab.api_key, Some(SecretRef::Variable("KEY".into())));
    assert_eq!(lab.base_url.as_deref(), Some("http://a/v1"));
}

#[test]
fn typed_values_become_what_is_wanted() {
    let loaded = World::new()
        .flag("sessions.mirror_jsonl=yes")
        .flag("engine.max_iterations= 1_000")
        .flag("engine.max_cost_usd=0.5")
        .flag("tools.disabled=write_file, read_file")
        .flag("tools.allowed=[\"a\", 'b']")
        .flag("aliases={\"fast\": \"groq/x\"}")
        .flag("models.\"openai/gpt-4.1\".context_window=1000")
        .flag("models.openai/gpt-5.max_output=7")
        .flag("tui.busy=steer")
        .load();

    let settings = &loaded.settings;
    assert!(settings.sessions.mirror_jsonl);
    assert_eq!(settings.engine.max_iterations, 1000);
    assert_eq!(settings.engine.max_cost_usd, Some(0.5));
    assert_eq!(settings.tools.disabled, ["write_file", "read_file"]);
    assert_eq!(settings.tools.allowed, ["a", "b"]);
    assert_eq!(settings.aliases["fast"], "groq/x");
    assert_eq!(settings.models["openai/gpt-4.1"].context_window, Some(1000));
    assert_eq!(settings.models["openai/gpt-5"].max_output, Some(7));
    assert_eq!(settings.tui.busy, Busy::Steer);
    assert_eq!(loaded.warnings, []);
}

#[test]
fn variables_are_filled_in_and_secrets_wait_until_they_are_used() {
    let loaded = World::with(
        "model = \"${M:a/b}\"\n[engine]\nmax_turns = \"${TURNS}\"\n[providers.x]\nbase_url = \"http://${HOST}/v1\"\napi_key = \"${NOT_SET}\"\n[providers.y]\napi_key = \"${KEY}-${NOPE:z}\"\n",
    )
    .env("HOST", "lab")
    .env("TURNS", "9")
    .env("KEY", "k")
    .load();

    assert_eq!(loaded.settings.model.as_deref(), Some("a/b"));
    assert_eq!(loaded.settings.engine.max_turns, 9);
    assert_eq!(loaded.settings.providers["x"].base_url.as_deref(), Some("http://lab/v1"));
    assert_eq!(loaded.settings.providers["x"].api_key, Some(SecretRef::Variable("NOT_SET".into())));
    assert_eq!(loaded.settings.providers["y"].api_key, Some(SecretRef::parse("k-z")));
}

#[test]
fn an_unknown_key_is_a_warning_with_the_nearest_known_one() {
    let world =
        World::with("modle = \"a/b\"\n\n[engine]\n  max_iteration = 3\n[nonsense]\nx = 1\n")
            .env("NANOFOLKS_PROVIDER__X__KIND", "ollama");

    let warnings: Vec<_> =
        world.load().warnings.iter().map(|warning| world.short(&warning.to_string())).collect();

    assert_eq!(
        warnings,
        [
            "config.toml:1:1: modle: no such setting; did you mean model?",
            "config.toml:5:2: nonsense: no such setting",
            "NANOFOLKS_PROVIDER__X__KIND: provider: no such setting; did you mean providers?",
            "config.toml:4:3: engine.max_iteration: no such setting; did you mean engine.max_iterations?",
        ]
    );
}

#[test]
fn a_wrong_value_is_named_with_its_place_and_what_was_expected() {
    for (text, want) in [
        (
            "[engine]\nmax_iterations = \"many\"",
            "config.toml:2:18: engine.max_iterations: expected a whole number, 0 or more, found \"many\"",
        ),
        (
            "[engine]\nmax_iterations = 5000",
            "config.toml:2:18: engine.max_iterations: expected a whole number from 1 to 1000, found 5000",
        ),
        (
            "[engine]\nmax_turns = -1",
            "config.toml:2:13: engine.max_turns: expected a whole number, 0 or more, found -1",
        ),
        (
            "[tui]\nbusy = \"ques\"",
            "config.toml:2:8: tui.busy: expected one of queue, steer, interrupt, found \"ques\"; did you mean queue?",
        ),
        ("engine = 5", "config.toml:1:10: engine: expected a table, found 5"),
        ("model = [1]", "config.toml:1:9: model: expected text, found a list"),
        (
            "[tools]\nallowed = [\"a\",\n  2]",
            "config.toml:3:3: tools.allowed: expected text, found 2",
        ),
        (
            "[providers.x]\nkind = \"openai\"",
            "config.toml:2:8: providers.x.kind: expected one of anthropic, openai-responses, openai-chat, gemini, ollama, local, found \"openai\"; did you mean openai-chat?",
        ),
        (
            "[providers.x]\nbase_url = \"${LAB}\"",
            "config.toml:2:12: providers.x.base_url: the environment variable LAB is not set",
        ),
        (
            "[providers.x]\nbase_url = \"localhost:1\"",
            "config.toml:2:12: providers.x.base_url: expected an http:// or https:// address, found \"localhost:1\"",
        ),
        (
            "[log]\nlevel = \"loud\"",
            "config.toml:2:9: log.level: expected one of off, error, warn, info, debug, trace, or target=LEVEL pairs, found \"loud\"",
        ),
        (
            "[engine]\napproval = \"yolo\"",
            "config.toml:2:12: engine.approval: expected one of plan, ask, auto-edit, auto-sandbox, full, found \"yolo\"",
        ),
    ] {
        assert_eq!(World::with(text).error(), want);
    }
}

#[test]
fn a_wrong_value_of_a_variable_or_flag_names_it() {
    assert_eq!(
        World::new().env("NANOFOLKS_ENGINE__MAX_TURNS", "x").error(),
        "NANOFOLKS_ENGINE__MAX_TURNS: engine.max_turns: expected a whole number, found \"x\""
    );
    assert_eq!(
        World::new().flag("engine.max_turns=0").error(),
        "--config: engine.max_turns: expected a whole number from 1 to 256, found 0"
    );
}

#[test]
fn a_secret_of_the_wrong_type_is_not_repeated() {
    let error = World::with("[providers.x]\napi_key = 123456789").error();

    assert!(error.starts_with("config.toml:2:11: providers.x.api_key: expected a text"), "{error}");
    assert!(!error.contains("123456789"), "{error}");
}

#[test]
fn check_finds_everything_at_once() {
    let world = World::with(
        "modle = 1\n[engine]\nmax_turns = \"x\"\nmax_iterations = true\n[tui]\nbusy = 5\n[log]\nkeep = 0\n[providers.p]\napi_key = \"sk-literal\"\n",
    );

    assert_eq!(
        world.findings(),
        [
            "config.toml:1:1: modle: no such setting; did you mean model?",
            "config.toml:3:13: engine.max_turns: expected a whole number, 0 or more, found \"x\"",
            "config.toml:4:18: engine.max_iterations: expected a whole number, 0 or more, found true",
            "config.toml:6:8: tui.busy: expected one of queue, steer, interrupt, found 5",
            "config.toml:8:8: log.keep: expected a whole number from 1 to 3650, found 0",
            "config.toml:10:11: providers.p.api_key: the key itself stands in the file",
        ]
    );
}

#[test]
fn yaml_and_json_are_read_in_either_spelling() {
    let yaml = World::new();
    yaml.file(
        "config.yaml",
        "model: a/b\nengine:\n  maxIterations: 7\nproviders:\n  myLab:\n    baseUrl: http://x/v1\n",
    );
    let json = World::new();
    json.file("config.json", "{\n\t\"model\": \"a/b\",\n\t\"engine\": {\"maxIterations\": 7},\n\t\"providers\": {\"myLab\": {\"base_url\": \"http://x/v1\"}}\n}");

    for world in [yaml, json] {
        let loaded = world.load();
        assert_eq!(loaded.warnings, []);
        assert_eq!(loaded.settings.model.as_deref(), Some("a/b"));
        assert_eq!(loaded.settings.engine.max_iterations, 7);
        assert_eq!(loaded.settings.providers["myLab"].base_url.as_deref(), Some("http://x/v1"));
    }
}

#[test]
fn yaml_and_json_errors_have_positions() {
    for (name, text, want) in [
        (
            "config.yaml",
            "engine:\n  max_turns: many\n",
            "config.yaml:2:14: engine.max_turns: expected a whole number, 0 or more, found \"many\"",
        ),
        (
            "config.json",
            "{\"engine\":\n {\"max_turns\": \"many\"}}",
            "config.json:2:16: engine.max_turns: expected a whole number, 0 or more, found \"many\"",
        ),
        ("config.json", "{\"model\": }", "config.json:1:11: expected value"),
    ] {
        let world = World::new();
        world.file(name, text);
        assert_eq!(world.error(), want);
    }
}

#[test]
fn yaml_does_not_turn_words_into_booleans() {
    let world = World::new();
    world.file("config.yml", "model: on\n");

    assert_eq!(world.load().settings.model.as_deref(), Some("on"));
}

#[test]
fn two_files_are_an_error_that_names_both() {
    let world = World::with("");
    world.file("config.yaml", "");

    assert_eq!(
        world.error(),
        "there are two configuration files, config.toml and config.yaml; keep one"
    );
}

#[test]
fn broken_files_are_one_clear_line() {
    for (text, want) in [
        ("model = ", "config.toml:1:9: "),
        ("[engine\nx = 1", "config.toml:1:8: "),
        ("model = \"a\"\nmodel = \"b\"", "config.toml:2:1: "),
    ] {
        let error = World::with(text).error();
        assert!(error.starts_with(want) && !error.contains('\n'), "{error}");
    }
    let world = World::new();
    fs::create_dir_all(world.folder.path().join("home")).unwrap();
    fs::write(world.folder.path().join("home/config.toml"), b"model = \"a\"\n# \xff\n").unwrap();
    assert_eq!(world.error(), "cannot read config.toml: it is not UTF-8 text (line 2)");
    let world = World::new();
    fs::create_dir_all(world.folder.path().join("home/config.toml")).unwrap();
    assert_eq!(world.error(), "cannot read config.toml: it is not a file");
    assert_eq!(
        World::with(&"#".repeat(2 << 20)).error(),
        "cannot read config.toml: it is larger than 1 MiB"
    );
}

#[test]
fn a_project_counts_only_when_its_folder_is_trusted() {
    let world = World::with("model = \"a/user\"\n");
    let project = world.project("model = \"b/project\"\n");

    let before = world.ask(Some(&project), load).unwrap();
    trust::add(&world.paths(), &project).unwrap();
    let after = world.ask(Some(&project), load).unwrap();

    assert_eq!(before.settings.model.as_deref(), Some("a/user"));
    assert_eq!(before.warnings[0].code, "untrusted_project");
    assert_eq!(after.settings.model.as_deref(), Some("b/project"));
    assert_eq!(
        after.origin("model"),
        Origin::Project { file: project.join(".nanofolks/config.toml"), line: Some(1) }
    );
}

#[test]
fn a_hostile_project_file_is_not_even_opened() {
    let world = World::new();
    let project = world.project("this is [not toml");

    assert_eq!(world.ask(Some(&project), load).unwrap().settings, Settings::default());
}

#[test]
fn a_flag_needs_a_key_and_a_value() {
    assert_eq!(
        FlagValue::config("model").unwrap_err().to_string(),
        "--config takes KEY=VALUE, not \"model\""
    );
    assert_eq!(FlagValue::config("a.b=c=d").unwrap().value, "c=d");
}

#[test]
fn an_empty_part_in_yaml_changes_nothing() {
    let world = World::new();
    world.file("config.yaml", "engine:\nproviders:\n  x:\n");

    assert_eq!(world.load().settings.engine.max_turns, 4);
}
