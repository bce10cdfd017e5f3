//! OpenAI Responses.

use nanofolks_protocol::Usage;
use serde_json::{Value, json};

use super::read::{Notes, arguments, content, str_of, tools};
use super::{Asked, Closing, Frame};
use crate::recorded::{Recorded, Seen, SeenCall, SeenResult, SeenTurn};
use crate::reply::{Answer, Call, Stop};

const ID: &str = "resp_test";

/// Numbers the events of one stream.
#[derive(Default)]
struct Tape(Vec<Frame>);

impl Tape {
    fn push(&mut self, name: &'static str, mut value: Value) {
        value["type"] = json!(name);
        value["sequence_number"] = json!(self.0.len());
        self.0.push(Frame::named(name, value));
    }
}

pub(super) fn stream(answer: &Answer, asked: &Asked) -> Vec<Frame> {
    let mut tape = Tape::default();
    let begun = json!({ "response": response(asked, "in_progress", &[], None) });
    tape.push("response.created", begun.clone());
    tape.push("response.in_progress", begun);
    let items = items(answer);
    let mut first_call = 0;
    if !answer.reasoning.is_empty() {
        reasoning(&mut tape, answer, first_call, &items[first_call]);
        first_call += 1;
    }
    if !answer.text.is_empty() {
        message(&mut tape, answer, first_call, &items[first_call]);
        first_call += 1;
    }
    calls(&mut tape, answer, first_call, &items);
    let (name, status) = match answer.stop {
        Stop::Length | Stop::Filtered => ("response.incomplete", "incomplete"),
        Stop::End | Stop::Tools | Stop::Refused => ("response.completed", "completed"),
    };
    let mut done = response(asked, status, &items, answer.usage.as_ref());
    done["incomplete_details"] = details(answer.stop);
    tape.push(name, json!({ "response": done }));
    let mut frames = tape.0;
    if let Some(last) = frames.pop() {
        frames.push(last.closing(Closing::Mark));
    }
    frames
}

fn reasoning(tape: &mut Tape, answer: &Answer, index: usize, item: &Value) {
    let id = &item["id"];
    tape.push(
        "response.output_item.added",
        json!({ "output_index": index, "item": {
        "id": id, "type": "reasoning", "status": "in_progress", "summary": [],
    } }),
    );
    let part = |text: &str| json!({ "type": "summary_text", "text": text });
    tape.push(
        "response.reasoning_summary_part.added",
        json!({
            "item_id": id, "output_index": index, "summary_index": 0, "part": part(""),
        }),
    );
    for piece in &answer.reasoning {
        tape.push(
            "response.reasoning_summary_text.delta",
            json!({
                "item_id": id, "output_index": index, "summary_index": 0, "delta": piece,
            }),
        );
    }
    let thought = answer.thought();
    tape.push(
        "response.reasoning_summary_text.done",
        json!({
            "item_id": id, "output_index": index, "summary_index": 0, "text": thought,
        }),
    );
    tape.push(
        "response.reasoning_summary_part.done",
        json!({
            "item_id": id, "output_index": index, "summary_index": 0, "part": part(&thought),
        }),
    );
    tape.push("response.output_item.done", json!({ "output_index": index, "item": item }));
}

fn message(tape: &mut Tape, answer: &Answer, index: usize, item: &Value) {
    let id = &item["id"];
    tape.push(
        "response.output_item.added",
        json!({ "output_index": index, "item": {
        "id": id, "type": "message", "status": "in_progress", "role": "assistant", "content": [],
    } }),
    );
    let place = |mut value: Value| {
        value["item_id"] = id.clone();
        value["output_index"] = json!(index);
        value["content_index"] = json!(0);
        value
    };
    let refused = answer.stop == Stop::Refused;
    let (delta, done) = if refused {
        ("response.refusal.delta", "response.refusal.done")
    } else {
        ("response.output_text.delta", "response.output_text.done")
    };
    let empty = if refused {
        json!({ "type": "refusal", "refusal": "" })
    } else {
        json!({ "type": "output_text", "text": "", "annotations": [] })
    };
    tape.push("response.content_part.added", place(json!({ "part": empty })));
    for piece in &answer.text {
        tape.push(delta, place(json!({ "delta": piece })));
    }
    let field = if refused { "refusal" } else { "text" };
    tape.push(done, place(json!({ field: answer.said() })));
    tape.push("response.content_part.done", place(json!({ "part": item["content"][0] })));
    tape.push("response.output_item.done", json!({ "output_index": index, "item": item }));
}

fn calls(tape: &mut Tape, answer: &Answer, first: usize, items: &[Value]) {
    for (number, item) in items.iter().enumerate().skip(first) {
        let mut begun = item.clone();
        begun["status"] = json!("in_progress");
        begun["arguments"] = json!("");
        let added = json!({ "output_index": number, "item": begun });
        tape.push("response.output_item.added", added);
    }
    for (call, piece) in answer.interleaved() {
        tape.push(
            "response.function_call_arguments.delta",
            json!({
                "item_id": items[first + call]["id"], "output_index": first + call, "delta": piece,
            }),
        );
    }
    for (number, item) in items.iter().enumerate().skip(first) {
        tape.push(
            "response.function_call_arguments.done",
            json!({
                "item_id": item["id"], "output_index": number, "arguments": item["arguments"],
            }),
        );
        tape.push("response.output_item.done", json!({ "output_index": number, "item": item }));
    }
}

