use crate::gemini::Gemini;
use crate::testing;
use crate::wire::Dialect as _;

#[test]
fn a_request_with_everything() {
    insta::assert_json_snapshot!(testing::body(
        &Gemini,
        &testing::everything("mylab", "gemini-2.5-pro")
    ));
}

#[test]
fn a_schema_is_sent_when_there_are_no_tools() {
    let mut request = testing::everything("mylab", "gemini-2.0-flash");
    request.tools = [].into();
    let config = &testing::body(&Gemini, &request)["generationConfig"];
    assert_eq!(config["responseMimeType"], "application/json");
    assert_eq!(config["responseJsonSchema"]["type"], "object");
    assert!(config.get("thinkingConfig").is_none());
}

#[test]
fn the_model_is_in_the_path() {
    let call = Gemini.encode("gemini", &testing::request("models/gemini-3-pro")).unwrap();
    assert_eq!(call.path, "/v1beta/models/gemini-3-pro:streamGenerateContent");
    assert_eq!(call.query, "alt=sse");
}
