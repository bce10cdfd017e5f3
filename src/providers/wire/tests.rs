//! What all five formats must do alike, checked with every answer the test kit can give.

use nanofolks_protocol::{ModelErrorKind, ModelEvent, StopReason};
use nanofolks_testkit::{Call, Dialect as Spoken, Reply, Stop};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::testing::{decode, dialect, joined, longer, request};

const HARD_TEXT: &str = "naïve 日本語 👩‍💻\u{2028} \"quoted\" \\ back\r\nnew line ";

/// Answers that together use everything a format has.
fn answers() -> Vec<Reply> {
    let calls = || {
        [
            Call::new(
                "call_a",
                "read_file",
                &json!({ "path": "ä\n.txt", "deep": [1, { "x": null }] }),
            ),
            Call::new("call_b", "list_dir", &json!({})),
            Call::new("call_c", "read_file", &json!({ "path": "👩‍💻" })),
        ]
    };
    vec![
        Reply::text("Hello there, friend."),
        Reply::text(HARD_TEXT).thinking("let me 考える … "),
        Reply::tool_calls(calls()).saying("I will look. ").thinking("Which file? ").fragments(5),
    ]
}

/// Short ones, for tests that read an answer once for each of its bytes.
fn small_answers() -> [Reply; 2] {
    let call = Call::new("call_a", "read_file", &json!({ "path": "ä\n.txt" }));
    [Reply::pieces(["é日"]).thinking("👩‍💻"), Reply::tool_calls([call]).fragments(2)]
}

/// The same answers as bytes, written in every way that means the same.
fn spellings(spoken: Spoken) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut all = Vec::new();
    for reply in answers() {
        let plain = reply.stream_bytes(spoken);
        for other in [
            reply.clone().crlf(),
            reply.clone().keep_alives(),
            reply.clone().all_fields(),
            reply.clone().crlf().keep_alives().all_fields(),
        ] {
            all.push((plain.clone(), other.stream_bytes(spoken)));
        }
        if spoken != Spoken::Ollama {
            all.push((plain, reply.many_data_lines().stream_bytes(spoken)));
        }
    }
    all
}

fn read(spoken: Spoken, pieces: Vec<Vec<u8>>) -> (Vec<ModelEvent>, Result<(), Fault>) {
    let (events, end) = decode(&*dialect(spoken), &request("test-model"), pieces);
    (joined(events), end)
}

fn whole(spoken: Spoken, bytes: &[u8]) -> Vec<ModelEvent> {
    let (events, end) = read(spoken, vec![bytes.to_vec()]);
    end.unwrap();
    events
}

#[test]
fn every_answer_is_understood() {
    for spoken in Spoken::ALL {
        let [plain, thoughtful, busy] = &answers()[..] else { panic!("three answers") };
        let events = whole(spoken, &plain.stream_bytes(spoken));
        assert_eq!(events[0], ModelEvent::Text("Hello there, friend.".into()), "{spoken:?}");
        assert_eq!(events.last(), Some(&ModelEvent::Finished { reason: StopReason::End }));

        let events = whole(spoken, &thoughtful.stream_bytes(spoken));
        assert_eq!(events[0], ModelEvent::Reasoning("let me 考える … ".into()), "{spoken:?}");
        assert!(events.contains(&ModelEvent::Text(HARD_TEXT.into())), "{spoken:?}: {events:?}");

        let events = whole(spoken, &busy.stream_bytes(spoken));
        let calls: Vec<_> = events
            .iter()
            .filter_map(|event| match event {
                ModelEvent::ToolCall(call) => Some((call.name.as_str(), call.arguments.clone())),
                _ => None,
            })
            .collect();
        let expected = [
            ("read_file", json!({ "path": "ä\n.txt", "deep": [1, { "x": null }] })),
            ("list_dir", json!({})),
            ("read_file", json!({ "path": "👩‍💻" })),
        ];
        assert_eq!(calls, expected, "{spoken:?}");
        let reason = StopReason::ToolUse;
        assert_eq!(events.last(), Some(&ModelEvent::Finished { reason }), "{spoken:?}");
    }
}

#[test]
fn usage_counts_cached_input_and_reasoning() {
    let usage = nanofolks_protocol::Usage {
        input_tokens: 1000,
        cached_input_tokens: 600,
        cache_write_tokens: 0,
        output_tokens: 50,
        reasoning_tokens: 30,
    };
    for spoken in Spoken::ALL {
        let events = whole(spoken, &Reply::text("x").usage(usage).stream_bytes(spoken));
        let counted = events.iter().find_map(|event| match event {
            ModelEvent::Usage(usage) => Some(*usage),
            _ => None,
        });
        let counted = counted.unwrap();
        assert_eq!((counted.input_tokens, counted.output_tokens), (1000, 50), "{spoken:?}");
        if spoken != Spoken::Ollama {
            assert_eq!(counted.cached_input_tokens, 600, "{spoken:?}");
        }
        if !matches!(spoken, Spoken::Ollama | Spoken::Anthropic) {
            assert_eq!(counted.reasoning_tokens, 30, "{spoken:?}");
        }
    }
}

