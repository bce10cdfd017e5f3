//! Where a conversation may be cut: never between a call and its result, never inside the
//! turn that runs, and never so far that nothing of what was said last is left.

use std::collections::HashMap;
use std::sync::Arc;

use nanofolks_protocol::{Content, Message, Role, TurnId};

#[cfg(test)]
mod tests;

/// What is wished of a cut.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wish {
    /// Tokens that should go, at least.
    pub(crate) tokens: u64,
    /// Newest messages that stay.
    pub(crate) keep: usize,
    /// The turn that runs; its messages stay.
    pub(crate) turn: Option<TurnId>,
}

/// How many of the oldest messages go; `None` when none may. `weights` are their tokens.
///
/// A place where a person begins to speak is taken before others, when there is one near.
pub(crate) fn place(messages: &[Arc<Message>], weights: &[u64], wish: Wish) -> Option<usize> {
    let running = messages
        .iter()
        .position(|message| wish.turn.is_some() && message.turn == wish.turn)
        .unwrap_or(messages.len());
    let furthest = messages.len().saturating_sub(wish.keep.max(1)).min(running);
    let legal = legal(messages, furthest);
    let gone: Vec<u64> = weights
        .iter()
        .scan(0_u64, |sum, weight| {
            *sum = sum.saturating_add(*weight);
            Some(*sum)
        })
        .collect();
    let tokens = |at: usize| at.checked_sub(1).and_then(|at| gone.get(at)).copied().unwrap_or(0);
    let begins = |at: &usize| messages.get(*at).is_none_or(|message| message.role == Role::User);
    let near = wish.tokens.saturating_add(wish.tokens / 2);
    let enough = || legal.iter().copied().filter(|at| tokens(*at) >= wish.tokens);
    if let Some(at) = enough().find(begins).filter(|at| tokens(*at) <= near) {
        return Some(at);
    }
    if let Some(at) = enough().next() {
        return Some(at);
    }
    // Not enough may go: as much as possible, at a person's words if that costs little.
    let most = *legal.last()?;
    let spoken = legal.iter().rev().copied().find(begins);
    Some(spoken.filter(|at| tokens(*at) >= tokens(most) / 2).unwrap_or(most))
}

/// The places up to `furthest` that part no call from its result.
fn legal(messages: &[Arc<Message>], furthest: usize) -> Vec<usize> {
    let mut answered = HashMap::new();
    for (at, message) in messages.iter().enumerate() {
        for part in &message.parts {
            if let Content::ToolResult(result) = &part.content {
                answered.insert(&result.call_id, at);
            }
        }
    }
    let mut places = Vec::new();
    // The latest result of a call that was made so far.
    let mut open_until = 0;
    for (at, message) in messages.iter().enumerate().take(furthest) {
        let last = message.tool_calls().filter_map(|call| answered.get(&call.id)).max();
        open_until = open_until.max(last.copied().unwrap_or(0));
        let results_follow = messages.get(at + 1).is_some_and(|next| next.role == Role::Tool);
        if open_until <= at && !results_follow {
            places.push(at + 1);
        }
    }
    places
}
