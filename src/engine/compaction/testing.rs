//! Conversations for tests.

use std::sync::Arc;

use nanofolks_protocol::tool::CallStatus;
use nanofolks_protocol::{
    BotId, CallId, Content, Message, MessageId, Origin, Part, Role, Timestamp, ToolCall, ToolError,
    ToolOutput, ToolResult, TurnId,
};
use proptest::prelude::*;
use serde_json::json;

/// A conversation that is put together.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    pub(super) messages: Vec<Arc<Message>>,
    turn: Option<TurnId>,
}

impl History {
    pub(super) fn new() -> Self {
        Self::default()
    }

    fn push(&mut self, role: Role, parts: Vec<Part>) -> &mut Self {
        let bot = (role != Role::User).then_some(BotId::LEADER);
        let at = Timestamp::from_millis(self.messages.len() as i64 * 1_000);
        let (id, turn) = (MessageId::fresh(), self.turn);
        self.messages.push(Arc::new(Message { id, role, bot, turn, at, parts }));
        self
    }

    /// Somebody speaks: a new turn.
    pub(super) fn user(&mut self, text: &str) -> &mut Self {
        self.turn = Some(TurnId::fresh());
        self.push(Role::User, vec![Part::text(Origin::User, text)])
    }

    pub(super) fn bot(&mut self, text: &str) -> &mut Self {
        self.push(Role::Assistant, vec![Part::text(Origin::Model, text)])
    }

    pub(super) fn calls(&mut self, ids: &[&str]) -> &mut Self {
        let parts = ids
            .iter()
            .map(|id| Part { origin: Origin::Model, content: Content::ToolCall(call(id)) });
        let parts = parts.collect();
        self.push(Role::Assistant, parts)
    }

    pub(super) fn results(&mut self, ids: &[&str]) -> &mut Self {
        let parts = ids.iter().map(|id| Part {
            origin: Origin::Tool,
            content: Content::ToolResult(ToolResult::worked(
                &call(id),
                ToolOutput::text(format!("result of {id}")),
            )),
        });
        let parts = parts.collect();
        self.push(Role::Tool, parts)
    }

    pub(super) fn fails(&mut self, id: &str, why: &str) -> &mut Self {
        let error = ToolError::new("not_found", why);
        let result = ToolResult::failed(&call(id), CallStatus::Error, error);
        let content = Content::ToolResult(result);
        self.push(Role::Tool, vec![Part { origin: Origin::Tool, content }])
    }
}

fn call(id: &str) -> ToolCall {
    ToolCall {
        id: CallId::from_provider(id),
        name: "look".to_owned(),
        arguments: json!({ "path": format!("src/{id}.rs") }),
        malformed: None,
        opaque: None,
    }
}

/// Conversations of up to so many turns, with rounds of tools in them.
pub(super) fn random(turns: usize) -> impl Strategy<Value = History> {
    let round = prop::collection::vec((1_usize..4, any::<bool>()), 0..4);
    let turn = ("[a-zA-Z0-9 .,!`/-]{0,80}", round, "[a-z .]{0,60}", any::<bool>());
    prop::collection::vec(turn, 1..turns).prop_map(|turns| {
        let mut history = History::new();
        let mut number = 0;
        for (said, rounds, answer, answered) in turns {
            history.user(&said);
            for (calls, well) in rounds {
                let ids: Vec<String> = (0..calls).map(|at| format!("c{}", number + at)).collect();
                number += calls;
                let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
                history.calls(&ids);
                if well || ids.len() > 1 {
                    history.results(&ids);
                } else {
                    history.fails(ids[0], "it is not there");
                }
            }
            if answered {
                history.bot(&answer);
            }
        }
        history
    })
}
