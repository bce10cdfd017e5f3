use proptest::prelude::*;
use serde_json::json;

use super::*;

/// Feeds the pieces and joins what belongs together.
fn split(pieces: &[&str], calls_allowed: bool) -> Vec<ModelEvent> {
    let mut splitter = Splitter::new(calls_allowed);
    let mut events: Vec<_> = pieces.iter().flat_map(|piece| splitter.push(piece)).collect();
    events.extend(splitter.finish());
    let mut joined: Vec<ModelEvent> = Vec::new();
    for event in events {
        match (joined.last_mut(), event) {
            (Some(ModelEvent::Text(text)), ModelEvent::Text(more))
            | (Some(ModelEvent::Reasoning(text)), ModelEvent::Reasoning(more)) => {
                text.push_str(&more);
            }
            (_, event) => joined.push(event),
        }
    }
    joined
}

fn calls(events: &[ModelEvent]) -> Vec<&ToolCall> {
    events
        .iter()
        .filter_map(|event| match event {
            ModelEvent::ToolCall(call) => Some(call),
            _ => None,
        })
        .collect()
}

const ANSWER: &str = "<think>\nHm, a < b.\n</think>\n\nI look.<tool_call>\n{\"name\": \"read_file\", \
     \"arguments\": {\"path\": \"a.txt\"}}\n</tool_call>";

#[test]
fn thoughts_words_and_calls_are_told_apart() {
    let events = split(&[ANSWER], true);
    assert_eq!(events[0], ModelEvent::Reasoning("Hm, a < b.\n".to_owned()));
    assert_eq!(events[1], ModelEvent::Text("I look.".to_owned()));
    let [call] = calls(&events)[..] else { panic!("expected one call: {events:?}") };
    assert_eq!((call.name.as_str(), &call.arguments), ("read_file", &json!({ "path": "a.txt" })));
    assert_eq!(call.malformed, None);
}

#[test]
fn it_does_not_matter_where_the_pieces_are_cut() {
    let whole = split(&[ANSWER], true);
    for at in 0..=ANSWER.len() {
        let events = split(&[&ANSWER[..at], &ANSWER[at..]], true);
        assert_eq!(events[..2], whole[..2], "cut at {at}");
        assert_eq!(calls(&events)[0].arguments, calls(&whole)[0].arguments, "cut at {at}");
    }
    let letters: Vec<&str> = ANSWER.split_inclusive(|_| true).collect();
    assert_eq!(split(&letters, true)[..2], whole[..2]);
}

#[test]
fn a_model_without_tools_just_talks_about_them() {
    let events = split(&["Write <tool_call>{}</tool_call>."], false);
    let expected = "Write <tool_call>{}</tool_call>.".to_owned();
    assert_eq!(events, [ModelEvent::Text(expected)]);
}

#[test]
fn a_call_that_is_no_json_or_not_closed_is_never_run() {
    for text in [
        "<tool_call>{\"name\": \"read_file\", \"arguments\": {\"path\":</tool_call>",
        "<tool_call>{\"name\": \"read_file\", \"arguments\": {}}",
        "<tool_call>{\"name\": \"read_file\", \"arguments\": [1]}</tool_call>",
    ] {
        let events = split(&[text], true);
        let [call] = calls(&events)[..] else { panic!("expected one call: {events:?}") };
        assert_eq!(call.name, "read_file");
        assert!(call.malformed.is_some(), "{text}");
        assert!(call.arguments.is_null());
    }
}

#[test]
fn arguments_in_a_string_and_without_arguments_are_understood() {
    let inner = r#"<tool_call>{"name":"a","arguments":"{\"x\":1}"}</tool_call>"#;
    assert_eq!(calls(&split(&[inner], true))[0].arguments, json!({ "x": 1 }));
    let bare = r#"<tool_call>{"name":"a"}</tool_call>"#;
    assert_eq!(calls(&split(&[bare], true))[0].arguments, json!({}));
}

proptest! {
    #[test]
    fn plain_text_comes_through_whole(text in "[a-z<>/ _\n]{0,200}", cut in 0_usize..200) {
        prop_assume!(!text.contains("<think>") && !text.contains("<tool_call>"));
        let cut = cut.min(text.len());
        let events = split(&[&text[..cut], &text[cut..]], true);
        let said: String = events
            .iter()
            .map(|event| match event {
                ModelEvent::Text(text) => text.as_str(),
                other => panic!("unexpected {other:?}"),
            })
            .collect();
        prop_assert_eq!(said, text.trim_start());
    }
}
