use std::borrow::Cow;

use nanofolks_protocol::ports::Toolbox as _;
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{Tools, ToolsOptions};

fn descriptor(params: Value) -> ToolDescriptor {
    let tools = Tools::new(ToolsOptions::default());
    let mut descriptor = tools.all()[0].0.descriptor().clone();
    descriptor.name = Cow::Borrowed("a_tool");
    descriptor.params = params;
    descriptor
}

fn sample() -> ToolDescriptor {
    descriptor(json!({
        "type": "object",
        "properties": {
            "path": { "type": "string" },
            "limit": { "type": "integer", "minimum": 0, "maximum": 100 },
            "deep": { "type": "boolean" },
            "names": { "type": "array", "items": { "type": "string" } },
            "sizes": { "type": "array", "items": { "type": "integer" } },
            "score": { "type": "number" },
            "mode": { "type": "string", "enum": ["content", "names"] },
            "note": { "type": ["string", "null"] },
            "level": { "type": ["integer", "null"] },
            "filter": { "type": "object", "properties": { "age": { "type": "integer" } } },
        },
        "required": ["path"],
        "additionalProperties": false,
    }))
}

fn fix(arguments: &Value) -> (Value, Vec<String>) {
    let repaired = repair(&sample(), arguments).unwrap();
    (repaired.arguments, repaired.repairs)
}

fn refusal(arguments: &Value) -> String {
    let error = repair(&sample(), arguments).unwrap_err();
    assert_eq!(error.code, "invalid_arguments");
    error.message
}

#[test]
fn what_fits_is_not_touched() {
    let good = json!({
        "path": "5", "limit": 5, "deep": true, "names": ["a"], "score": 0.5, "mode": "names",
        "note": null, "filter": { "age": 3 },
    });
    assert_eq!(fix(&good), (good, vec![]));
}

#[test]
fn numbers_and_truths_written_as_text_become_what_they_are() {
    let (fixed, repairs) = fix(&json!({
        "path": "a", "limit": " 5 ", "deep": "True", "score": "1.5", "level": "null", "sizes": ["1", 2.0],
    }));
    assert_eq!(
        fixed,
        json!({ "path": "a", "limit": 5, "deep": true, "score": 1.5, "level": null, "sizes": [1, 2] })
    );
    assert_eq!(
        repairs,
        [
            "deep: string to boolean",
            "level: string to null",
            "limit: string to integer",
            "score: string to number",
            "sizes[0]: string to integer",
            "sizes[1]: number to integer",
        ]
    );
}

#[test]
fn one_thing_becomes_a_list_and_json_in_text_is_read() {
    let (fixed, _) = fix(&json!({
        "path": "a", "names": "x", "sizes": "[1, \"2\"]", "filter": "{\"age\": \"7\"}",
    }));
    assert_eq!(
        fixed,
        json!({ "path": "a", "names": ["x"], "sizes": [1, 2], "filter": { "age": 7 } })
    );
    let (fixed, repairs) = fix(&json!("{\"path\": \"a\"}"));
    assert_eq!(
        (fixed, repairs),
        (json!({ "path": "a" }), vec!["arguments: string to object".to_owned()])
    );
}

#[test]
fn a_null_for_what_may_be_left_out_is_left_out() {
    let (fixed, repairs) =
        fix(&json!({ "path": "a", "limit": null, "deep": "", "mode": null, "other": null }));
    assert_eq!(fixed, json!({ "path": "a" }));
    assert_eq!(repairs.len(), 4);
}

#[test]
fn other_names_are_understood_only_when_one_thing_can_be_meant() {
    assert_eq!(fix(&json!({ "file_path": "a" })).0, json!({ "path": "a" }));
    assert_eq!(
        fix(&json!({ "filePath": "a", "max_results": 3 })).0,
        json!({ "path": "a", "limit": 3 })
    );
    assert_eq!(fix(&json!({ "Path": "a" })).0, json!({ "path": "a" }));
    refusal(&json!({ "file": "a", "filename": "b" }));
    assert_eq!(
        refusal(&json!({ "path": "a", "file": "b" })),
        "there is no argument `file`: expected one of deep, filter, level, limit, mode, names, note, path, score, sizes"
    );
}