#[test]
fn every_spelling_means_the_same() {
    for spoken in Spoken::ALL {
        for (plain, other) in spellings(spoken) {
            assert_eq!(whole(spoken, &other), whole(spoken, &plain), "{spoken:?}");
        }
    }
}

#[test]
fn a_split_at_any_byte_changes_nothing() {
    for spoken in Spoken::ALL {
        for reply in small_answers() {
            let reply = reply.crlf().keep_alives();
            let bytes = reply.stream_bytes(spoken);
            let expected = whole(spoken, &bytes);
            for at in 0..=bytes.len() {
                let pieces = vec![bytes[..at].to_vec(), bytes[at..].to_vec()];
                let (events, end) = read(spoken, pieces);
                assert_eq!((events, end), (expected.clone(), Ok(())), "{spoken:?} at {at}");
            }
            let ones = bytes.iter().map(|byte| vec![*byte]).collect();
            assert_eq!(read(spoken, ones), (expected, Ok(())), "{spoken:?} byte by byte");
        }
    }
}

#[test]
fn an_answer_that_ends_early_is_never_an_answer() {
    for spoken in Spoken::ALL {
        for reply in small_answers() {
            let bytes = reply.stream_bytes(spoken);
            let expected = whole(spoken, &bytes);
            for end in 0..bytes.len() {
                let (events, end_of) = read(spoken, vec![bytes[..end].to_vec()]);
                let finished = matches!(events.last(), Some(ModelEvent::Finished { .. }));
                let calls = events.iter().any(|event| matches!(event, ModelEvent::ToolCall(_)));
                match end_of {
                    // Only what nobody needs was missing: the mark, the usage, a line end.
                    Ok(()) => {
                        let content = |events: &[ModelEvent]| -> Vec<ModelEvent> {
                            let counts = |e: &&ModelEvent| !matches!(e, ModelEvent::Usage(_));
                            events.iter().filter(counts).cloned().collect()
                        };
                        assert!(finished, "{spoken:?} at {end}");
                        assert_eq!(content(&events), content(&expected), "{spoken:?} at {end}");
                    }
                    Err(fault) => {
                        assert!(!finished && !calls, "{spoken:?} at {end}: {events:?}");
                        assert!(
                            matches!(fault.kind, ModelErrorKind::Cut | ModelErrorKind::Malformed),
                            "{spoken:?} at {end}: {fault:?}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn an_unclosed_answer_keeps_what_arrived_and_fails() {
    for spoken in Spoken::ALL {
        let bytes = Reply::text("Half of").unfinished().stream_bytes(spoken);
        let (events, end) = read(spoken, vec![bytes]);
        assert_eq!(events, [ModelEvent::Text("Half of".into())], "{spoken:?}");
        assert_eq!(end.unwrap_err().kind, ModelErrorKind::Cut, "{spoken:?}");
    }
}

#[test]
fn calls_of_an_unclosed_answer_are_not_made() {
    for spoken in Spoken::ALL {
        let bytes = answers()[2].clone().unfinished().stream_bytes(spoken);
        let (events, end) = read(spoken, vec![bytes]);
        assert!(!events.iter().any(|e| matches!(e, ModelEvent::ToolCall(_))), "{spoken:?}");
        assert_eq!(end.unwrap_err().kind, ModelErrorKind::Cut, "{spoken:?}");
    }
}

#[test]
fn arguments_that_break_off_make_a_call_that_is_never_run() {
    for spoken in Spoken::ALL {
        let reply = Reply::tool_calls([
            Call::new("one", "read_file", &json!({ "path": "a.txt" })),
            Call::new("two", "read_file", &json!({ "path": "a much longer name.txt" })),
        ])
        .cut_arguments();
        let events = whole(spoken, &reply.stream_bytes(spoken));
        let calls: Vec<_> = events
            .iter()
            .filter_map(|event| match event {
                ModelEvent::ToolCall(call) => Some(call),
                _ => None,
            })
            .collect();
        assert_eq!(calls.len(), 2, "{spoken:?}");
        assert_eq!(calls[0].malformed, None, "{spoken:?}");
        let raw = calls[1].malformed.as_deref().unwrap_or_else(|| panic!("{spoken:?}: {calls:?}"));
        assert!(raw.starts_with("{\"path\":\"a mu"), "{spoken:?}: {raw}");
        assert!(calls[1].arguments.is_null(), "{spoken:?}");
    }
}

#[test]
fn ids_that_are_missing_or_repeated_become_unique() {
    for spoken in Spoken::ALL {
        for reply in [answers()[2].clone().missing_ids(), answers()[2].clone().duplicate_ids()] {
            let bytes = reply.stream_bytes(spoken);
            let (events, end) = decode(&*dialect(spoken), &request("test-model"), [bytes]);
            end.unwrap();
            let mut ids: Vec<_> = events
                .iter()
                .filter_map(|event| match event {
                    ModelEvent::ToolCall(call) => Some(call.id.clone()),
                    _ => None,
                })
                .collect();
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), 3, "{spoken:?}");
        }
    }
}

#[test]
fn an_id_of_the_past_is_not_used_again() {
    use crate::testing::{answered, call, said};
    for spoken in Spoken::ALL {
        let old = call("call_a", json!({}));
        let request =
            longer("test-model", vec![said("", vec![old.clone()]), answered(&old, "text")]);
        let bytes = answers()[2].stream_bytes(spoken);
        let (events, _) = decode(&*dialect(spoken), &request, [bytes]);
        let again = events.iter().any(|event| match event {
            ModelEvent::ToolCall(call) => call.id == old.id,
            _ => false,
        });
        assert!(!again, "{spoken:?}");
    }
}

#[test]
fn another_dialect_is_no_answer() {
    for spoken in Spoken::ALL {
        for other in Spoken::ALL.into_iter().filter(|other| *other != spoken) {
            let bytes = Reply::text("Hello").stream_bytes(other);
            let (events, end) = read(spoken, vec![bytes]);
            assert_eq!(events, [], "{spoken:?} read {other:?}");
            let kind = end.unwrap_err().kind;
            assert_eq!(kind, ModelErrorKind::Malformed, "{spoken:?} read {other:?}");
        }
    }
}

#[test]
fn garbage_in_the_middle_fails_after_what_came_before() {
    for spoken in Spoken::ALL {
        let reply = Reply::text("one two three").garbage_after(2);
        let (events, end) = read(spoken, vec![reply.stream_bytes(spoken)]);
        assert!(!events.iter().any(|e| matches!(e, ModelEvent::Finished { .. })), "{spoken:?}");
        assert_eq!(end.unwrap_err().kind, ModelErrorKind::Malformed, "{spoken:?}");
    }
}

#[test]
fn errors_inside_a_stream_are_told() {
    for spoken in Spoken::ALL {
        let reply = Reply::text("So far ").late_error("overloaded_error", "too much to do");
        let (events, end) = read(spoken, vec![reply.stream_bytes(spoken)]);
        assert_eq!(events, [ModelEvent::Text("So far ".into())], "{spoken:?}");
        let fault = end.unwrap_err();
        assert_eq!(fault.kind, ModelErrorKind::Unavailable, "{spoken:?}: {fault:?}");
        assert!(fault.message.contains("too much to do"), "{spoken:?}: {fault:?}");
    }
}

#[test]
fn every_reason_to_stop_is_told() {
    let reasons = [
        (Stop::End, StopReason::End),
        (Stop::Length, StopReason::Length),
        (Stop::Filtered, StopReason::Filtered),
        (Stop::Refused, StopReason::Refused),
    ];
    for spoken in Spoken::ALL {
        for (stop, expected) in reasons {
            let known = match (spoken, stop) {
                (_, Stop::End | Stop::Length) => true,
                (Spoken::Ollama, _) => false,
                (Spoken::Anthropic, Stop::Filtered) | (Spoken::Gemini, Stop::Refused) => false,
                (_, _) => true,
            };
            let events = whole(spoken, &Reply::text("So").stop(stop).stream_bytes(spoken));
            let Some(ModelEvent::Finished { reason }) = events.last() else { panic!() };
            if known {
                assert_eq!(*reason, expected, "{spoken:?} {stop:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_way_of_cutting_gives_the_same_events(
        which in 0..5usize,
        text in "\\PC{0,60}",
        sizes in proptest::collection::vec(1..40usize, 1..60),
    ) {
        let spoken = Spoken::ALL[which];
        let reply = Reply::pieces(["a ", &text, " z"]).thinking("hm, so ").crlf();
        let bytes = reply.stream_bytes(spoken);
        let expected = whole(spoken, &bytes);
        let mut rest = &bytes[..];
        let mut pieces = Vec::new();
        for size in sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, tail) = rest.split_at((*size).min(rest.len()));
            pieces.push(piece.to_vec());
            rest = tail;
        }
        prop_assert_eq!(read(spoken, pieces), (expected, Ok(())));
    }

    #[test]
    fn bytes_from_anywhere_never_panic(which in 0..5usize, bytes: Vec<u8>, at in 0..64usize) {
        let spoken = Spoken::ALL[which];
        let mut mixed = answers()[2].stream_bytes(spoken);
        let at = at * mixed.len() / 64;
        mixed.splice(at..at, bytes);
        let _events = read(spoken, vec![mixed]);
    }
}