fn items(answer: &Answer) -> Vec<Value> {
    let mut items = Vec::new();
    if !answer.reasoning.is_empty() {
        items.push(json!({
            "id": "rs_1", "type": "reasoning", "encrypted_content": "gAAAAAB-sealed",
            "summary": [{ "type": "summary_text", "text": answer.thought() }],
        }));
    }
    if !answer.text.is_empty() {
        let part = if answer.stop == Stop::Refused {
            json!({ "type": "refusal", "refusal": answer.said() })
        } else {
            json!({ "type": "output_text", "text": answer.said(), "annotations": [] })
        };
        items.push(json!({
            "id": "msg_1", "type": "message", "status": "completed", "role": "assistant",
            "content": [part],
        }));
    }
    items.extend(answer.calls.iter().enumerate().map(|(number, call)| call_item(number, call)));
    items
}

fn call_item(number: usize, call: &Call) -> Value {
    let mut item = json!({
        "id": format!("fc_{number}"), "type": "function_call", "status": "completed",
        "name": call.name, "arguments": call.arguments,
    });
    if let Some(id) = &call.id {
        item["call_id"] = json!(id);
    }
    item
}

pub(super) fn whole(answer: &Answer, asked: &Asked) -> Value {
    let status = match answer.stop {
        Stop::Length | Stop::Filtered => "incomplete",
        Stop::End | Stop::Tools | Stop::Refused => "completed",
    };
    let mut body = response(asked, status, &items(answer), answer.usage.as_ref());
    body["incomplete_details"] = details(answer.stop);
    body
}

/// The event that ends a failed response.
pub(super) fn late_error(code: &str, message: &str) -> Frame {
    Frame::named(
        "response.failed",
        json!({
            "type": "response.failed", "sequence_number": 9999,
            "response": {
                "id": ID, "object": "response", "status": "failed", "output": [], "usage": null,
                "error": { "code": code, "message": message },
            },
        }),
    )
}

fn details(stop: Stop) -> Value {
    match stop {
        Stop::Length => json!({ "reason": "max_output_tokens" }),
        Stop::Filtered => json!({ "reason": "content_filter" }),
        Stop::End | Stop::Tools | Stop::Refused => Value::Null,
    }
}

fn response(asked: &Asked, status: &str, output: &[Value], usage: Option<&Usage>) -> Value {
    json!({
        "id": ID, "object": "response", "created_at": 1_763_672_400, "status": status,
        "model": asked.model, "output": output, "error": null, "incomplete_details": null,
        "instructions": null, "metadata": {}, "parallel_tool_calls": true, "tool_choice": "auto",
        "tools": [], "store": false,
        "usage": usage.map(|usage| json!({
            "input_tokens": usage.input_tokens,
            "input_tokens_details": { "cached_tokens": usage.cached_input_tokens },
            "output_tokens": usage.output_tokens,
            "output_tokens_details": { "reasoning_tokens": usage.reasoning_tokens },
            "total_tokens": usage.input_tokens.saturating_add(usage.output_tokens),
        })),
    })
}

pub(super) fn read(request: &Recorded) -> Seen {
    let mut notes = Notes::default();
    let body = &request.body;
    let mut seen = Seen { system: str_of(body, "instructions").to_owned(), ..Seen::default() };
    if let Some(text) = body["input"].as_str() {
        seen.turns.push(SeenTurn { text: text.to_owned(), ..SeenTurn::of("user") });
    } else {
        for item in notes.list(body, "input") {
            item_of(item, &mut seen, &mut notes);
        }
    }
    for tool in body["tools"].as_array().into_iter().flatten() {
        notes.unless(tool["type"] == "function", || "a tool is not a function".to_owned());
        tools(tool, "parameters", &mut seen, &mut notes);
    }
    seen.violations = notes.0;
    seen
}

fn item_of(item: &Value, seen: &mut Seen, notes: &mut Notes) {
    match item.get("type").and_then(Value::as_str).unwrap_or("message") {
        "message" => {
            let role = str_of(item, "role");
            let mut turn = SeenTurn::of(role);
            content(&item["content"], &mut turn, notes);
            match role {
                "system" | "developer" => seen.system.push_str(&turn.text),
                "user" | "assistant" => seen.turns.push(turn),
                other => notes.push(format!("the role {other:?} does not exist")),
            }
        }
        "function_call" => {
            let call = SeenCall {
                id: str_of(item, "call_id").to_owned(),
                name: str_of(item, "name").to_owned(),
                arguments: arguments(&item["arguments"], notes),
            };
            let mut turn = SeenTurn::of("assistant");
            turn.calls.push(call);
            seen.turns.push(turn);
        }
        "function_call_output" => {
            let mut turn = SeenTurn::of("tool");
            content(&item["output"], &mut turn, notes);
            let text = std::mem::take(&mut turn.text);
            let id = str_of(item, "call_id").to_owned();
            turn.results.push(SeenResult { id, name: String::new(), text });
            seen.turns.push(turn);
        }
        "reasoning" => {
            let mut turn = SeenTurn::of("assistant");
            for part in item["summary"].as_array().into_iter().flatten() {
                turn.reasoning.push_str(str_of(part, "text"));
            }
            seen.turns.push(turn);
        }
        other => notes.push(format!("an item of the unknown type {other:?}")),
    }
}
