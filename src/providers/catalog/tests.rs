use nanofolks_protocol::{Price, ProblemKind, WantedSecret};

use super::*;

fn settings(text: &str) -> Arc<Settings> {
    Arc::new(toml::from_str(text).unwrap())
}

fn catalog<const N: usize>(text: &str, variables: [(&str, &str); N]) -> Catalog {
    Catalog::new(settings(text), Environment::from(variables), false)
}

/// A machine with these models.
struct Here(Vec<&'static str>);

impl LocalModels for Here {
    fn present(&self) -> Vec<String> {
        self.0.iter().map(|name| (*name).to_owned()).collect()
    }

    fn card(&self, name: &str) -> Option<ModelCard> {
        self.0.contains(&name).then(|| ModelCard {
            model: ModelRef { provider: "local".into(), model: name.to_owned() },
            context_window: 2048,
            max_output: 512,
            tools: false,
            images: false,
            small: true,
            price: Some(Price { input: 0.0, output: 0.0, cached_input: 0.0, cache_write: 0.0 }),
        })
    }

    fn open(&self, name: &str) -> Result<Arc<dyn Provider>, Problem> {
        Err(Problem::new(ProblemKind::Unavailable, "model_missing", name))
    }
}

fn chosen(catalog: &Catalog) -> (String, String) {
    let (model, why) = catalog.default_model().unwrap();
    (model.to_string(), why)
}

fn resolved(catalog: &Catalog, name: &str) -> String {
    catalog.resolve(name).unwrap().to_string()
}

#[test]
fn a_model_that_is_set_decides_whatever_the_environment_says() {
    let catalog = catalog(
        "model = 'mylab/x'\n[providers.mylab]\nkind = 'openai-chat'",
        [("OPENAI_API_KEY", "k")],
    );
    assert_eq!(chosen(&catalog), ("mylab/x".into(), "`model` is set".into()));
}

#[test]
fn the_first_provider_with_a_key_is_chosen_and_the_reason_told() {
    let both = [("GEMINI_API_KEY", "k"), ("OPENAI_API_KEY", "k")];
    assert_eq!(chosen(&catalog("", both)), ("openai/gpt-5".into(), "OPENAI_API_KEY is set".into()));
    let zai = catalog("", [("ZAI_API_KEY", "k")]);
    assert_eq!(chosen(&zai), ("zhipu/glm-4.6".into(), "ZAI_API_KEY is set".into()));
    let configured =
        catalog("[providers.groq]\napi_key = 'env:MINE'\ndefault_model = 'm'", [("MINE", "k")]);
    assert_eq!(chosen(&configured), ("groq/m".into(), "providers.groq.api_key is set".into()));
}

#[test]
fn a_configured_ollama_comes_before_the_model_on_this_machine() {
    let here = || Arc::new(Here(vec!["smollm2"]));
    let ollama = catalog("[providers.ollama]\ndefault_model = 'qwen3'", []).with_local(here());
    assert_eq!(chosen(&ollama).0, "ollama/qwen3");
    assert_eq!(chosen(&catalog("", []).with_local(here())).0, "local/smollm2");
}

#[test]
fn offline_only_this_machine_is_available() {
    let environment = Environment::from([("OPENAI_API_KEY", "k")]);
    let offline =
        Catalog::new(settings(""), environment, true).with_local(Arc::new(Here(vec!["s"])));
    assert_eq!(chosen(&offline).0, "local/s");
}

#[test]
fn nothing_at_all_is_a_problem_with_a_way_out() {
    let problem = catalog("", [("OPENAI_API_KEY", "  ")]).default_model();
    // A blank variable is set to the shell, but it is no key.
    let problem = problem.err().or_else(|| catalog("", []).default_model().err()).unwrap();
    assert_eq!((&*problem.code, problem.kind.exit_code()), ("no_model", 7));
    assert!(problem.hint.unwrap().contains("ANTHROPIC_API_KEY"));
}

#[test]
fn names_are_understood_as_people_write_them() {
    let catalog = catalog(
        "[aliases]\nmine = 'best'\nbest = 'mylab/x'\n[providers.mylab]\nkind='ollama'\ndefault_model='d'",
        [("OPENROUTER_API_KEY", "k")],
    );
    assert_eq!(resolved(&catalog, " Mine "), "mylab/x");
    assert_eq!(resolved(&catalog, "mylab"), "mylab/d");
    assert_eq!(resolved(&catalog, "sonnet"), "openrouter/anthropic/claude-sonnet-4.5");
    assert_eq!(resolved(&catalog, "claude-opus-4-5"), "anthropic/claude-opus-4-5");
    assert_eq!(resolved(&catalog, "zai/glm-4.6"), "zhipu/glm-4.6");
    assert_eq!(
        resolved(&catalog, "openrouter/openai/gpt-4.1-mini"),
        "openrouter/openai/gpt-4.1-mini"
    );
    assert_eq!(resolved(&catalog, "gemini"), "openrouter/google/gemini-2.5-pro");
    assert_eq!(resolved(&catalog, "local/anything"), "local/anything");
}

#[test]
fn an_alias_without_any_key_means_its_first_choice() {
    assert_eq!(resolved(&catalog("", []), "sonnet"), "anthropic/claude-sonnet-4-5");
}

#[test]
fn aliases_in_a_circle_end() {
    let catalog = catalog("[aliases]\na = 'b'\nb = 'a'", []);
    assert_eq!(catalog.resolve("a").unwrap_err().code, "model_unknown");
}

#[test]
fn wrong_names_bring_the_nearest_right_one() {
    let catalog = catalog("[providers.mylab]\nkind='ollama'", []);
    let problem = catalog.resolve("sonet").unwrap_err();
    assert_eq!((&*problem.code, problem.kind.exit_code()), ("model_unknown", 2));
    assert!(problem.hint.unwrap().contains("sonnet"));
    let problem = catalog.resolve("antropic/claude").unwrap_err();
    assert_eq!((&*problem.code, problem.kind.exit_code()), ("provider_unknown", 2));
    assert_eq!(problem.hint.as_deref(), Some("did you mean anthropic?"));
    let problem = catalog.resolve("xyzzy/plugh").unwrap_err();
    assert!(problem.hint.unwrap().contains("[providers.xyzzy]"));
    for empty in ["", "  ", "/", "a/", "/b"] {
        assert_eq!(catalog.resolve(empty).unwrap_err().code, "model_unknown", "{empty:?}");
    }
}

fn card(catalog: &Catalog, name: &str) -> ModelCard {
    catalog.card(&name.parse().unwrap())
}

#[test]
fn cards_come_from_the_settings_then_the_catalogue_then_a_careful_guess() {
    let catalog = catalog(
        "[models.'mylab/x']\ncontext_window = 9000\nprice = { input = 1.0, output = 2.0 }\n\
         [providers.mylab]\nkind = 'openai-chat'\nbase_url = 'http://127.0.0.1:1/v1'\n[providers.ollama]",
        [],
    );
    let known = card(&catalog, "anthropic/claude-sonnet-4-5");
    assert_eq!((known.context_window, known.images), (200_000, true));
    assert_eq!(known.price.unwrap().cache_write, 3.75);
    let own = card(&catalog, "mylab/x");
    assert_eq!((own.context_window, own.max_output), (9000, 4096));
    assert_eq!(own.price.unwrap().cached_input, 1.0);
    let guess = card(&catalog, "mylab/never-heard-of");
    assert_eq!((guess.context_window, guess.tools, guess.price), (32_768, true, None));
    // Somebody else's server may take anything for a model with a known name.
    assert_eq!(card(&catalog, "mylab/gpt-5").price, None);
    assert_eq!(card(&catalog, "ollama/llama3.2").price.unwrap().input, 0.0);
    assert_eq!(card(&catalog, "openrouter/x/llama:free").price.unwrap().output, 0.0);
}

#[test]
fn a_card_of_a_model_on_this_machine_comes_from_there() {
    let catalog =
        catalog("[models.'local/s']\nmax_output = 100", []).with_local(Arc::new(Here(vec!["s"])));
    let card = card(&catalog, "local/s");
    assert_eq!((card.context_window, card.max_output, card.small), (2048, 100, true));
}

fn problem(catalog: &Catalog, name: &str) -> Problem {
    let Err(problem) = catalog.open(&name.parse().unwrap()) else { panic!("{name} opened") };
    problem
}

#[test]
fn what_keeps_a_provider_from_being_asked_is_told() {
    let catalog = catalog(
        "[providers.nokind]\nbase_url = 'http://127.0.0.1:1'\n[providers.nourl]\nkind = 'openai-chat'\n\
         [providers.bad]\nkind = 'gemini'\nbase_url = 'example.com'\n\
         [providers.ring]\nkind = 'gemini'\nbase_url = 'http://h'\napi_key = 'keyring:x'\n\
         [providers.unset]\nkind = 'gemini'\nbase_url = 'http://h'\napi_key = '${MISSING}'\n",
        [],
    );
    let told = |name: &str| {
        let problem = problem(&catalog, name);
        (problem.code.to_string(), problem.kind.exit_code(), problem.message)
    };
    let (code, exit, message) = told("anthropic/claude-sonnet-4-5");
    assert_eq!((&*code, exit, &*message), ("key_missing", 2, "anthropic has no key"));
    assert_eq!(told("nokind/m").2, "providers.nokind.kind is missing");
    assert_eq!(told("nourl/m").2, "providers.nourl.base_url is missing");
    assert!(told("bad/m").2.starts_with("providers.bad.base_url: "));
    assert_eq!(told("ring/m").0, "key_missing");
    assert!(told("ring/m").2.contains("no key is stored under the name \"x\""));
    assert_eq!(told("unset/m").0, "key_missing");
    assert!(told("unset/m").2.contains("MISSING"));
    assert_eq!(told("nobody/m").0, "provider_unknown");
    assert_eq!(told("local/m").0, "feature_missing");
}

/// Keys that are stored, and those that were unlocked.
#[derive(Default)]
struct Drawer(Vec<&'static str>, Mutex<Vec<String>>);

impl StoredKeys for Drawer {
    fn has(&self, name: &str) -> bool {
        self.0.contains(&name)
    }

    fn place(&self, name: &str) -> Option<String> {
        self.has(name).then(|| "the drawer".to_owned())
    }

    fn get(&self, name: &str) -> Result<Option<Secret>, Problem> {
        self.1.lock().unwrap().push(name.to_owned());
        Ok(self.has(name).then(|| Secret::new(format!("stored-{name}"))))
    }
}

#[test]
fn a_stored_key_makes_a_provider_available_and_is_unlocked_only_to_ask_it() {
    let drawer = Arc::new(Drawer(vec!["openai", "labkey"], Mutex::default()));
    let text = "[providers.lab]\nkind='openai-chat'\nbase_url='http://127.0.0.1:1/v1'\n\
                api_key='keyring:labkey'";
    let stored = catalog(text, []).with_stored_keys(Arc::<Drawer>::clone(&drawer));
    let (model, why) = chosen(&stored);
    assert_eq!((&*model, &*why), ("openai/gpt-5", "openai: its key is in the drawer"));
    let all = stored.providers();
    assert!(all.iter().any(|status| status.name == "lab" && status.available));
    assert!(drawer.1.lock().unwrap().is_empty(), "something was unlocked only to look");
    stored.open(&"lab/m".parse().unwrap()).map(drop).unwrap();
    assert_eq!(*drawer.1.lock().unwrap(), ["labkey"]);
}

#[test]
fn a_configured_key_counts_more_than_a_stored_one_and_that_more_than_a_variable() {
    let place = |text: &str, stored: Vec<&'static str>| {
        let drawer = Arc::new(Drawer(stored, Mutex::default()));
        let catalog = catalog(text, [("OPENAI_API_KEY", "usual"), ("MINE", "mine")]);
        let catalog = catalog.with_stored_keys(drawer);
        let key = catalog.key_of("openai").unwrap().unwrap();
        (catalog.key_place("openai"), key.expose().to_owned())
    };
    let configured = "[providers.openai]\napi_key = 'env:MINE'";
    let expected = KeyPlace::Configured("env:MINE".into());
    assert_eq!(place(configured, vec!["openai"]), (expected, "mine".into()));
    let expected = KeyPlace::Stored("the drawer".into());
    assert_eq!(place("", vec!["openai"]), (expected, "stored-openai".into()));
    assert_eq!(place("", vec![]), (KeyPlace::Variable("OPENAI_API_KEY"), "usual".into()));
}

/// One key that can be changed.
#[derive(Default)]
struct Changing(Mutex<Option<String>>, Mutex<usize>);

impl StoredKeys for Changing {
    fn has(&self, name: &str) -> bool {
        name == "openai" && self.0.lock().unwrap().is_some()
    }

    fn place(&self, name: &str) -> Option<String> {
        self.has(name).then(|| "the drawer".to_owned())
    }

    fn get(&self, _name: &str) -> Result<Option<Secret>, Problem> {
        Ok(self.0.lock().unwrap().clone().map(Secret::new))
    }

    fn changed(&self) {
        *self.1.lock().unwrap() += 1;
    }
}

#[test]
fn a_key_that_is_stored_later_is_the_one_that_is_used() {
    let drawer = Arc::new(Changing::default());
    let catalog = catalog("", []).with_stored_keys(Arc::<Changing>::clone(&drawer));
    let model: ModelRef = "openai/gpt-5".parse().unwrap();
    let missing = catalog.provider(&model).map(drop).unwrap_err();
    assert_eq!(missing.wants.as_deref(), Some(&WantedSecret::key("openai")));

    *drawer.0.lock().unwrap() = Some("one".to_owned());
    catalog.keys_changed();
    let first = catalog.provider(&model).unwrap();
    *drawer.0.lock().unwrap() = Some("two".to_owned());
    catalog.keys_changed();
    assert!(!Arc::ptr_eq(&first, &catalog.provider(&model).unwrap()), "the old key is in use");
    assert_eq!(*drawer.1.lock().unwrap(), 2);
}

#[test]
fn a_provider_is_opened_once() {
    let catalog = catalog("", [("OPENAI_API_KEY", "k")]);
    let model: ModelRef = "openai/gpt-5".parse().unwrap();
    let (one, two) = (catalog.provider(&model).unwrap(), catalog.provider(&model).unwrap());
    assert!(Arc::ptr_eq(&one, &two));
    assert_eq!(one.name(), "openai");
}

#[test]
fn the_list_of_providers_says_where_keys_come_from_and_never_what_they_are() {
    let catalog = catalog(
        "[providers.mylab]\nkind='openai-chat'\nbase_url='http://127.0.0.1:1/v1'\napi_key='literal-secret'",
        [("GROQ_API_KEY", "gsk_secret")],
    );
    let all = catalog.providers();
    let find = |name: &str| all.iter().find(|status| status.name == name).unwrap();
    assert_eq!(all.len(), presets_and_one());
    assert_eq!((find("groq").available, &*find("groq").because), (true, "GROQ_API_KEY"));
    assert_eq!((find("openai").available, &*find("openai").because), (false, "no key"));
    assert_eq!(find("mylab").because, "providers.mylab.api_key");
    assert!(!find("ollama").available);
    assert!(!format!("{all:?}").contains("secret"));
}

fn presets_and_one() -> usize {
    PRESETS.len() + 1
}

#[test]
fn a_fallback_that_costs_more_or_may_is_refused_unless_it_is_allowed() {
    let priced = "model = 'lab/a'\nfallback = ['lab/cheap', 'lab/dear', 'lab/unknown', 'lab/a']\n\
                  [providers.lab]\nkind = 'openai-chat'\nbase_url = 'http://127.0.0.1:1/v1'\n\
                  [models.'lab/a'.price]\ninput = 2.0\noutput = 4.0\n\
                  [models.'lab/cheap'.price]\ninput = 1.0\noutput = 4.0\n\
                  [models.'lab/dear'.price]\ninput = 2.0\noutput = 5.0\n";
    let wanted: ModelRef = "lab/a".parse().unwrap();
    let refused = |text: &str| -> Vec<(String, bool)> {
        let found = catalog(text, []).fallbacks(&wanted);
        found.into_iter().map(|one| (one.model.model, one.refused.is_some())).collect()
    };
    let named = |of: [bool; 3]| {
        ["cheap", "dear", "unknown"].map(str::to_owned).into_iter().zip(of).collect::<Vec<_>>()
    };
    assert_eq!(refused(priced), named([false, true, true]));
    let allowed = format!("fallback_may_cost_more = true\n{priced}");
    assert_eq!(refused(&allowed), named([false, false, false]));
}
