use super::*;
use crate::ollama::Ollama;
use crate::testing;

#[test]
fn a_request_with_everything() {
    insta::assert_json_snapshot!(testing::body(&Ollama, &testing::everything("mylab", "llama3.2")));
}

#[test]
fn the_window_grows_with_the_conversation_in_powers_of_two() {
    let window = |text: String| {
        let mut request = testing::request("m");
        request.system = text.into();
        testing::body(&Ollama, &request)["options"]["num_ctx"].as_u64().unwrap()
    };
    assert_eq!(window(String::new()), 8192);
    assert_eq!(window("x".repeat(30_000)), 16_384);
    assert_eq!(window("x".repeat(300_000)), 131_072);
}

#[test]
fn efforts_are_words_for_one_family_only() {
    assert_eq!(think("gpt-oss:20b", Effort::Low), json!("low"));
    assert_eq!(think("qwen3", Effort::Low), json!(true));
}
