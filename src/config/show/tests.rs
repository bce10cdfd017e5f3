use pretty_assertions::assert_eq;
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::load::FlagValue;
use crate::{Environment, Paths, Request, load};

fn loaded(pairs: &[&str]) -> Loaded {
    let folder = TempDir::new().unwrap();
    let env = Environment::default();
    let paths = Paths::discover(&env, Some(folder.path()), None).unwrap();
    let flags: Vec<_> = pairs.iter().map(|pair| FlagValue::config(pair).unwrap()).collect();
    load(&Request { paths: &paths, env: &env, folder: None, flags: &flags }).unwrap()
}

#[test]
fn one_key_is_shown_with_its_origin() {
    let loaded = loaded(&["engine.max_turns=7", "providers.x.api_key=sk-hidden"]);
    let get = |key: &str| loaded.get(key).map(|entry| (entry.key, entry.value));

    assert_eq!(get("engine.maxTurns"), Some(("engine.max_turns".into(), json!(7))));
    assert_eq!(get("model"), Some(("model".into(), json!(null))));
    assert_eq!(get("providers.none.kind"), Some(("providers.none.kind".into(), json!(null))));
    assert_eq!(
        get("tui"),
        Some(("tui".into(), json!({"busy": "queue", "glyphs": null, "theme": null, "vi": false})))
    );
    assert_eq!(get("engine.nope"), None);
    assert_eq!(get("nope"), None);
    assert_eq!(
        loaded.get("engine.max_turns").unwrap().origin,
        Origin::Flag { name: "--config".into() }
    );
    assert_eq!(loaded.get("engine.max_iterations").unwrap().origin, Origin::Default);
    assert_eq!(get("providers.x.api_key").unwrap().1, json!("••••••••"));
}

#[test]
fn the_list_has_every_value_and_no_secret() {
    let loaded = loaded(&["providers.x.api_key=sk-hidden", "models.\"a/b\".tools=true"]);

    let list = loaded.list();

    let text = serde_json::to_string(&list).unwrap();
    assert!(!text.contains("sk-hidden"));
    let keys: Vec<_> = list.iter().map(|entry| entry.key.as_str()).collect();
    assert!(keys.contains(&"models.\"a/b\".tools"));
    assert!(keys.contains(&"engine.max_iterations"));
    assert!(keys.contains(&"model"));
}

#[test]
fn the_schema_describes_every_key() {
    let keys = keys();

    for info in &keys {
        assert!(!info.about.is_empty(), "{} is not described", info.key);
        assert!(!info.takes.is_empty(), "{} has no type", info.key);
    }
    let takes = |key: &str| {
        keys.iter().find(|info| info.key == key).map_or("missing", |info| info.takes.as_str())
    };
    assert_eq!(takes("model"), "text");
    assert_eq!(takes("engine.max_iterations"), "whole number from 1 to 1000");
    assert_eq!(takes("engine.approval"), "one of plan, ask, auto-edit, auto-sandbox, full");
    assert_eq!(takes("tui.busy"), "one of queue, steer, interrupt");
    assert_eq!(
        takes("providers.<name>.kind"),
        "one of anthropic, openai-responses, openai-chat, gemini, ollama, local"
    );
    assert_eq!(takes("providers.<name>.api_key"), "text");
    assert_eq!(takes("models.<name>.price.input"), "number from 0.0");
    assert_eq!(takes("tools.disabled"), "list");
    assert_eq!(takes("sessions.mirror_jsonl"), "true or false");
    assert_eq!(takes("aliases.<name>"), "text");
}

#[test]
fn every_limit_of_the_schema_is_kept() {
    let folder = TempDir::new().unwrap();
    let env = Environment::default();
    let paths = Paths::discover(&env, Some(folder.path()), None).unwrap();
    let with = |key: &str, value: &str| {
        let flag = FlagValue { flag: "--config".into(), key: key.into(), value: value.into() };
        load(&Request { paths: &paths, env: &env, folder: None, flags: &[flag] }).is_ok()
    };
    let mut seen = 0;
    for info in keys() {
        let Some((_, range)) = info.takes.split_once(" from ") else { continue };
        let key = info.key.replace("models.<name>", "models.\"a/b\"");
        // One of the program's own: any other needs a place, too.
        let key = key.replace("channels.<name>", "channels.cli").replace("<name>", "x");
        let (low, high) = range.split_once(" to ").map_or((range, None), |(l, h)| (l, Some(h)));
        let low: f64 = low.parse().unwrap();
        assert!(with(&key, &low.to_string()), "{key} = {low}");
        assert!(!with(&key, &(low - 1.0).to_string()), "{key} below {low}");
        if let Some(high) = high {
            let high: f64 = high.parse().unwrap();
            assert!(with(&key, &high.to_string()), "{key} = {high}");
            assert!(!with(&key, &(high + 1.0).to_string()), "{key} above {high}");
        }
        seen += 1;
    }
    assert!(seen >= 10);
}

#[test]
fn a_mistyped_key_has_a_neighbour() {
    assert_eq!(nearest("engine.max_iteration").as_deref(), Some("engine.max_iterations"));
}
