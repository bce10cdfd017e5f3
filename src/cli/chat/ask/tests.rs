use super::*;

const ALL: [Scope; 3] = [Scope::Once, Scope::Turn, Scope::Session];

#[test]
fn only_a_plain_yes_allows() {
    assert_eq!(understand("y\n", &ALL), Some(Decision::Allow { scope: Scope::Once }));
    assert_eq!(understand("YES", &ALL), Some(Decision::Allow { scope: Scope::Once }));
    assert_eq!(understand("s", &ALL), Some(Decision::Allow { scope: Scope::Session }));
    for text in ["yes but not there", "sure", "ok", "yy", "1"] {
        assert_eq!(understand(text, &ALL), None, "{text}");
    }
}

#[test]
fn silence_and_no_are_denials_and_a_reason_is_passed_on() {
    for text in ["", "\n", "n", "No"] {
        assert_eq!(understand(text, &ALL), Some(Decision::Deny { note: None }), "{text:?}");
    }
    let note = Some("use notes.md".to_owned());
    for text in ["n, use notes.md", "no use notes.md"] {
        assert_eq!(understand(text, &ALL), Some(Decision::Deny { note: note.clone() }));
    }
}

#[test]
fn a_scope_that_is_not_offered_cannot_be_given() {
    assert_eq!(understand("s", &[Scope::Once]), None);
}

fn request(preview: &str) -> ApprovalRequest {
    use nanofolks_protocol::{ApprovalId, BotId, CallId, RoomId, Timestamp, TurnId};
    ApprovalRequest {
        id: ApprovalId::fresh(),
        room: RoomId::general(),
        turn: TurnId::fresh(),
        bot: BotId::LEADER,
        call_id: CallId::from_provider("c"),
        tool: "write_file".to_owned(),
        summary: "write a".to_owned(),
        preview: preview.to_owned(),
        arguments: serde_json::json!({}),
        effects: Vec::new(),
        reason: "it writes".to_owned(),
        scopes: ALL.to_vec(),
        pattern: "write_file in /work\u{1b}[8m/hidden".to_owned(),
        folder: "/work".into(),
        network: nanofolks_protocol::Network::None,
        cost: nanofolks_protocol::Cost::Free,
        question: None,
        expires_at: Timestamp::from_millis(0),
    }
}

#[test]
fn a_long_preview_is_cut_until_all_of_it_is_wanted() {
    let long = "+line\n".repeat(100);
    let lines = preview(&long, PREVIEW_LINES);
    assert_eq!(lines.len(), PREVIEW_LINES + 1);
    assert_eq!(lines[PREVIEW_LINES], "[20 more lines; v shows them]");
    assert_eq!(preview(&long, usize::MAX), ["+line"; 100]);
    assert!(choices(&request(&long)).contains("v = view all"));
    assert!(!choices(&request("+line\n")).contains("v = view all"));
    assert!(wants_all("v\n") && !wants_all("very"));
}

#[test]
fn nothing_that_will_be_written_is_left_out_of_what_is_shown() {
    let hidden = "+echo ok\u{1b}[8m; rm -rf ~\u{1b}[0m\r\n+a\u{202e}b\u{200b}\u{7}\n";
    let shown = preview(hidden, PREVIEW_LINES);
    assert_eq!(shown.len(), 2);
    for (line, parts) in shown
        .iter()
        .zip([&["ok", "1B", "[8m; rm -rf ~", "[0m", "0D"][..], &["+a", "202E", "200B", "07"][..]])
    {
        assert!(!line.contains(char::is_control), "{line:?}");
        for part in parts {
            assert!(line.contains(part), "{part} in {line:?}");
        }
    }
}

#[test]
fn what_it_reaches_and_costs_is_said_on_one_line_with_nothing_hidden() {
    use nanofolks_protocol::{Cost, Network};
    let asked = |network, cost| outside(&ApprovalRequest { network, cost, ..request("+a") });
    assert_eq!(asked(Network::None, Cost::Free), "no network; costs nothing");
    let hosts = vec!["good.example\u{1b}[8m\nevil.example".to_owned()];
    let said = asked(Network::Hosts { hosts }, Cost::About { usd: 1.5 });
    assert!(said.starts_with("network: good.example"), "{said}");
    assert!(said.ends_with("costs about $1.5000") && said.contains("evil.example"), "{said}");
    assert!(!said.contains(char::is_control), "{said:?}");
}

#[test]
fn the_answer_for_the_session_says_what_it_covers() {
    let said = choices(&request("+a"));
    assert!(said.contains("s = every write_file in /work"), "{said}");
    assert!(said.contains("/hidden") && !said.contains('\u{1b}'), "{said}");
}
