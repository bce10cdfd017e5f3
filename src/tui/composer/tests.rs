use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use nanofolks_protocol::envelope::AttachmentKind;
use nanofolks_protocol::{BlobId, Origin};
use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;

/// What a key sends, if it sends.
fn sent(composer: &mut Composer, name: &str) -> Option<String> {
    match composer.key(key(name)) {
        Typed::Send(said) => Some(said.text),
        _ => None,
    }
}

pub(super) fn key(name: &str) -> KeyEvent {
    let (modifiers, name) = match name.as_bytes() {
        [b'C', b'-', ..] => (KeyModifiers::CONTROL, &name[2..]),
        [b'M', b'-', ..] => (KeyModifiers::ALT, &name[2..]),
        _ => (KeyModifiers::NONE, name),
    };
    let code = match name {
        "Enter" => KeyCode::Enter,
        "Left" => KeyCode::Left,
        "Right" => KeyCode::Right,
        "Up" => KeyCode::Up,
        "Down" => KeyCode::Down,
        "Home" => KeyCode::Home,
        "End" => KeyCode::End,
        "Back" => KeyCode::Backspace,
        "Del" => KeyCode::Delete,
        "Esc" => KeyCode::Esc,
        "Space" => KeyCode::Char(' '),
        _ => KeyCode::Char(name.chars().next().unwrap()),
    };
    KeyEvent::new(code, modifiers)
}

fn keys(composer: &mut Composer, names: &str) {
    for name in names.split(' ') {
        composer.key(key(name));
    }
}

/// What is there after some text and some keys, the cursor as `|`.
fn after(text: &str, names: &str) -> String {
    let mut composer = Composer::default();
    composer.set(text);
    keys(&mut composer, names);
    let mut shown = composer.buffer.before().to_owned();
    shown.push('|');
    shown + composer.buffer.after()
}

#[test]
fn the_keys_of_readline_do_what_they_do_in_a_shell() {
    for (text, names, expected) in [
        ("one two", "C-a", "|one two"),
        ("one two", "M-b C-k", "one |"),
        ("one two", "C-w", "one |"),
        ("one two-three", "C-w", "one |"),
        ("one two-three", "M-Back", "one two-|"),
        ("one two", "C-a M-d", "| two"),
        ("one two", "M-b C-u", "|two"),
        ("one two", "C-w C-a C-y", "two|one "),
        ("one two three", "C-w C-w C-y", "one two three|"),
        ("a b", "C-w C-a C-w C-e C-k C-u C-y", "a |"),
        ("ab", "C-t", "ba|"),
        ("one", "C-b C-d", "on|"),
        ("one two", "C-a M-u", "ONE| two"),
        ("one two", "C-a M-c", "One| two"),
        ("a\nb", "C-a C-h", "a|b"),
        ("one\ntwo", "Up C-a", "|one\ntwo"),
        ("one\ntwo", "Up C-k", "one|two"),
        ("one\ntwo", "Up C-a C-k", "|\ntwo"),
        ("x", "C-j y", "x\ny|"),
        ("x", "M-Enter y", "x\ny|"),
        ("x\\", "Enter y", "x\ny|"),
        ("one", "Space t C-w C-_", "one t|"),
        ("one", "C-w C-_ M-_", "|"),
        ("one two", "M-t", "two one|"),
        ("one two three", "M-b M-b M-t", "two one| three"),
        ("one", "M-t", "one|"),
        ("a   b", "C-b M-\\", "a|b"),
    ] {
        assert_eq!(after(text, names), expected, "{text:?} {names}");
    }
}

#[test]
fn what_people_see_as_one_character_is_one() {
    for (text, names, expected) in [
        ("a👨‍👩‍👧b", "Left Back", "a|b"),
        ("e\u{301}x", "Left Left", "|e\u{301}x"),
        ("漢字", "Left Del", "漢|"),
        ("🇸🇪🇳🇴", "Back", "🇸🇪|"),
    ] {
        assert_eq!(after(text, names), expected, "{text:?} {names}");
    }
}

#[test]
fn enter_sends_and_remembers() {
    let mut composer = Composer::new(vec!["older".into()]);
    composer.set("hello");
    assert_eq!(sent(&mut composer, "Enter").unwrap(), "hello");
    assert!(composer.is_empty());
    assert_eq!(composer.key(key("Enter")), Typed::Edited);

    composer.set("draft");
    keys(&mut composer, "Up Up");
    assert_eq!(composer.text(), "older");
    keys(&mut composer, "Down Down");
    assert_eq!(composer.text(), "draft");
}

