use proptest::prelude::*;

use super::*;

#[test]
fn dotted_keys_come_apart_and_together() {
    for key in ["model", "engine.max_turns", "models.\"openai/gpt-4.1\".max_output", "a-b.c"] {
        let parts = split(key);
        assert_eq!(parts.iter().fold(String::new(), |path, part| join(&path, part)), key);
    }
    assert_eq!(split("models.a/b.tools"), ["models", "a/b", "tools"]);
}

#[test]
fn other_spellings_mean_the_same_field() {
    let fields = ["max_iterations", "base_url"];

    for name in ["max_iterations", "maxIterations", "max-iterations", "MaxIterations"] {
        assert_eq!(canonical(name, &fields), Some("max_iterations"), "{name}");
    }
    assert_eq!(canonical("baseURL", &fields), None);
    assert_eq!(canonical("iterations", &fields), None);
}

#[test]
fn the_nearest_name_is_offered_only_when_it_is_near() {
    let known = || ["model", "models", "providers", "engine"].into_iter();

    assert_eq!(nearest("modle", known()), Some("model"));
    assert_eq!(nearest("provider", known()), Some("providers"));
    assert_eq!(nearest("xyz", known()), None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_name_survives_a_round_trip(names in prop::collection::vec("[^\\x00-\\x1f\\x7f]{1,12}", 1..4)) {
        let key = names.iter().fold(String::new(), |path, name| join(&path, name));
        prop_assert_eq!(split(&key), names);
    }
}
