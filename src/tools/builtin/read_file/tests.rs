use std::io::Write as _;
use std::time::Instant;

use nanofolks_protocol::ToolResult;
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::tests::World;

#[test]
fn shows_a_file_byte_for_byte() {
    let world = World::new();
    for text in ["a\nb\n", "no end", "\r\n\r\n", "\u{feff}mark\n", "tab\tand \u{1f600}\n", "\n"] {
        world.put("f.txt", text);
        let output = world.call("read_file", json!({ "path": "f.txt" })).unwrap();
        assert_eq!((output.data, output.warnings), (json!(text), vec![]));
    }
}

#[test]
fn shows_the_lines_that_are_asked_for_and_how_to_go_on() {
    let world = World::new();
    world.put("f.txt", "one\ntwo\nthree\nfour");
    let part = |offset: u64, limit: u64| {
        let output = world
            .call("read_file", json!({ "path": "f.txt", "offset": offset, "limit": limit }))
            .unwrap();
        (output.data.as_str().unwrap().to_owned(), output.warnings.join("|"))
    };
    let said = |text: &str, note: &str| (text.to_owned(), note.to_owned());
    assert_eq!(part(2, 2), said("two\nthree\n", "lines 2-3 of 4; continue with offset 4"));
    assert_eq!(part(3, 9), said("three\nfour", "lines 3-4 of 4; that is the end"));
    assert_eq!(part(0, 1), said("one\n", "lines 1-1 of 4; continue with offset 2"));
    assert_eq!(part(1, 4), said("one\ntwo\nthree\nfour", ""));
    let error = world.call("read_file", json!({ "path": "f.txt", "offset": 5 })).unwrap_err();
    assert_eq!(error.code, "offset_past_end");
    assert_eq!(error.message, "f.txt ends before line 5: it has 4 lines");
}

#[test]
fn paging_through_gives_the_whole_file_and_nothing_twice() {
    let world = World::new();
    let text: String = (0..9001).map(|n| format!("line {n} \u{20ac}\n")).collect();
    world.put("f.txt", &text);
    let (mut all, mut offset) = (String::new(), 1);
    for _ in 0..20 {
        let output = world.call("read_file", json!({ "path": "f.txt", "offset": offset })).unwrap();
        let page = output.data.as_str().unwrap();
        assert!(page.lines().count() <= 2000);
        all.push_str(page);
        match output.warnings[0].split_once("offset ") {
            Some((_, next)) => offset = next.parse().unwrap(),
            None => break,
        }
    }
    assert!(all == text);
}

#[test]
fn whole_lines_up_to_a_hundred_thousand_characters() {
    let world = World::new();
    let line = "x".repeat(999) + "\n";
    world.put("f.txt", line.repeat(150));
    let output = world.call("read_file", json!({ "path": "f.txt" })).unwrap();
    assert_eq!(output.data.as_str().unwrap().len(), 100_000);
    assert_eq!(output.warnings, ["lines 1-100 of 150; continue with offset 101"]);
}

#[test]
fn a_small_file_with_one_long_line_is_shown_whole() {
    let world = World::new();
    let text = format!("{{\"a\":\"{}\"}}", "y".repeat(50_000));
    world.put("f.json", &text);
    assert_eq!(world.text("read_file", json!({ "path": "f.json" })), text);
}

#[test]
fn long_lines_of_a_large_file_are_cut_and_named() {
    let world = World::new();
    world.put("f.txt", format!("short\n{}\n{}\nend\n", "\u{e4}".repeat(200_000), "z".repeat(2000)));
    let output = world.call("read_file", json!({ "path": "f.txt" })).unwrap();
    let text = output.data.as_str().unwrap();
    let lengths: Vec<_> = text.lines().map(|line| line.chars().count()).collect();
    assert_eq!(lengths, [5, 2000, 2000, 3]);
    assert_eq!(output.warnings, ["line 2 cut after 2000 characters"]);
}

#[test]
fn an_empty_file_says_so() {
    let world = World::new();
    world.put("f.txt", "");
    let output = world.call("read_file", json!({ "path": "f.txt" })).unwrap();
    assert_eq!((output.data, output.warnings), (json!(""), vec!["the file is empty".to_owned()]));
}

#[test]
fn a_missing_file_names_similar_ones() {
    let world = World::new();
    world.put("src/Main.rs", "");
    world.put("src/mail.rs", "");
    world.put("src/lib.rs", "");
    let error = world.call("read_file", json!({ "path": "src/main.rs" })).unwrap_err();
    assert_eq!(error.code, "not_found");
    assert_eq!(error.hint.as_deref(), Some("similar names there: Main.rs, mail.rs"));
    let error = world.call("read_file", json!({ "path": "lost/a.rs" })).unwrap_err();
    assert_eq!(error.hint.as_deref(), Some("the folder lost does not exist either"));
    let error = world.call("read_file", json!({ "path": "src" })).unwrap_err();
    assert_eq!(error.code, "is_folder");
}

