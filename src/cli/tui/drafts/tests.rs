use pretty_assertions::assert_eq;

use super::*;

fn drafts(folder: &Path) -> Drafts {
    Drafts::new(folder.join("drafts"), Arc::new(Sanitizer::new(&[])))
}

fn line(text: &str) -> Draft {
    Draft::plain(text.to_owned())
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join("drafts")).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.retain(|name| !name.ends_with(".lock"));
    names.sort();
    names
}

#[test]
fn a_line_is_there_again_in_its_room_and_only_there() {
    let home = tempfile::tempdir().unwrap();
    let (general, ops) = (RoomId::general(), "ops".parse().unwrap());
    let mut first = drafts(home.path());
    assert_eq!(first.find(&general), None);
    assert!(!home.path().join("drafts").exists(), "looking made something");
    first.keep(&general, line("half a"));
    first.keep(&ops, line("other"));
    first.keep(&general, line("half a thought"));
    assert_eq!(first.find(&general), Some(line("half a thought")));
    drop(first);

    let mut next = drafts(home.path());
    assert_eq!(next.find(&general), Some(line("half a thought")));
    assert_eq!(next.find(&ops), Some(line("other")));
    next.keep(&general, Draft::default());
    next.keep(&ops, Draft::default());
    drop(next);
    assert_eq!(names(home.path()), [""; 0]);
}

#[test]
fn a_line_that_is_cleared_after_its_room_was_left_does_not_come_back() {
    let home = tempfile::tempdir().unwrap();
    let (general, ops) = (RoomId::general(), "ops".parse().unwrap());
    let mut drafts = drafts(home.path());
    drafts.keep(&ops, line("some words"));
    assert_eq!(drafts.find(&general), None);
    drafts.keep(&ops, line("other words"));
    assert_eq!(drafts.find(&ops), Some(line("other words")));
    assert_eq!(names(home.path()), ["ops.json"]);
    assert_eq!(drafts.find(&general), None);
    drafts.keep(&ops, Draft::default());
    assert_eq!(drafts.find(&ops), None);
    assert_eq!(names(home.path()), [""; 0]);
}

#[test]
fn two_processes_in_one_room_do_not_write_over_each_other() {
    let home = tempfile::tempdir().unwrap();
    let room = RoomId::general();
    let (mut one, mut other) = (drafts(home.path()), drafts(home.path()));
    one.keep(&room, line("one"));
    assert_eq!(one.find(&room), Some(line("one")));
    assert_eq!(other.find(&room), None, "somebody is typing this");
    other.keep(&room, line("other"));
    assert_eq!(other.find(&room), Some(line("other")));
    drop((one, other));

    let mut back: Vec<_> = (0..2)
        .map(|_| drafts(home.path()))
        .map(|mut drafts| (drafts.find(&room), drafts))
        .map(|(found, drafts)| (found, Box::leak(Box::new(drafts))))
        .map(|(found, _)| found)
        .collect();
    back.sort_by_key(|draft| draft.as_ref().map(Draft::words));
    assert_eq!(back, [Some(line("one")), Some(line("other"))]);
}

#[test]
fn a_line_with_a_secret_is_not_kept_and_neither_is_its_beginning() {
    let home = tempfile::tempdir().unwrap();
    let room = RoomId::general();
    let mut drafts = drafts(home.path());
    drafts.keep(&room, line("my key is"));
    assert!(drafts.find(&room).is_some());
    let key = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
    drafts.keep(&room, line(&format!("my key is {key}")));
    assert_eq!(drafts.find(&room), None);
    assert_eq!(names(home.path()), [""; 0]);
}

#[test]
fn what_is_no_draft_is_none() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("drafts")).unwrap();
    fs::write(home.path().join("drafts/general.json"), b"{\"text\": 5}").unwrap();
    assert_eq!(drafts(home.path()).find(&RoomId::general()), None);
}