#[test]
fn the_history_can_be_searched() {
    let entries = ["git log", "ls", "git status", "make"].map(str::to_owned);
    let mut composer = Composer::new(entries.to_vec());
    composer.set("draft");
    keys(&mut composer, "C-r g i");
    assert_eq!(composer.text(), "git status");
    keys(&mut composer, "C-r");
    assert_eq!(composer.text(), "git log");
    keys(&mut composer, "C-s");
    assert_eq!(composer.text(), "git status");
    keys(&mut composer, "C-g");
    assert_eq!(composer.text(), "draft");
    keys(&mut composer, "C-r l s");
    assert_eq!(sent(&mut composer, "Enter").unwrap(), "ls");
}

#[test]
fn a_search_that_finds_nothing_says_so() {
    let mut composer = Composer::new(vec!["git log".to_owned()]);
    let lead = |composer: &mut Composer| {
        composer.show(60, "> ", &Theme::plain()).rows[0].plain().trim_end().to_owned()
    };
    keys(&mut composer, "C-r");
    assert_eq!(lead(&mut composer), "search \"\":");
    keys(&mut composer, "z");
    assert_eq!(lead(&mut composer), "search \"z\": nothing");
    keys(&mut composer, "Back g");
    assert_eq!(lead(&mut composer), "search \"g\":");
}

#[test]
fn a_long_paste_is_a_mark_and_is_sent_whole() {
    let long = "line\n".repeat(10_000);
    let mut composer = Composer::default();
    composer.set("see: ");
    composer.paste(&long);

    let shown = composer.show(60, "> ", &Theme::plain());
    assert_eq!(shown.rows.len(), 1);
    assert_eq!(shown.rows[0].plain(), "> see: [pasted: 10000 lines]");
    assert_eq!(sent(&mut composer, "Enter").unwrap(), format!("see: {}", long.trim_end()));
}

#[test]
fn a_mark_is_deleted_as_one() {
    let mut composer = Composer::default();
    composer.paste(&"x\n".repeat(20));
    keys(&mut composer, "Back");
    assert!(composer.is_empty());
    keys(&mut composer, "C-_");
    assert_eq!(composer.text(), "x\n".repeat(20));
}

fn picture(name: &str) -> Attachment {
    Attachment {
        kind: AttachmentKind::Image,
        mime: "image/png".into(),
        name: name.into(),
        blob: BlobId::from_digest(&[7; 32]),
        bytes: 2048,
        origin: Origin::File,
    }
}

#[test]
fn a_picture_is_a_mark_that_is_sent_and_can_be_deleted() {
    let mut composer = Composer::default();
    composer.set("compare ");
    composer.attach(picture("a.png"));
    composer.paste(" and ");
    composer.attach(picture("b.png"));
    let shown = composer.show(80, "> ", &Theme::plain());
    let row = "> compare [image 1: a.png, 2.0 kB] and [image 2: b.png, 2.0 kB]";
    assert_eq!(shown.rows[0].plain(), row);

    keys(&mut composer, "Back");
    let Typed::Send(said) = composer.key(key("Enter")) else { panic!("not sent") };
    assert_eq!(said.text, "compare [image 1: a.png] and");
    assert_eq!(said.images, [picture("a.png")]);
    composer.bring_back(&said.draft);
    assert_eq!(composer.draft(), said.draft);
}

#[test]
fn a_draft_comes_back_whole_in_another_conversation() {
    let mut composer = Composer::default();
    composer.paste(&"gone\n".repeat(10));
    keys(&mut composer, "Back");
    composer.set("see ");
    composer.paste(&"line\n".repeat(10_000));
    composer.attach(picture("a.png"));
    let kept = serde_json::to_string(&composer.draft()).unwrap();
    assert!(!kept.contains("gone"));

    let mut other = Composer::default();
    other.bring_back(&serde_json::from_str(&kept).unwrap());
    let shown = other.show(60, "> ", &Theme::plain());
    assert_eq!(shown.rows[0].plain(), "> see [pasted: 10000 lines][image 1: a.png, 2.0 kB]");
    assert_eq!(other.text(), composer.text());
    assert_eq!(other.draft(), composer.draft());

    let mut typed_already = Composer::default();
    typed_already.set("new");
    typed_already.bring_back(&Draft::plain("old".into()));
    assert_eq!(typed_already.text(), "old\nnew");
}

#[test]
fn a_draft_that_was_tampered_with_breaks_nothing() {
    let kept = r#"{"text":"a\u001b[2J\udbc0\udc05b","pieces":[]}"#;
    let mut composer = Composer::default();
    composer.bring_back(&serde_json::from_str(kept).unwrap());
    assert_eq!(composer.text(), "ab");
}

