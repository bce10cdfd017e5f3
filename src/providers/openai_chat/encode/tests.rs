use super::*;
use crate::openai_chat::OpenAiChat;
use crate::preset::preset;
use crate::testing;

fn with(quirks: Quirks, request: &ModelRequest) -> Value {
    testing::body(&OpenAiChat::new(quirks), request)
}

#[test]
fn a_request_with_everything() {
    insta::assert_json_snapshot!(with(Quirks::NONE, &testing::everything("mylab", "some-model")));
}

#[test]
fn a_plain_question_is_small() {
    insta::assert_json_snapshot!(with(Quirks::NONE, &testing::request("some-model")));
}

#[test]
fn vendors_get_what_they_understand() {
    let quirks = |id: &str| preset(id).unwrap().quirks;
    let request = testing::everything("mylab", "moonshotai/kimi-k2.5");
    assert_eq!(with(quirks("openrouter"), &request)["temperature"], 1.0);
    assert_eq!(with(quirks("aihubmix"), &request)["model"], "kimi-k2.5");
    let deepseek = with(quirks("deepseek"), &request);
    assert!(
        deepseek.get("response_format").is_none() && deepseek.get("reasoning_effort").is_none()
    );
    let groq = with(quirks("groq"), &request);
    assert_eq!((&groq["max_completion_tokens"], groq.get("max_tokens")), (&json!(16_000), None));
    assert_eq!(with(quirks("minimax"), &request)["reasoning_split"], true);
}

#[test]
fn an_open_schema_is_not_promised_to_be_strict() {
    let mut request = testing::request("m");
    request.output_schema =
        Some(std::sync::Arc::new(json!({ "type": "object", "properties": {} })));
    assert_eq!(with(Quirks::NONE, &request)["response_format"]["json_schema"]["strict"], false);
}
