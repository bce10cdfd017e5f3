use nanofolks_protocol::{CallId, MessageId, Origin, Timestamp, ToolCall, ToolOutput, ToolResult};
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn card(tools: bool, images: bool) -> ModelCard {
    ModelCard {
        model: "lab/model".parse().unwrap(),
        context_window: 8_000,
        max_output: 1_000,
        tools,
        images,
        small: false,
        price: None,
    }
}

fn message(role: Role, parts: Vec<Content>) -> Arc<Message> {
    Arc::new(Message {
        id: MessageId::fresh(),
        role,
        bot: None,
        turn: None,
        at: Timestamp::from_millis(0),
        parts: parts.into_iter().map(|content| Part { origin: Origin::User, content }).collect(),
    })
}

fn text(role: Role, text: &str) -> Arc<Message> {
    message(role, vec![Content::Text { text: text.to_owned() }])
}

/// A message as the leader reads it.
fn read(message: &Arc<Message>, card: &ModelCard) -> Arc<Message> {
    readable(message, Reader { bot: &BotId::LEADER, card })
}

fn call() -> ToolCall {
    ToolCall {
        id: CallId::fresh(),
        name: "read_file".into(),
        arguments: json!({ "path": "a" }),
        malformed: None,
        opaque: None,
    }
}

#[test]
fn a_message_that_needs_no_change_is_shared() {
    let one = text(Role::User, "hello");
    assert!(Arc::ptr_eq(&read(&one, &card(true, true)), &one));
}

#[test]
fn the_words_of_other_bots_have_their_names() {
    let said = |bot: &str, words: &str| {
        let message = Message::clone(&text(Role::Assistant, words));
        Arc::new(Message { bot: Some(bot.parse().unwrap()), ..message })
    };
    let (mine, theirs) = (said("leader", "mine"), said("coder", "theirs"));
    let roomy = card(true, true);
    assert!(Arc::ptr_eq(&read(&mine, &roomy), &mine));
    assert_eq!(read(&theirs, &roomy).text(), "@coder: theirs");

    let leader = Reader { bot: &BotId::LEADER, card: &roomy };
    assert!(leader.company(&[Arc::clone(&mine)]).is_none());
    assert!(leader.company(&[Arc::clone(&mine), Arc::clone(&theirs)]).is_some());
    let small = ModelCard { small: true, ..roomy };
    assert!(Arc::ptr_eq(&read(&theirs, &small), &theirs));
}

#[test]
fn a_model_without_eyes_is_told_of_the_picture() {
    let blob = BlobId::from_digest(&[1; 32]);
    let one = message(Role::User, vec![Content::Image { mime: "image/png".into(), blob }]);
    assert_eq!(read(&one, &card(true, false)).text(), "[a picture that this model cannot see]");
}

#[test]
fn sealed_data_goes_back_to_its_own_vendor_only() {
    let ours = seal(&json!("ours"), &card(true, true));
    let theirs = json!({ "provider": "other", "data": "theirs" });
    let opaque = |value: Value| {
        message(Role::Assistant, vec![Content::Reasoning { text: "t".into(), opaque: Some(value) }])
    };
    let kept = read(&opaque(ours), &card(true, true));
    let dropped = read(&opaque(theirs), &card(true, true));
    let of = |message: &Message| match &message.parts[0].content {
        Content::Reasoning { opaque, .. } => opaque.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(of(&kept), Some(json!("ours")));
    assert_eq!(of(&dropped), None);
}

#[test]
fn a_model_without_tools_reads_results_as_text() {
    let call = call();
    let result = ToolResult::worked(&call, ToolOutput::text("poem"));
    let one = message(Role::Tool, vec![Content::ToolResult(result)]);
    assert_eq!(read(&one, &card(false, true)).text(), "[read_file answered]\npoem");
}

#[test]
fn what_fits_begins_with_a_person() {
    let long = "x".repeat(4_000);
    let all = [
        text(Role::User, &long),
        text(Role::Assistant, "old answer"),
        text(Role::User, "second"),
        text(Role::Assistant, "answer"),
        text(Role::User, "third"),
    ];
    assert_eq!(fit(&all, 100).len(), 3);
    assert_eq!(fit(&all, 10_000).len(), 5);
    assert_eq!(fit(&all, 0).len(), 1);
}

proptest! {
    #[test]
    fn fitting_never_parts_a_call_from_its_result(
        kinds in prop::collection::vec(0..3u8, 1..40), budget in 0..2_000u64
    ) {
        let mut all = vec![text(Role::User, "first")];
        for kind in kinds {
            match kind {
                0 => all.push(text(Role::User, &"u".repeat(200))),
                1 => all.push(text(Role::Assistant, &"a".repeat(200))),
                _ => {
                    let call = call();
                    let result = ToolResult::worked(&call, ToolOutput::text("r".repeat(200)));
                    all.push(message(Role::Assistant, vec![Content::ToolCall(call)]));
                    all.push(message(Role::Tool, vec![Content::ToolResult(result)]));
                }
            }
        }
        all.push(text(Role::User, "last"));
        let fitted = fit(&all, budget);
        prop_assert_eq!(fitted.last().unwrap().text(), "last");
        prop_assert_eq!(fitted[0].role, Role::User);
        let calls: usize = fitted.iter().map(|m| m.tool_calls().count()).sum();
        let results = fitted.iter().filter(|m| m.role == Role::Tool).count();
        prop_assert_eq!(calls, results);
    }
}
