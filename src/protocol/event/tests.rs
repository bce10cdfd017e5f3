use pretty_assertions::assert_eq;
use serde_json::json;

use super::*;

#[test]
fn is_flat_on_the_wire() {
    let turn = TurnId::fresh();
    let event = Event {
        seq: Some(7),
        turn: Some(turn),
        bot: Some(BotId::LEADER),
        ..Event::new(
            Timestamp::from_millis(0),
            RoomId::general(),
            EventKind::Notice {
                level: NoticeLevel::Info,
                code: "no_tools".into(),
                text: "this model cannot use tools".into(),
                hint: None,
            },
        )
    };

    let value = serde_json::to_value(&event).unwrap();

    assert_eq!(
        value,
        json!({
            "v": 1, "seq": 7, "at": "1970-01-01T00:00:00.000Z", "room": "general",
            "session": null, "turn": turn.to_string(), "bot": "leader",
            "type": "notice", "level": "info", "code": "no_tools",
            "text": "this model cannot use tools",
        })
    );
    assert_eq!(serde_json::from_value::<Event>(value).unwrap(), event);
}

#[test]
fn an_answered_approval_is_flat_too() {
    let kind = EventKind::ApprovalResolved {
        approval: ApprovalId::fresh(),
        decision: Decision::Allow { scope: crate::Scope::Once },
        by: "cli".into(),
    };
    let value = serde_json::to_value(&kind).unwrap();
    assert_eq!(value["type"], "approval.resolved");
    assert_eq!(value["decision"], "allow");
    assert_eq!(value["scope"], "once");
    assert_eq!(serde_json::from_value::<EventKind>(value).unwrap(), kind);
}

#[test]
fn only_deltas_are_live() {
    assert!(EventKind::TextDelta { text: String::new() }.is_live());
    assert!(!EventKind::RoomChanged { what: String::new() }.is_live());
}
