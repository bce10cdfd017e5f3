use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::UnixListener;

use pretty_assertions::assert_eq;
use serde_json::json;

use crate::tests::World;

#[test]
fn lists_by_name_with_kinds_and_sizes_and_hides_nothing() {
    let world = World::new();
    world.put("b.txt", "12345");
    world.put("a/x", "");
    world.put(".hidden", "x".repeat(2048));
    world.put(".gitignore", "b.txt\n");
    world.put("C", "");
    world.link("b.txt", "link");
    world.link("/etc/passwd", "out");
    let _socket = UnixListener::bind(world.path("sock")).unwrap();
    assert_eq!(
        world.text("list_dir", json!({})),
        ".gitignore (6 bytes)\n.hidden (2.0 KB)\nC (0 bytes)\na/\nb.txt (5 bytes)\n\
         link -> b.txt\nout -> /etc/passwd\nsock (not a file)\n"
    );
    assert_eq!(world.text("list_dir", json!({ "path": "a" })), "x (0 bytes)\n");
}

#[test]
fn says_when_a_folder_is_empty_missing_or_no_folder() {
    let world = World::new();
    assert_eq!(world.text("list_dir", json!({ "path": "." })), "(empty)\n");
    world.put("file", "");
    assert_eq!(world.error("list_dir", json!({ "path": "none" })), "not_found");
    assert_eq!(world.error("list_dir", json!({ "path": "file" })), "not_a_folder");
}

#[test]
fn pages_through_many_entries() {
    let world = World::new();
    for number in 0..2100 {
        world.put(&format!("f{number:04}"), "");
    }
    let (mut all, mut offset) = (String::new(), 0);
    let mut notes = Vec::new();
    for _ in 0..3 {
        let output = world.call("list_dir", json!({ "offset": offset })).unwrap();
        all.push_str(output.data.as_str().unwrap());
        notes.extend(output.warnings);
        offset += 1000;
    }
    assert_eq!(all.lines().count(), 2100);
    assert_eq!(
        notes,
        [
            "entries 1-1000 of 2100; continue with offset 1000",
            "entries 1001-2000 of 2100; continue with offset 2000"
        ]
    );
    let beyond = world.call("list_dir", json!({ "offset": 9999 })).unwrap();
    assert_eq!(beyond.warnings, ["there are only 2100 entries"]);
}

#[test]
fn odd_names_stay_on_their_line() {
    let world = World::new();
    world.put("two\nlines", "");
    world.put("esc\u{1b}[31m", "");
    world.put("gr\u{fc}n \u{1f600}", "");
    std::fs::write(world.cx.folder.join(std::ffi::OsStr::from_bytes(b"bad\xff")), "").unwrap();
    let text = world.text("list_dir", json!({}));
    assert_eq!(text.lines().count(), 4);
    assert!(text.contains("two\\nlines") && text.contains("esc\\u{1b}[31m"), "{text}");
    assert!(text.contains("gr\u{fc}n \u{1f600}") && text.contains("bad\u{fffd}"), "{text}");
}

#[test]
fn the_preview_names_the_folder() {
    let world = World::new();
    let summary = |arguments| world.preview("list_dir", arguments).unwrap().summary;
    assert_eq!(summary(json!({})), "list the working folder");
    assert_eq!(summary(json!({ "directory": "src" })), "list src");
}
