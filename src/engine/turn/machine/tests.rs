use nanofolks_protocol::{Scope, ToolOutput};
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn call(name: &str) -> ToolCall {
    ToolCall {
        id: CallId::fresh(),
        name: name.to_owned(),
        arguments: json!({}),
        malformed: None,
        opaque: None,
    }
}

fn started(limit: u32, calls: &[ToolCall]) -> (Machine, Vec<Effect>) {
    let mut machine = Machine::new(limit);
    machine.asking();
    let effects =
        machine.step(Input::Replied { calls: calls.to_vec(), reason: StopReason::ToolUse });
    (machine, effects)
}

fn ran(call: &ToolCall) -> Input {
    Input::Ran { result: ToolResult::worked(call, ToolOutput::text("ok")) }
}

#[test]
fn a_reply_without_calls_ends_the_run() {
    let (_, effects) = started(20, &[]);
    assert_eq!(effects, [Effect::End(Ending::Said(StopReason::ToolUse))]);
}

#[test]
fn a_refused_call_is_answered_and_the_model_goes_on() {
    let one = call("write_file");
    let (mut machine, _) = started(20, std::slice::from_ref(&one));
    let verdict = Verdict::Ask { reason: "it writes".into() };
    let asked = machine.step(Input::Judged { call: one.clone(), verdict });
    assert_eq!(asked, [Effect::AskUser { call: one.clone(), reason: "it writes".into() }]);

    let effects = machine
        .step(Input::Decided { call: one.id.clone(), decision: Decision::Deny { note: None } });

    let [Effect::Answer(result), Effect::AskModel] = &effects[..] else {
        panic!("unexpected effects: {effects:?}");
    };
    assert_eq!(result.status, CallStatus::Denied);
    assert_eq!(result.call_id, one.id);
}

#[test]
fn the_model_waits_for_the_last_of_two_tools() {
    let (one, two) = (call("read_file"), call("list_dir"));
    let (mut machine, _) = started(20, &[one.clone(), two.clone()]);

    let first = machine.step(ran(&one));
    let last = machine.step(ran(&two));

    assert!(!first.contains(&Effect::AskModel));
    assert_eq!(last.last(), Some(&Effect::AskModel));
}

#[test]
fn a_second_answer_to_a_call_changes_nothing() {
    let one = call("read_file");
    let (mut machine, _) = started(20, std::slice::from_ref(&one));
    machine.step(ran(&one));
    assert_eq!(machine.step(ran(&one)), []);
    let late = Input::Decided { call: one.id, decision: Decision::Allow { scope: Scope::Once } };
    assert_eq!(machine.step(late), []);
}

#[test]
fn the_last_allowed_reply_may_not_call_tools_any_more() {
    let (_, effects) = started(1, &[call("read_file")]);
    assert_eq!(effects, [Effect::End(Ending::TooManyCalls { limit: 1 })]);
}

#[test]
fn what_runs_is_what_was_judged() {
    let one = call("read_file");
    let (mut machine, _) = started(20, std::slice::from_ref(&one));
    let repaired = ToolCall { arguments: json!({ "limit": 5 }), ..one };
    let verdict = Verdict::Ask { reason: "why".into() };
    machine.step(Input::Judged { call: repaired.clone(), verdict });
    let effects = machine.step(Input::Decided {
        call: repaired.id.clone(),
        decision: Decision::Allow { scope: Scope::Turn },
    });
    assert_eq!(effects, [Effect::Run(repaired)]);
}

proptest! {
    /// Whatever the order in which calls are settled, each is answered exactly once, and
    /// the model is asked again exactly once, at the end.
    #[test]
    fn every_call_is_answered_once(order in Just((0..6usize).collect::<Vec<_>>()).prop_shuffle(),
                                   kinds in prop::collection::vec(0..4u8, 6)) {
        let calls: Vec<_> = (0..6).map(|_| call("read_file")).collect();
        let (mut machine, _) = started(20, &calls);
        let mut answers = 0;
        let mut again = 0;
        for index in order {
            let one = &calls[index];
            let effects = match kinds[index] {
                0 => machine.step(ran(one)),
                1 => machine.step(Input::Decided { call: one.id.clone(), decision: Decision::Expired }),
                2 => machine.step(Input::Judged {
                    call: one.clone(), verdict: Verdict::Deny { reason: "no".into() } }),
                _ => machine.step(Input::Unfit {
                    call: one.id.clone(), error: ToolError::new("x", "y") }),
            };
            answers += effects.iter().filter(|e| matches!(e, Effect::Answer(_))).count();
            again += effects.iter().filter(|e| matches!(e, Effect::AskModel)).count();
        }
        prop_assert_eq!((answers, again), (6, 1));
    }
}