#[test]
fn what_is_not_text_is_refused_with_its_kind() {
    let world = World::new();
    world.put("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    world.put("b.bin", b"\0\x01\x02");
    world.put("c.zip", b"PK\x03\x04\x14\0\0\0\x08\0rest");
    world.put("d.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n");
    let error = world.call("read_file", json!({ "path": "a.png" })).unwrap_err();
    assert_eq!(
        (error.code.as_ref(), error.message.as_str()),
        ("is_image", "a.png is a picture (image/png, 16 bytes), not text")
    );
    assert!(error.hint.is_some());
    let kinds = ["b.bin", "c.zip", "d.pdf"]
        .map(|path| world.call("read_file", json!({ "path": path })).unwrap_err().message);
    assert_eq!(kinds[0], "b.bin is not text (3 bytes)");
    assert!(
        kinds[1].contains("application/zip") && kinds[2].contains("application/pdf"),
        "{kinds:?}"
    );
}

#[test]
fn other_encodings_are_shown_and_reported() {
    let world = World::new();
    let utf16: Vec<u8> = [0xFEFF]
        .into_iter()
        .chain("gr\u{fc}n\nblau\n".encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    world.put("wide.txt", utf16);
    let output = world.call("read_file", json!({ "path": "wide.txt" })).unwrap();
    assert_eq!(output.data, json!("gr\u{fc}n\nblau\n"));
    assert_eq!(output.warnings, ["the file is UTF-16; shown as UTF-8"]);
    world.put("old.txt", b"gr\xfcn\n");
    let output = world.call("read_file", json!({ "path": "old.txt" })).unwrap();
    assert_eq!(output.data, json!("gr\u{fffd}n\n"));
    assert!(output.warnings[0].starts_with("1 bytes are not valid UTF-8"), "{:?}", output.warnings);
}

#[test]
fn a_huge_file_is_not_read_to_its_end() {
    let world = World::new();
    let sparse = world.put("sparse", "");
    std::fs::File::options().write(true).open(&sparse).unwrap().set_len(1 << 30).unwrap();
    assert_eq!(world.error("read_file", json!({ "path": "sparse" })), "is_binary");

    // Text in front, a gigabyte of nothing behind.
    let mut file = std::fs::File::create(world.path("log")).unwrap();
    for number in 0..20_000 {
        writeln!(file, "entry {number}").unwrap();
    }
    file.set_len(1 << 30).unwrap();
    drop(file);
    let start = Instant::now();
    let output =
        world.call("read_file", json!({ "path": "log", "offset": 10_000, "limit": 2 })).unwrap();
    assert_eq!(output.data, json!("entry 9999\nentry 10000\n"));
    assert_eq!(output.warnings, ["lines 10000-10001; continue with offset 10002"]);
    assert!(start.elapsed().as_millis() < 2000, "{:?}", start.elapsed());
}

#[test]
fn one_line_of_many_megabytes_needs_no_memory_and_can_be_stopped() {
    let world = World::new();
    let mut file = std::fs::File::create(world.path("line")).unwrap();
    file.write_all(&vec![b'a'; 9000]).unwrap();
    file.set_len(64 << 20).unwrap();
    drop(file);
    let output = world.call("read_file", json!({ "path": "line" })).unwrap();
    assert_eq!(output.data.as_str().unwrap().trim_end().len(), 2000);
    assert_eq!(output.warnings.last().unwrap(), "line 1 cut after 2000 characters");
}

#[test]
fn secrets_in_files_that_hold_them_are_masked_in_any_window() {
    let world = World::new();
    let key = format!("sk-ant-api03-{}", "Zx9Qw3Rt7".repeat(6));
    let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".repeat(4);
    world.put(".env", format!("NAME=demo\nANTHROPIC_API_KEY={key}\n"));
    world.put(
        "id.pem",
        format!("-----BEGIN PRIVATE KEY-----\n{body}\n{body}\n-----END PRIVATE KEY-----\n"),
    );
    world.link(".env", "harmless.txt");
    world.put(".ssh/config", &key);
    world.link(".ssh", "open");
    for path in [".env", "harmless.txt"] {
        let output = world.call("read_file", json!({ "path": path })).unwrap();
        let text = output.data.as_str().unwrap();
        assert!(text.contains("NAME=demo") && !text.contains(&key), "{text}");
        assert_eq!(output.warnings, ["secrets in it are masked"]);
    }
    let part = world.call("read_file", json!({ "path": "id.pem", "offset": 2, "limit": 1 }));
    assert!(!format!("{part:?}").contains(&body), "{part:?}");
    let found = world.text("search_files", json!({ "pattern": "Zx9Qw|MIIE" }))
        + &world.text("search_files", json!({ "pattern": "Zx9Qw", "path": "open" }));
    assert!(found.contains(".env") && found.contains("not shown"), "{found}");
    assert!(!found.contains("Zx9Qw") && !found.contains("MIIE"), "{found}");
    world.put("notes.md", format!("call with {key}"));
    assert!(
        world.text("read_file", json!({ "path": "notes.md" })).contains(&key),
        "other files are shown as they are"
    );
}

#[test]
fn the_preview_says_what_is_read() {
    let world = World::new();
    let summary = |arguments| world.preview("read_file", arguments).unwrap().summary;
    assert_eq!(summary(json!({ "path": "a.txt" })), "read a.txt");
    assert_eq!(
        summary(json!({ "path": "a\u{1b}.txt", "offset": 7 })),
        "read a\\u{1b}.txt from line 7"
    );
}

#[test]
fn what_the_model_reads_is_the_text_and_a_note() {
    let world = World::new();
    world.put("f.txt", "one\ntwo\n");
    let call = world.prepare("read_file", &json!({ "path": "f.txt", "limit": 1 })).unwrap();
    let output = crate::tests::block_on(world.tool("read_file").call(&call, &world.cx)).unwrap();
    let text = ToolResult::worked(&call, output).for_model();
    assert_eq!(text, "one\n\n[warning: lines 1-1 of 2; continue with offset 2]");
}
