use std::collections::BTreeMap;

use super::*;

#[derive(Deserialize)]
struct Whole {
    aliases: BTreeMap<String, Vec<String>>,
    models: BTreeMap<String, Entry>,
}

#[test]
fn the_file_is_toml_and_the_short_reader_finds_what_the_long_one_finds() {
    let whole: Whole = toml::from_str(FILE).unwrap();
    assert!(whole.models.len() > 80);
    for (name, entry) in &whole.models {
        assert_eq!(lookup(name), Some(*entry), "{name}");
        assert_eq!(*name, plain(name), "keys are written plainly");
        assert!(entry.output <= entry.window && entry.window >= 4096, "{name}");
        assert!(entry.price.is_none_or(|price| price.iter().all(|dollars| *dollars >= 0.0)));
    }
    assert_eq!(whole.aliases.len(), aliases().count());
    for (name, meant) in &whole.aliases {
        assert_eq!(alias(name).as_ref(), Some(meant));
        for model in meant {
            let (provider, model) = model.split_once('/').unwrap();
            assert_eq!(crate::preset::preset(provider).unwrap().id, provider);
            assert!(lookup(model).is_some(), "{model}");
        }
    }
}

#[test]
fn default_models_of_presets_are_known() {
    for preset in crate::preset::presets() {
        let Some(model) = preset.default_model else { continue };
        assert!(lookup(model).is_some(), "{}/{model}", preset.id);
    }
}

#[test]
fn the_longest_beginning_counts_and_ends_where_a_word_ends() {
    let price = |name: &str| lookup(name).unwrap().price().unwrap().input;
    assert_eq!(price("claude-sonnet-4-5-20250929"), 3.0);
    assert_eq!(price("anthropic/claude-opus-4.5"), 5.0);
    assert_eq!(price("claude-opus-4-1-20250805"), 15.0);
    assert_eq!(price("gpt-4.1-mini"), 0.4);
    assert_eq!(price("gpt-4-1106-preview"), 30.0);
    assert_eq!(price("models/gemini-2.5-flash"), 0.3);
    assert_eq!(lookup("llama3.2:1b").unwrap().window, 131_072);
    assert_eq!(lookup("claudette"), None);
    assert_eq!(lookup("some-model"), None);
    assert_eq!(lookup(""), None);
}
