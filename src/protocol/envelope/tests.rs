use pretty_assertions::assert_eq;
use serde_json::json;

use super::*;

/// Whatever sends a message and whoever stores it agrees on this text; databases hold it.
const WHOLE: &str = r#"{"id":"0192d4e0-7b1a-7000-8000-000000000001","idempotency_key":"telegram:42:7","trace_id":"0192d4e0-7b1a-7000-8000-000000000002","channel":"telegram","chat":"42","thread":"9","sender":{"id":"17","name":"Ada","role":"user"},"room":"general","session":"0192d4e0-7b1a-7000-8000-000000000003","direction":"inbound","priority":5,"text":"zażółć","attachments":[{"kind":"image","mime":"image/png","name":"a.png","blob":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","bytes":3,"origin":"user"}],"reply_to":"6","sent_at":"2025-11-20T21:00:00.005Z","trust":"paired","metadata":{"lang":"pl"}}"#;

/// What a message without any extras is.
const BARE: &str = r#"{"id":"0192d4e0-7b1a-7000-8000-000000000001","idempotency_key":"k","trace_id":"0192d4e0-7b1a-7000-8000-000000000002","channel":"cli","chat":"c","sender":{"id":"me","name":"me","role":"user"},"room":"general","direction":"inbound","priority":5,"text":"hi","sent_at":"2025-11-20T21:00:00.000Z","trust":"operator"}"#;

#[test]
fn an_envelope_is_written_as_agreed_and_read_back_the_same() {
    for golden in [WHOLE, BARE] {
        let envelope: Envelope = serde_json::from_str(golden).unwrap();

        let written = serde_json::to_value(&envelope).unwrap();

        assert_eq!(written, serde_json::from_str::<Value>(golden).unwrap());
        assert_eq!(serde_json::from_value::<Envelope>(written).unwrap(), envelope);
    }
}

#[test]
fn what_a_later_version_adds_is_no_obstacle() {
    let mut value: Value = serde_json::from_str(BARE).unwrap();
    value["mood"] = json!("fine");

    let envelope: Envelope = serde_json::from_value(value).unwrap();

    assert_eq!(envelope.text, "hi");
}

#[test]
fn the_house_goes_before_bots_and_bots_before_people() {
    let order = [Priority::SYSTEM, Priority::BOT, Priority::USER, Priority::BACKGROUND];
    assert!(order.is_sorted());
    assert_eq!(order.map(|priority| priority.0), [0, 3, 5, 7]);
}
