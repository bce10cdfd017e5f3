use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

use nanofolks_protocol::BotId;
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::tests::{World, block_on};

fn text(world: &World, path: &str) -> String {
    fs::read_to_string(world.path(path)).unwrap()
}

/// What is in the folder, so that nothing is left behind.
fn names(world: &World) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(&world.cx.folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn creates_a_file_and_the_folders_to_it() {
    let world = World::new();
    let output =
        world.call("write_file", json!({ "path": "a/b/c.txt", "content": "hello\n" })).unwrap();
    assert_eq!(text(&world, "a/b/c.txt"), "hello\n");
    assert_eq!(output.data, json!("wrote a/b/c.txt (6 bytes)"));
    assert_eq!(output.effects, ["created folder a", "wrote a/b/c.txt"]);
    assert!(output.warnings.is_empty());
    assert_eq!(names(&world), ["a"]);
}

#[test]
fn replaces_a_file_whole_and_keeps_its_mode() {
    let world = World::new();
    let path = world.put("run.sh", "old old old");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let before = fs::metadata(&path).unwrap().ino();
    world.call("write_file", json!({ "path": "run.sh", "content": "new" })).unwrap();
    let after = fs::metadata(&path).unwrap();
    assert_eq!(text(&world, "run.sh"), "new");
    assert_eq!(after.mode() & 0o7777, 0o755);
    assert_ne!(after.ino(), before, "the new file took the old one's place");
    assert_eq!(names(&world), ["run.sh"]);
}

#[test]
fn the_same_content_again_writes_nothing() {
    let world = World::new();
    let path = world.put("a.txt", "same");
    let before = fs::metadata(&path).unwrap().ino();
    let output = world.call("write_file", json!({ "path": "a.txt", "content": "same" })).unwrap();
    assert_eq!(output.data, json!("a.txt already has exactly this content; nothing was written"));
    assert!(output.effects.is_empty());
    assert_eq!(fs::metadata(&path).unwrap().ino(), before);
}

#[test]
fn line_ends_and_byte_order_marks_stay_as_they_were() {
    let world = World::new();
    world.put("dos.txt", "a\r\nb\r\n");
    let output =
        world.call("write_file", json!({ "path": "dos.txt", "content": "x\ny\n" })).unwrap();
    assert_eq!(text(&world, "dos.txt"), "x\r\ny\r\n");
    assert_eq!(output.warnings, ["line ends are CRLF, as they were"]);

    world.put("mixed.txt", "a\r\nb\n");
    world.call("write_file", json!({ "path": "mixed.txt", "content": "x\ny\n" })).unwrap();
    assert_eq!(text(&world, "mixed.txt"), "x\ny\n");

    world.put("mark.txt", "\u{feff}a");
    world.call("write_file", json!({ "path": "mark.txt", "content": "b" })).unwrap();
    assert_eq!(text(&world, "mark.txt"), "\u{feff}b");
    world.call("write_file", json!({ "path": "mark.txt", "content": "\u{feff}c" })).unwrap();
    assert_eq!(text(&world, "mark.txt"), "\u{feff}c");

    world.put("wide.txt", b"\xfe\xff\0a\0\r\0\n");
    world.call("write_file", json!({ "path": "wide.txt", "content": "b\n" })).unwrap();
    assert_eq!(fs::read(world.path("wide.txt")).unwrap(), b"\xfe\xff\0b\0\r\0\n");
}

#[test]
fn refuses_what_a_tool_showed() {
    let world = World::new();
    world.put("a.txt", "old");
    let content = "1|one\n2|two\n3|three\n";
    let error = world.call("write_file", json!({ "path": "a.txt", "content": content }));
    assert_eq!(error.unwrap_err().code, "display_text");
    assert_eq!(text(&world, "a.txt"), "old");
}

#[test]
fn a_file_that_does_not_parse_is_written_with_a_warning() {
    let world = World::new();
    let warning = |path: &str, content: &str| {
        let output = world.call("write_file", json!({ "path": path, "content": content })).unwrap();
        output.warnings.join("")
    };
    assert_eq!(warning("a.json", "{}"), "");
    assert!(warning("b.json", "{,}").starts_with("this is not valid JSON: "));
    assert_eq!(warning("c.toml", "a = 1"), "");
    assert!(warning("d.toml", "a = ").starts_with("this is not valid TOML: "));
    assert_eq!(warning("e.txt", "{,}"), "");
}

#[test]
fn a_read_only_folder_says_why() {
    let mut world = World::new();
    world.put("a.txt", "old");
    world.cx.read_only =
        Some("this is your home directory; name it with --dir to write".to_owned());
    for result in [
        world.call("write_file", json!({ "path": "a.txt", "content": "new" })).map(drop),
        world.preview("write_file", json!({ "path": "a.txt", "content": "new" })).map(drop),
    ] {
        let error = result.unwrap_err();
        assert_eq!(error.code, "folder_read_only");
        assert!(error.message.contains("--dir"));
    }
    assert_eq!(world.text("read_file", json!({ "path": "a.txt" })), "old");
}

#[test]
fn protected_places_are_never_written() {
    let world = World::new();
    world.put(".git/config", "[core]");
    world.link(".git", "innocent");
    for path in [".git/hooks/pre-commit", "innocent/hooks/pre-commit", ".env", "sub/.ssh/config"] {
        assert_eq!(
            world.error("write_file", json!({ "path": path, "content": "x" })),
            "protected_path",
            "{path}"
        );
    }
    assert_eq!(names(&world), [".git", "innocent"]);
}

#[test]
fn names_that_are_folders_and_files_that_may_not_change_are_refused() {
    let world = World::new();
    world.put("dir/x", "");
    let path = world.put("fixed.txt", "old");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    for (path, code) in [
        ("dir", "is_folder"),
        ("dir/", "is_folder"),
        (".", "is_folder"),
        ("new/", "is_folder"),
        ("", "is_folder"),
        ("fixed.txt", "permission_denied"),
        ("fixed.txt/x", "not_a_folder"),
    ] {
        assert_eq!(
            world.error("write_file", json!({ "path": path, "content": "x" })),
            code,
            "{path:?}"
        );
    }
    assert_eq!(text(&world, "fixed.txt"), "old");
}

#[test]
fn nothing_is_left_behind_when_it_fails() {
    let world = World::new();
    world.put("dir/a.txt", "old");
    fs::set_permissions(world.path("dir"), fs::Permissions::from_mode(0o555)).unwrap();
    let result = world.call("write_file", json!({ "path": "dir/a.txt", "content": "new" }));
    fs::set_permissions(world.path("dir"), fs::Permissions::from_mode(0o755)).unwrap();
    // The all-powerful user may write anyway.
    let expected = if result.is_ok() { "new" } else { "old" };
    assert_eq!(text(&world, "dir/a.txt"), expected);
    assert_eq!(fs::read_dir(world.path("dir")).unwrap().count(), 1);
}

#[test]
fn the_preview_is_a_diff_of_exactly_what_is_written() {
    let world = World::new();
    let new = world.preview("write_file", json!({ "path": "n.txt", "content": "a\nb" })).unwrap();
    assert_eq!(new.summary, "write n.txt (3 bytes)");
    assert_eq!(
        new.detail,
        "--- /dev/null\n+++ b/n.txt\n@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file\n"
    );
    assert!(names(&world).is_empty(), "a preview changes nothing");

    world.put("o.txt", "one\r\ntwo\r\nthree\r\n");
    let old = world
        .preview("write_file", json!({ "path": "o.txt", "content": "one\n2\nthree\n" }))
        .unwrap();
    assert_eq!(old.summary, "write o.txt (15 bytes, replaces 17 bytes)");
    assert_eq!(
        old.detail,
        "# line ends are CRLF, as they were\n--- a/o.txt\n+++ b/o.txt\n@@ -1,3 +1,3 @@\n one\r\n-two\r\n+2\r\n three\r\n"
    );
}

#[test]
fn changes_far_apart_are_shown_apart_each_with_three_lines_around_it() {
    let world = World::new();
    let lines = |two: &str, eighteen: &str| -> String {
        (1..=20)
            .map(|n| match n {
                2 => format!("{two}\n"),
                18 => format!("{eighteen}\n"),
                n => format!("{n}\n"),
            })
            .collect()
    };
    world.put("l.txt", lines("2", "18"));
    let content = lines("two", "eighteen");
    let shown = world.preview("write_file", json!({ "path": "l.txt", "content": content }));
    assert_eq!(
        shown.unwrap().detail,
        "--- a/l.txt\n+++ b/l.txt\n@@ -1,5 +1,5 @@\n 1\n-2\n+two\n 3\n 4\n 5\n\
         @@ -15,6 +15,6 @@\n 15\n 16\n 17\n-18\n+eighteen\n 19\n 20\n"
    );
}

#[test]
fn a_file_that_changed_after_it_was_shown_is_not_overwritten() {
    let world = World::new();
    world.put("a.txt", "one");
    let call = world.prepare("write_file", &json!({ "path": "a.txt", "content": "mine" })).unwrap();
    let tool = world.tool("write_file");
    block_on(tool.preview(&call, &world.cx)).unwrap();
    fs::write(world.path("a.txt"), "somebody else's work").unwrap();
    let error = block_on(tool.call(&call, &world.cx)).unwrap_err();
    assert_eq!(error.code, "file_changed");
    assert_eq!(text(&world, "a.txt"), "somebody else's work");

    block_on(tool.preview(&call, &world.cx)).unwrap();
    block_on(tool.call(&call, &world.cx)).unwrap();
    assert_eq!(text(&world, "a.txt"), "mine");
}

#[test]
fn a_file_that_appeared_after_it_was_shown_as_new_is_not_overwritten() {
    let world = World::new();
    let call = world.prepare("write_file", &json!({ "path": "a.txt", "content": "mine" })).unwrap();
    let tool = world.tool("write_file");
    block_on(tool.preview(&call, &world.cx)).unwrap();
    world.put("a.txt", "theirs");
    assert_eq!(block_on(tool.call(&call, &world.cx)).unwrap_err().code, "file_changed");
    assert_eq!(text(&world, "a.txt"), "theirs");
}

#[test]
fn warns_when_a_file_changed_since_this_bot_saw_it() {
    let mut world = World::new();
    world.put("a.txt", "one");
    let write = |world: &World, content: &str| {
        let output =
            world.call("write_file", json!({ "path": "a.txt", "content": content })).unwrap();
        output.warnings
    };
    assert!(write(&world, "never seen before").is_empty());
    assert!(write(&world, "mine again").is_empty());
    fs::write(world.path("a.txt"), "by a person").unwrap();
    assert_eq!(write(&world, "over it"), ["a.txt had changed on disk since you last saw it"]);
    assert_eq!(world.text("read_file", json!({ "path": "./a.txt" })), "over it");
    world.cx.bot = "coder".parse::<BotId>().unwrap();
    assert!(write(&world, "by another bot").is_empty());
    world.cx.bot = BotId::LEADER;
    assert_eq!(write(&world, "back").len(), 1);
}

#[test]
fn a_picture_or_a_giant_can_be_replaced_and_the_preview_says_so() {
    let world = World::new();
    world.put("a.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    let preview =
        world.preview("write_file", json!({ "path": "a.txt", "content": "x\n" })).unwrap();
    assert!(
        preview.detail.starts_with("# the old file (16 bytes) is not text\n"),
        "{}",
        preview.detail
    );
    let big = world.put("big.txt", "x\n");
    fs::File::options().write(true).open(&big).unwrap().set_len(1 << 30).unwrap();
    let preview =
        world.preview("write_file", json!({ "path": "big.txt", "content": "y\n" })).unwrap();
    assert!(preview.detail.contains("too large to compare with"), "{}", preview.detail);
    world.call("write_file", json!({ "path": "big.txt", "content": "y\n" })).unwrap();
    assert_eq!(text(&world, "big.txt"), "y\n");
}

#[test]
fn readers_always_see_the_old_or_the_new_file() {
    let world = World::new();
    let (old, new) = ("a".repeat(50_000), "b".repeat(70_000));
    let path = world.put("a.txt", &old);
    let (watched, kinds) = (path.clone(), [old.clone(), new.clone()]);
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let stopped = std::sync::Arc::clone(&stop);
    let reader = std::thread::spawn(move || {
        let mut torn = 0;
        while !stopped.load(std::sync::atomic::Ordering::Relaxed) {
            let text = fs::read_to_string(&watched).unwrap();
            torn += usize::from(!kinds.contains(&text));
        }
        torn
    });
    for round in 0..30 {
        let content = if round % 2 == 0 { &new } else { &old };
        world.call("write_file", json!({ "path": "a.txt", "content": content })).unwrap();
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(reader.join().unwrap(), 0);
}
