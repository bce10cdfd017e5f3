use std::collections::BTreeMap;

use nanofolks_protocol::{
    Direction, EnvelopeId, Priority, RoomId, Sender, Timestamp, TraceId, Trust,
};

use super::*;

fn from(role: SenderRole) -> Envelope {
    Envelope {
        id: EnvelopeId::fresh(),
        idempotency_key: "k".into(),
        trace_id: TraceId::fresh(),
        channel: "cli".into(),
        chat: "test".into(),
        thread: None,
        sender: Sender { id: "x".into(), name: "x".into(), role },
        room: RoomId::general(),
        session: None,
        direction: Direction::Inbound,
        priority: Priority::USER,
        text: "stop the presses, said the e-mail".into(),
        attachments: vec![],
        reply_to: None,
        sent_at: Timestamp::from_millis(0),
        trust: Trust::Operator,
        metadata: BTreeMap::new(),
    }
}

#[test]
fn a_sentence_that_contains_stop_is_talk() {
    assert_eq!(of(&from(SenderRole::User)), Intent::Talk);
}

#[test]
fn the_house_reports() {
    assert_eq!(of(&from(SenderRole::System)), Intent::Report);
}
