use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::*;

/// A question as it was stored before anybody said what a call reaches and costs.
fn earlier() -> Value {
    json!({
        "id": ApprovalId::fresh(), "room": "general", "turn": TurnId::fresh(), "bot": "leader",
        "call_id": "c1", "tool": "write_file", "summary": "write a", "preview": "+a",
        "arguments": {}, "effects": ["fs_write"], "reason": "it writes", "scopes": ["once"],
        "expires_at": "1970-01-01T00:00:00.000Z",
    })
}

#[test]
fn a_question_of_an_earlier_version_is_read_and_written_as_it_was() {
    let request: ApprovalRequest = serde_json::from_value(earlier()).unwrap();
    assert_eq!((&request.network, request.cost), (&Network::Unknown, Cost::Unknown));
    assert_eq!(request.outside(), "network: not known; cost: not known");
    let written = serde_json::to_value(&request).unwrap();
    assert!(written.get("network").is_none() && written.get("cost").is_none(), "{written}");
}

#[test]
fn what_a_call_reaches_and_costs_is_told_in_words_and_in_fields() {
    let told = |network: Network, cost: Cost| {
        let request: ApprovalRequest = serde_json::from_value(earlier()).unwrap();
        let request = ApprovalRequest { network, cost, ..request };
        let written = serde_json::to_value(&request).unwrap();
        assert_eq!(serde_json::from_value::<ApprovalRequest>(written.clone()).unwrap(), request);
        (request.outside(), written["network"].clone(), written["cost"].clone())
    };
    assert_eq!(
        told(Network::None, Cost::Free),
        (
            "no network; costs nothing".to_owned(),
            json!({ "kind": "none" }),
            json!({ "kind": "free" })
        )
    );
    let hosts = vec!["api.example.org".to_owned(), "127.0.0.1:8080".to_owned()];
    assert_eq!(
        told(Network::Hosts { hosts: hosts.clone() }, Cost::About { usd: 0.0125 }),
        (
            "network: api.example.org, 127.0.0.1:8080; costs about $0.0125".to_owned(),
            json!({ "kind": "hosts", "hosts": hosts }),
            json!({ "kind": "about", "usd": 0.0125 })
        )
    );
}