#[test]
fn says_which_argument_is_wrong_and_what_was_expected() {
    assert_eq!(refusal(&json!({})), "argument `path` is missing: expected string");
    assert_eq!(
        refusal(&json!({ "path": "a", "limit": "many" })),
        "argument `limit`: expected integer of at most 100, got \"many\""
    );
    assert_eq!(
        refusal(&json!({ "path": "a", "limit": 101 })),
        "argument `limit`: expected integer of at most 100, got 101"
    );
    assert_eq!(
        refusal(&json!({ "path": "a", "mode": "both" })),
        "argument `mode`: expected one of \"content\", \"names\", got \"both\""
    );
    assert_eq!(
        refusal(&json!({ "path": "a", "sizes": [1, {}] })),
        "argument `sizes[1]`: expected integer, got an object"
    );
    assert_eq!(
        refusal(&json!("path")),
        "expected object, got \"path\"".replace("object", "an object")
    );
    let error = repair(&sample(), &json!({})).unwrap_err();
    assert!(
        error.hint.unwrap().starts_with("a_tool takes path (string), deep (boolean, optional)")
    );
}

#[test]
fn a_closed_list_forgives_case_and_a_container_can_be_text() {
    let (fixed, _) = fix(&json!({ "path": ["a"], "mode": "Content" }));
    assert_eq!(fixed, json!({ "path": "a", "mode": "content" }));
    let (fixed, repairs) = fix(&json!({ "path": { "a": 1 } }));
    assert_eq!(fixed, json!({ "path": "{\n  \"a\": 1\n}" }));
    assert_eq!(repairs, ["path: object to string"]);
}

#[test]
fn every_shipped_schema_is_one_the_check_covers() {
    for (tool, _) in Tools::new(ToolsOptions::default()).all() {
        let descriptor = tool.descriptor();
        assert!(check::covers(&descriptor.params), "{}", descriptor.name);
    }
    assert!(check::covers(&sample().params));
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3_i64..200).prop_map(Value::from),
        (0.0_f64..9.0).prop_map(Value::from),
        prop_oneof!["[a-z]{0,4}", "[0-9]{1,3}", Just("names".to_owned()), Just("null".to_owned())]
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z]{1,4}|age", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn any_arguments(schema: &Value) -> impl Strategy<Value = Value> + use<> {
    let mut names: Vec<String> =
        schema["properties"].as_object().unwrap().keys().cloned().collect();
    names.extend(["file_path".to_owned(), "zzz".to_owned()]);
    proptest::collection::btree_map(proptest::sample::select(names), any_value(), 0..6)
        .prop_map(|map| Value::Object(map.into_iter().collect()))
}

/// The general validator says the same as ours, for every schema we ship.
#[test]
fn the_check_agrees_with_a_general_validator() {
    let tools = Tools::new(ToolsOptions::default());
    let shipped = tools.all().into_iter().map(|(tool, _)| tool.descriptor().clone());
    for descriptor in shipped.chain([sample()]) {
        let general = jsonschema::validator_for(&descriptor.params).unwrap();
        let mut runner = proptest::test_runner::TestRunner::default();
        runner
            .run(&any_arguments(&descriptor.params), |arguments| {
                let ours = check::check(&descriptor.params, &arguments).is_ok();
                prop_assert_eq!(ours, general.is_valid(&arguments), "{}", arguments);
                if let Ok(repaired) = repair(&descriptor, &arguments) {
                    prop_assert!(general.is_valid(&repaired.arguments));
                    let again = repair(&descriptor, &repaired.arguments).unwrap();
                    prop_assert_eq!(&again.arguments, &repaired.arguments);
                    prop_assert!(again.repairs.is_empty(), "{:?}", again.repairs);
                    let changed = repaired.arguments != arguments;
                    prop_assert_eq!(changed, !repaired.repairs.is_empty());
                }
                if ours {
                    prop_assert!(repair(&descriptor, &arguments).is_ok());
                }
                Ok(())
            })
            .unwrap();
    }
}
