use nanofolks_protocol::ports::CourierError;
use nanofolks_protocol::{Delivery, DeliveryId, RoomId, Timestamp};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn delivery(chat: &str, key: &str, text: &str) -> Delivery {
    Delivery {
        id: DeliveryId::fresh(),
        key: key.into(),
        channel: "desk".into(),
        chat: chat.into(),
        thread: None,
        turn: None,
        trace_id: None,
        room: RoomId::general(),
        payload: json!({ "text": text }),
        at: Timestamp::from_millis(7),
    }
}

fn deliver(courier: &dyn Courier, delivery: &Delivery) -> Result<(), CourierError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(courier.deliver(delivery))
}

fn files(folder: &std::path::Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn an_answer_that_is_brought_twice_is_one_file() {
    let home = tempfile::tempdir().unwrap();
    let courier = of("desk", ChannelKind::Folder, home.path().to_owned());
    assert!(courier.knows_keys());
    let answer = delivery("main", "answer-1", "four");
    deliver(&*courier, &answer).unwrap();
    deliver(&*courier, &answer).unwrap();

    let out = home.path().join("out/main");
    assert_eq!(files(&out), ["7-answer-1.json"]);
    let text = std::fs::read_to_string(out.join("7-answer-1.json")).unwrap();
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&read["schema"], &read["text"]), (&json!("nanofolks.delivery.v1"), &json!("four")));
}

#[test]
fn no_chat_and_no_key_leads_out_of_the_folder() {
    let home = tempfile::tempdir().unwrap();
    let inside = home.path().join("desk");
    let courier = of("desk", ChannelKind::Folder, inside.clone());
    for chat in ["../../up", "..", ".", "", "/etc", "a/b", "\0"] {
        deliver(&*courier, &delivery(chat, "../key", "x")).unwrap();
    }
    assert_eq!(files(home.path()), ["desk"]);
    assert_eq!(files(&inside), ["out"]);
    for chat in files(&inside.join("out")) {
        assert_eq!(files(&inside.join("out").join(&chat)), ["7-%2e.%2fkey.json"], "{chat}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_tried_later() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("desk"), "a file is in the way").unwrap();
    let courier = of("desk", ChannelKind::Folder, home.path().join("desk"));
    let error = deliver(&*courier, &delivery("main", "k", "x")).unwrap_err();
    assert!(matches!(error, CourierError::Later { .. }), "{error:?}");
}

#[test]
fn a_file_grows_and_gets_no_control_sequences() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("wall.txt");
    let courier = of("wall", ChannelKind::File, path.clone());
    assert!(!courier.knows_keys());
    deliver(&*courier, &delivery("main", "1", "one")).unwrap();
    deliver(&*courier, &delivery("main", "2", "\u{1b}[31mtwo\u{1b}[0m")).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "one\ntwo\n");

    let nowhere = of("wall", ChannelKind::File, home.path().join("none/wall.txt"));
    let error = deliver(&*nowhere, &delivery("main", "3", "three")).unwrap_err();
    assert!(matches!(error, CourierError::Later { .. }), "{error:?}");
}

#[test]
fn questions_are_found_by_name_and_half_written_ones_are_left_alone() {
    let home = tempfile::tempdir().unwrap();
    assert_eq!(waiting(home.path()).unwrap(), []);
    let inbox = home.path().join("in");
    std::fs::create_dir(inbox.join("team")).unwrap();
    for (name, text) in [
        ("2.txt", "second"),
        ("1.txt", "first\n"),
        (".hidden", "no"),
        ("half.part", "no"),
        ("team/3.txt", "third"),
        ("blank.txt", " \n"),
    ] {
        std::fs::write(inbox.join(name), text).unwrap();
    }
    std::fs::write(inbox.join("bytes.bin"), [0xff, 0xfe]).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", inbox.join("link")).unwrap();

    let found = waiting(home.path()).unwrap();
    let seen: Vec<_> = found.iter().map(|one| (one.chat.as_str(), one.text.as_deref())).collect();
    assert_eq!(
        seen,
        [
            ("main", Ok("first")),
            ("main", Ok("second")),
            ("main", Err("it is empty")),
            ("main", Err("it is not text")),
            ("main", Err("it is a link, and links are not followed")),
            ("team", Ok("third")),
        ]
        .map(|(chat, text)| (chat, text.map_err(|why: &str| why.to_owned())))
        .iter()
        .map(|(chat, text)| (*chat, text.as_deref()))
        .collect::<Vec<_>>()
    );

    put_away(home.path(), &found[0]).unwrap();
    assert_eq!(waiting(home.path()).unwrap().len(), 5);
    assert_eq!(files(&home.path().join("done/main")).len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_one_harmless_name(text in "\\PC{0,300}") {
        let made = name::of(&text);
        prop_assert!(!made.is_empty() && made.len() <= 128);
        prop_assert!(!made.contains('/') && !made.starts_with('.'));
        if text.len() < 30 {
            prop_assert_ne!(name::of(&format!("{text}x")), made);
        }
    }
}
