use nanofolks_protocol::tool::CallStatus;
use nanofolks_protocol::{Content, Role};

use super::read::{Transcript, read};

fn reading(text: impl AsRef<[u8]>) -> Transcript {
    read(text.as_ref(), "room_general", &|text| text.replace("s3cret", "***")).unwrap()
}

const HEADING: &str = r#"{"schema":"nanofolks.transcript.v1","session":"0192d0a0-0000-7000-8000-000000000001","room":"general","created_at":"2025-01-01T00:00:00Z"}"#;

fn line(seq: u64) -> String {
    format!(
        r#"{{"session":"0192d0a0-0000-7000-8000-000000000001","seq":{seq},"id":"0192d0a0-0000-7000-8000-0000000001{seq:02}","role":"user","at":"2025-01-01T00:00:{seq:02}Z","text":"word {seq}"}}"#
    )
}

#[test]
fn lines_in_any_order_and_twice_are_read_once_and_in_order() {
    let text = [&line(3), &line(1), HEADING, &line(2), &line(3), HEADING].join("\n");
    let found = reading(text);
    assert_eq!(found.complaints, []);
    let draft = &found.sessions[0];
    let texts: Vec<String> = draft.entries.iter().map(|entry| entry.message.text()).collect();
    assert_eq!(texts, ["word 1", "word 2", "word 3"]);
    assert_eq!((draft.duplicates, draft.reordered), (2, 1));
}

#[test]
fn what_is_missing_or_cannot_be_read_is_said_with_its_line() {
    let mut bytes = [HEADING, &line(1), "{", "[]", "{}", &line(3)].join("\n").into_bytes();
    bytes.extend_from_slice(b"\n\xff\xfe\n{\"schema\":\"other\"}\n");
    let found = reading(bytes);
    let lines: Vec<u64> = found.complaints.iter().map(|complaint| complaint.line).collect();
    assert_eq!(lines, [3, 4, 5, 6, 7, 8], "{:?}", found.complaints);
    assert!(found.complaints[3].reason.contains("message 2 is missing"));
    assert!(found.complaints[4].reason.contains("UTF-8"));
}

#[test]
fn a_file_that_ends_early_is_noticed() {
    let heading = HEADING.replace("\"room\"", "\"messages\":3,\"room\"");
    let found = reading([heading.as_str(), &line(1)].join("\n"));
    assert!(found.complaints[0].reason.contains("3 messages"), "{:?}", found.complaints);
}

#[test]
fn a_session_file_of_an_earlier_program_becomes_a_conversation() {
    let text = r#"{"_type":"metadata","created_at":"2025-01-01T10:00:00","updated_at":"2025-01-01T10:05:00","metadata":{}}
{"role":"user","content":"what is in a.txt? my key is s3cret","timestamp":"2025-01-01T10:00:01"}
{"role":"assistant","content":"","tool_calls":[{"id":"call_1","type":"function","function":{"name":"read_file","arguments":"{\"path\":\"a.txt\"}"}}],"timestamp":"2025-01-01T10:00:02"}
{"role":"tool","tool_call_id":"call_1","content":"hello","timestamp":"2025-01-01T10:00:03"}
{"role":"assistant","content":[{"type":"text","text":"It says hello."},{"type":"image_url","image_url":{"url":"data:"}}],"timestamp":"2025-01-01T10:00:04"}
{"role":"assistant","content":[{"type":"text","text":"It says hello."},{"type":"image_url","image_url":{"url":"data:"}}],"timestamp":"2025-01-01T10:00:04"}
{"role":"user","content":"late line","timestamp":"2025-01-01T10:00:02.5"}
"#;
    let found = reading(text);
    assert_eq!(found.complaints, []);
    let draft = &found.sessions[0];
    assert_eq!(draft.heading.room.as_str(), "general");
    assert_eq!((draft.duplicates, draft.reordered), (1, 1));
    let roles: Vec<Role> = draft.entries.iter().map(|entry| entry.message.role).collect();
    assert_eq!(roles, [Role::User, Role::Assistant, Role::User, Role::Tool, Role::Assistant]);
    assert!(draft.entries[0].message.text().contains("***"));
    let call = draft.entries[1].message.tool_calls().next().unwrap();
    assert_eq!(call.arguments["path"], "a.txt");
    let Content::ToolResult(result) = &draft.entries[3].message.parts[0].content else {
        panic!("no result: {:?}", draft.entries[3].message);
    };
    assert_eq!((result.status, result.tool.as_str()), (CallStatus::Ok, "read_file"));
    assert_eq!(result.call_id, call.id);
    assert_eq!(draft.entries[4].message.text(), "It says hello.\n\n[image]");

    let again = reading(text);
    assert_eq!(again.sessions[0].heading, draft.heading, "the same file is the same session");
    let ids = |draft: &super::read::Draft| -> Vec<_> {
        draft.entries.iter().map(|entry| entry.message.id).collect()
    };
    assert_eq!(ids(&again.sessions[0]), ids(draft));
}

#[test]
fn wrong_types_are_said_and_never_crash() {
    for wrong in [
        r#"{"role":7,"content":"x"}"#,
        r#"{"role":"user","content":7}"#,
        r#"{"role":"user","content":[7]}"#,
        r#"{"role":"user","content":"x","timestamp":"tomorrow"}"#,
        r#"{"role":"user","content":"x","timestamp":1e300}"#,
        r#"{"role":"assistant","tool_calls":{}}"#,
        r#"{"role":"assistant","tool_calls":[7]}"#,
        r#"{"role":"wizard","content":"x"}"#,
        r#"{"role":"user"}"#,
        r#"{"session":7,"seq":1}"#,
        r#"{"schema":7}"#,
        "7",
        "null",
        "\"text\"",
    ] {
        let text = format!("{{\"_type\":\"metadata\"}}\n{wrong}\n");
        let found = reading(text);
        assert_eq!(found.complaints.len(), 1, "{wrong}: {:?}", found.complaints);
        assert_eq!(found.complaints[0].line, 2, "{wrong}");
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_read_without_a_crash(bytes: Vec<u8>) {
        let _found = reading(bytes);
    }
}
