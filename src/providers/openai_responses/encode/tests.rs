use super::*;
use crate::openai_responses::OpenAiResponses;
use crate::testing;

#[test]
fn a_request_with_everything() {
    insta::assert_json_snapshot!(testing::body(
        &OpenAiResponses,
        &testing::everything("mylab", "gpt-5")
    ));
}

#[test]
fn only_thinking_models_are_told_to_think() {
    for name in ["gpt-5", "gpt-5.2-codex", "openai/o3", "o4-mini", "gpt-10"] {
        assert!(is_thinking_model(name), "{name}");
    }
    for name in
        ["gpt-4.1", "gpt-4o", "gpt-5-chat-latest", "omni", "llama", "gpt-oss-120b", "test-model"]
    {
        assert!(!is_thinking_model(name), "{name}");
    }
}

#[test]
fn other_models_keep_their_temperature_and_get_no_options_of_thinking() {
    let body = testing::body(&OpenAiResponses, &testing::everything("mylab", "gpt-4.1"));
    assert_eq!(body["temperature"], 0.5);
    assert!(body.get("reasoning").is_none() && body.get("include").is_none());
}