#[test]
fn an_editor_sees_what_was_pasted_and_leaves_the_pictures_alone() {
    let mut composer = Composer::default();
    composer.set("see ");
    composer.paste(&"line\n".repeat(10));
    composer.attach(picture("a.png"));
    let text = composer.text();
    assert!(text.contains("line\nline\n") && text.ends_with("[image 1: a.png]"));

    composer.edited(&text.replace("see", "look at"));
    let shown = composer.show(80, "> ", &Theme::plain());
    assert_eq!(shown.rows[0].plain(), "> look at [pasted: 10 lines]");
    let Typed::Send(sending) = composer.key(key("Enter")) else { panic!("not sent") };
    assert_eq!(sending.images, [picture("a.png")]);
    composer.bring_back(&sending.draft);
    composer.edited("line two");
    assert_eq!(composer.text(), "line two");
}

#[test]
fn what_was_cut_can_be_put_back_into_the_next_line() {
    let mut composer = Composer::default();
    composer.set("one two");
    keys(&mut composer, "C-w Enter C-y");
    assert_eq!(composer.text(), "two");
}

#[test]
fn walking_through_the_history_keeps_a_pasted_text_a_mark() {
    let mut composer = Composer::new(vec!["older".into(), "x".repeat(50_000)]);
    composer.paste(&"line\n".repeat(50));
    keys(&mut composer, "C-p");
    assert_eq!(composer.show(60, "> ", &Theme::plain()).rows[0].plain(), "> [pasted: 50000 bytes]");
    keys(&mut composer, "C-p C-n C-n");
    assert_eq!(composer.show(60, "> ", &Theme::plain()).rows[0].plain(), "> [pasted: 50 lines]");
}

#[test]
fn leaked_marks_of_a_paste_are_taken_off() {
    for (begin, end) in
        [("\x1b[200~", "\x1b[201~"), ("^[[200~", "^[[201~"), ("[200~", "[201~"), ("00~", "01~")]
    {
        let mut composer = Composer::default();
        composer.paste(&format!("{begin}a [200~ b{end}"));
        assert_eq!(composer.text(), "a [200~ b");
    }
}

#[test]
fn emoji_that_are_typed_part_by_part_are_one_sign() {
    let mut composer = Composer::default();
    for part in ["👩", "\u{200d}", "👩", "\u{200d}", "👧", "日", "e", "\u{301}", "❤", "\u{fe0f}"]
    {
        composer.key(key(part));
    }
    let row = composer.show(40, "> ", &Theme::plain());
    assert_eq!(row.rows[0].plain(), "> 👩\u{200d}👩\u{200d}👧日e\u{301}❤\u{fe0f}");
    keys(&mut composer, "Left Left Left");
    // One step over each of the signs, whatever they are made of.
    assert_eq!(composer.before_cursor(), "👩\u{200d}👩\u{200d}👧");
    keys(&mut composer, "Back");
    assert_eq!(composer.text(), "日e\u{301}❤\u{fe0f}");
    // What joins nothing is seen.
    let mut composer = Composer::default();
    keys(&mut composer, "a \u{200d}");
    assert_eq!(composer.show(40, "> ", &Theme::plain()).rows[0].plain(), "> a⟨U+200D⟩");
}

#[test]
fn short_pastes_are_text_and_lines_end_as_ours() {
    let mut composer = Composer::default();
    composer.paste("one\r\ntwo\rthree\u{1b}[2J");
    assert_eq!(composer.text(), "one\ntwo\nthree");
}

#[test]
fn the_cursor_stands_where_the_next_character_goes() {
    let mut composer = Composer::default();
    composer.set("ab漢字c");
    let shown = composer.show(6, "> ", &Theme::plain());
    let rows: Vec<_> = shown.rows.iter().map(Row::plain).collect();
    assert_eq!(rows, ["> ab漢", "  字c"]);
    assert_eq!(shown.cursor, (1, 5));

    composer.set("abcd");
    let shown = composer.show(6, "> ", &Theme::plain());
    assert_eq!(shown.cursor, (1, 2));
}

proptest! {
    #[test]
    fn no_keys_break_the_text_or_the_width(
        names in prop::collection::vec(
            prop::sample::select(vec![
                "a", "漢", "Space", "👍", "\u{301}", "\u{200d}", "C-a", "C-e", "C-b", "C-f", "M-b",
                "M-f", "C-w", "C-k", "C-u", "C-y", "M-y", "C-t", "C-j", "Back", "Del", "Up",
                "Down", "Left", "Right", "C-_", "M-_", "M-d", "M-u", "C-r", "Esc", "C-p", "C-n",
            ]),
            0..60,
        ),
        width in 1..30u16,
    ) {
        let mut composer = Composer::new(vec!["earlier\nentry".into()]);
        for name in names {
            composer.key(key(name));
            let shown = composer.show(width, "> ", &Theme::plain());
            let (row, _) = shown.cursor;
            prop_assert!(usize::from(row) < shown.rows.len());
            prop_assert!(composer.buffer.text().is_char_boundary(composer.buffer.before().len()));
        }
    }
}
