use pretty_assertions::assert_eq;
use serde_json::json;

use crate::tests::World;

fn sample() -> World {
    let world = World::new();
    world.put("src/main.rs", "fn main() {\n    greet();\n}\n\nfn greet() {}\n");
    world.put("src/lib.rs", "pub fn greet() {}\n");
    world.put("README.md", "Greet the world\n");
    world.put("target/out.txt", "fn greet\n");
    world.put(".gitignore", "target/\n*.log\n!keep.log\n");
    world.put("a.log", "greet\n");
    world.put("keep.log", "greet\n");
    world.put(".git/HEAD", "greet\n");
    world.put(".github/ci.yml", "greet: true\n");
    world.put("bin", b"greet\0\x01\n");
    world
}

#[test]
fn finds_text_grouped_by_file_in_order() {
    assert_eq!(
        sample().text("search_files", json!({ "pattern": "fn gr[e]+t" })),
        "src/lib.rs\n1: pub fn greet() {}\n\nsrc/main.rs\n5: fn greet() {}\n"
    );
}

#[test]
fn leaves_out_what_is_ignored_binary_or_version_control_and_nothing_else() {
    let world = sample();
    let text = world.text("search_files", json!({ "pattern": "(?i)greet" }));
    let files: Vec<&str> =
        text.lines().filter(|line| !line.is_empty() && !line.contains(": ")).collect();
    assert_eq!(files, [".github/ci.yml", "README.md", "keep.log", "src/lib.rs", "src/main.rs"]);
    assert_eq!(
        world.text("search_files", json!({ "pattern": "greet", "path": "target" })),
        "target/out.txt\n1: fn greet\n",
        "what is named is searched"
    );
    assert_eq!(
        world.text("search_files", json!({ "pattern": "greet", "path": "a.log" })),
        "a.log\n1: greet\n"
    );
    let nothing = world.call("search_files", json!({ "pattern": "no such text" })).unwrap();
    assert_eq!(nothing.data, json!("no matches\n"));
    assert_eq!(
        nothing.warnings,
        ["2 entries that .gitignore names were skipped; name one as path to search it"]
    );
}

#[test]
fn nested_ignore_files_have_the_last_word() {
    let world = World::new();
    world.put(".gitignore", "*.tmp\nbuild\n");
    world.put("sub/.gitignore", "!*.tmp\n/only-here\n");
    world.put("a.tmp", "x");
    world.put("sub/a.tmp", "x");
    world.put("sub/only-here", "x");
    world.put("sub/deep/only-here", "x");
    world.put("sub/build/y", "x");
    assert_eq!(
        world.text("search_files", json!({ "pattern": "*", "target": "names" })),
        ".gitignore\nsub/.gitignore\nsub/a.tmp\nsub/deep/only-here\n"
    );
}

#[test]
fn shows_lines_around_a_hit() {
    let world = World::new();
    world.put("f.txt", "1\n2\nhit\n4\n5\n6\n7\nhit\n9\n");
    assert_eq!(
        world.text("search_files", json!({ "pattern": "hit", "context": 1 })),
        "f.txt\n2- 2\n3: hit\n4- 4\n--\n7- 7\n8: hit\n9- 9\n"
    );
}

#[test]
fn pages_through_hits_without_losing_one() {
    let world = World::new();
    for file in 0..4 {
        world.put(&format!("f{file}.txt"), "hit\nmiss\nhit\nhit\n");
    }
    let (mut seen, mut offset) = (Vec::new(), 0);
    for _ in 0..10 {
        let arguments = json!({ "pattern": "^hit$", "limit": 5, "offset": offset, "context": 1 });
        let output = world.call("search_files", arguments).unwrap();
        let text = output.data.as_str().unwrap();
        let mut file = "";
        for line in text.lines() {
            if line.starts_with('f') {
                file = line;
            } else if line.contains(": ") {
                seen.push(format!("{file} {line}"));
            }
        }
        let Some(note) = output.warnings.first() else { break };
        offset = note.rsplit(' ').next().unwrap().parse().unwrap();
    }
    let wanted: Vec<String> =
        (0..4).flat_map(|file| [1, 3, 4].map(|line| format!("f{file}.txt {line}: hit"))).collect();
    assert_eq!(seen, wanted);
}

