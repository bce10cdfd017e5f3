use super::*;

fn kind_of(status: u16, body: &str) -> ModelErrorKind {
    with_status(status, None, body.as_bytes()).kind
}

#[test]
fn vendors_words_for_too_long_are_all_understood() {
    let bodies = [
        r#"{"error":{"message":"This model's maximum context length is 128000 tokens.","code":"context_length_exceeded"}}"#,
        r#"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 250000 tokens > 200000 maximum"}}"#,
        r#"{"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}"#,
        r#"{"error":"the request exceeds the available context size"}"#,
        r#"{"error":{"message":"Range of input length should be [1, 30720]","code":"invalid_parameter_error"}}"#,
        r#"{"error":{"message":"Invalid request: Your request exceeded model token limit: 131072"}}"#,
        r#"{"object":"error","message":"This model's maximum context length is 4096 tokens.","code":400}"#,
    ];
    for body in bodies {
        assert_eq!(kind_of(400, body), ModelErrorKind::ContextOverflow, "{body}");
    }
    assert_eq!(kind_of(413, ""), ModelErrorKind::ContextOverflow);
}

#[test]
fn status_and_words_decide_together() {
    use ModelErrorKind as K;
    let table = [
        (401, "{}", K::Unauthorized),
        (402, "{}", K::Forbidden),
        (403, "{}", K::Forbidden),
        (404, r#"{"error":{"message":"model: claude-nope"}}"#, K::ModelNotFound),
        (404, "<html>", K::BadRequest),
        (
            400,
            r#"{"error":{"message":"API key not valid. Please pass a valid API key."}}"#,
            K::Unauthorized,
        ),
        (
            400,
            r#"{"error":{"message":"foo/bar is not a valid model ID","code":400}}"#,
            K::ModelNotFound,
        ),
        (400, r#"{"error":{"message":"temperature"}}"#, K::BadRequest),
        (422, r#"{"detail":"nope"}"#, K::BadRequest),
        (429, "{}", K::RateLimited),
        (429, r#"{"error":{"code":"insufficient_quota"}}"#, K::Forbidden),
        (500, "", K::Unavailable),
        (502, "<html>", K::Unavailable),
        (504, "", K::Unavailable),
        (529, "{}", K::Unavailable),
        (307, "", K::BadRequest),
    ];
    for (status, body, expected) in table {
        assert_eq!(kind_of(status, body), expected, "{status} {body}");
    }
}

#[test]
fn a_web_page_is_named_and_never_shown() {
    let page = "<!DOCTYPE html><html><script>alert(1)</script></html>";
    let fault = with_status(502, None, page.as_bytes());
    assert_eq!(fault.message, "answered with a web page instead of an error (HTTP 502)");
}

#[test]
fn the_providers_words_become_one_line_without_control_characters() {
    let body = serde_json::json!({ "error": { "message": format!("a\r\n\tb\u{1b}[31mc {}.", "x".repeat(900)) } });
    let fault = with_status(400, None, body.to_string().as_bytes());
    assert!(fault.message.starts_with("a bc xxx"), "{}", fault.message);
    assert!(fault.message.ends_with("… (HTTP 400)"));
    assert!(fault.message.chars().count() < 330);
}

#[test]
fn plain_text_is_cut_to_its_first_line() {
    assert_eq!(with_status(500, None, b"oops\nstack trace").message, "oops (HTTP 500)");
    assert_eq!(with_status(503, None, b"").message, "is not well (HTTP 503)");
}

#[test]
fn googles_wish_to_wait_is_found_in_the_body() {
    let body = r#"[{"error":{"code":429,"message":"quota","details":[{"retryDelay":"34.5s"}]}}]"#;
    let fault = with_status(429, None, body.as_bytes());
    assert_eq!(fault.retry_after, Some(Duration::from_secs_f64(34.5)));
}

#[test]
fn an_error_in_a_stream_is_known_by_its_code() {
    let fault = |text: &str| in_stream(&serde_json::from_str(text).unwrap());
    let overloaded = fault(r#"{"type":"overloaded_error","message":"Overloaded"}"#);
    assert_eq!(
        (overloaded.kind, &*overloaded.message),
        (ModelErrorKind::Unavailable, "Overloaded")
    );
    let limited = fault(r#"{"code":"rate_limit_exceeded","message":"slow down"}"#);
    assert_eq!(limited.kind, ModelErrorKind::RateLimited);
    let numbered = fault(r#"{"code":429,"message":"slow down","status":"RESOURCE_EXHAUSTED"}"#);
    assert_eq!(numbered.kind, ModelErrorKind::RateLimited);
    assert_eq!(fault(r#""model runner has crashed""#).message, "model runner has crashed");
}

#[test]
fn colours_for_a_terminal_leave_nothing_behind() {
    let body = "{\"error\":{\"message\":\"\\u001b[1;31mno\\u001b[0m \\u001b]8;;x\\u0007way\\u001b]8;;\\u001b\\\\ today\"}}";
    assert_eq!(with_status(400, None, body.as_bytes()).message, "no way today (HTTP 400)");
    let plain = "\u{1b}[31mbroken\u{1b}[0m";
    assert_eq!(with_status(500, None, plain.as_bytes()).message, "broken (HTTP 500)");
}

#[test]
fn what_is_not_json_is_said_in_plain_words() {
    for (text, want) in [("{\"a\":", "ends half-way"), ("{a}", "not JSON"), ("[1]", "another form")]
    {
        let error =
            serde_json::from_str::<std::collections::BTreeMap<String, u8>>(text).unwrap_err();
        let fault = Fault::malformed(&error);
        assert!(fault.message.contains(want), "{fault:?}");
        assert!(!fault.message.contains("line 1"), "{fault:?}");
    }
}