#[test]
fn only_some_files_can_be_asked_for() {
    let world = sample();
    assert_eq!(
        world.text("search_files", json!({ "pattern": "(?i)greet", "glob": "*.md" })),
        "README.md\n1: Greet the world\n"
    );
    assert_eq!(
        world.text("search_files", json!({ "pattern": "greet", "glob": "src/**/l*.rs" })),
        "src/lib.rs\n1: pub fn greet() {}\n"
    );
}

#[test]
fn finds_files_by_glob_or_by_a_part_of_the_name() {
    let world = sample();
    let names = |pattern: &str| {
        world.text("search_files", json!({ "pattern": pattern, "target": "names" }))
    };
    assert_eq!(names("*.rs"), "src/lib.rs\nsrc/main.rs\n");
    assert_eq!(names("src/*.rs"), "src/lib.rs\nsrc/main.rs\n");
    assert_eq!(names("**/m*.rs"), "src/main.rs\n");
    assert_eq!(names("readme"), "README.md\n");
    assert_eq!(names("*.{md,yml}"), ".github/ci.yml\nREADME.md\n");
    assert_eq!(names("nothing"), "no files\n");
    assert_eq!(
        world.error("search_files", json!({ "pattern": "a[", "target": "names" })),
        "invalid_arguments"
    );
}

#[test]
fn a_pattern_that_is_no_expression_is_searched_as_it_stands() {
    let world = World::new();
    world.put("f.txt", "call(arg\nother\n");
    let output = world.call("search_files", json!({ "pattern": "call(" })).unwrap();
    assert_eq!(output.data, json!("f.txt\n1: call(arg\n"));
    assert_eq!(output.warnings.len(), 1);
    assert_eq!(world.error("search_files", json!({ "pattern": "" })), "invalid_arguments");
}

#[test]
fn a_pattern_over_several_lines_works() {
    let world = World::new();
    world.put("f.txt", "start\none\ntwo\nend\n");
    assert_eq!(
        world.text("search_files", json!({ "pattern": "one\\ntwo" })),
        "f.txt\n2: one\n3: two\n"
    );
}

#[test]
fn long_lines_and_odd_bytes_are_shown_in_part() {
    let world = World::new();
    world.put("long.txt", format!("needle{}\n", "\u{e4}".repeat(5000)));
    world.put("odd.txt", b"needle \xff\xfe\r\n");
    let text = world.text("search_files", json!({ "pattern": "needle" }));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[1].chars().count(), 3 + 301);
    assert_eq!(lines[4], "1: needle \u{fffd}\u{fffd}");
}

#[test]
fn an_answer_stays_within_bounds() {
    let world = World::new();
    for file in 0..50 {
        world.put(&format!("{file}.txt"), "needle and some more text\n".repeat(1000));
    }
    let output =
        world.call("search_files", json!({ "pattern": "needle", "limit": 100_000 })).unwrap();
    assert!(output.data.as_str().unwrap().len() < 60_000);
    assert_eq!(output.warnings, ["more hits follow; continue with offset 500"]);
}

#[test]
fn a_file_without_line_ends_does_not_fill_the_memory() {
    let world = World::new();
    let path = world.put("a", "needle");
    std::fs::write(&path, vec![b'x'; 40 << 20]).unwrap();
    world.put("b", "needle\n");
    let output = world.call("search_files", json!({ "pattern": "needle" })).unwrap();
    assert_eq!(output.data, json!("b\n1: needle\n"));
    assert_eq!(output.warnings, ["1 entries could not be read"]);
}

#[test]
fn links_are_not_walked_into() {
    let world = World::new();
    world.put("real/a.txt", "needle\n");
    world.link("real", "again");
    world.link(".", "loop");
    world.link("..", "out");
    assert_eq!(
        world.text("search_files", json!({ "pattern": "needle|hush" })),
        "real/a.txt\n1: needle\n"
    );
    assert_eq!(
        world.text("search_files", json!({ "pattern": "needle", "path": "again" })),
        "again/a.txt\n1: needle\n"
    );
}
