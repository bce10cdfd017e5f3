use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::tests::World;

#[test]
fn pages_through_an_artifact_without_losing_a_byte() {
    let world = World::new();
    for text in [
        (0..20_000).map(|n| format!("line {n}\n")).collect::<String>(),
        "\u{20ac}".repeat(70_000),
        "{}".to_owned(),
    ] {
        let id = world.blobs.keep(text.clone());
        let (mut all, mut offset) = (String::new(), 0_u64);
        for _ in 0..100 {
            let arguments = json!({ "ref": id.as_str(), "offset": offset });
            let output = world.call("read_artifact", arguments).unwrap();
            all.push_str(output.data.as_str().unwrap());
            match output.warnings.first().and_then(|note| note.split_once("offset ")) {
                Some((_, next)) => offset = next.parse().unwrap(),
                None => break,
            }
        }
        assert!(all == text);
    }
}

#[test]
fn pages_end_at_line_ends_where_they_can() {
    let world = World::new();
    let id = world.blobs.keep("0123456789\n".repeat(100));
    let output = world
        .call("read_artifact", json!({ "artifact": id.as_str(), "limit": "50", "offset": 11 }))
        .unwrap();
    assert_eq!(output.data, json!("0123456789\n".repeat(4)));
    assert_eq!(output.warnings, ["bytes 11-55 of 1100; continue with offset 55"]);
}

#[test]
fn a_search_gives_offsets_that_can_be_read_from() {
    let world = World::new();
    let text = format!("{}\nthe needle is here\n{}", "x".repeat(5000), "y".repeat(5000));
    let id = world.blobs.keep(text);
    let found = world.text("read_artifact", json!({ "ref": id.as_str(), "pattern": "ne+dle" }));
    assert_eq!(found, "5005: the needle is here\n");
    let page =
        world.text("read_artifact", json!({ "ref": id.as_str(), "offset": 5005, "limit": 6 }));
    assert_eq!(page, "needle");
    let none = world.text("read_artifact", json!({ "ref": id.as_str(), "pattern": "missing" }));
    assert_eq!(none, "no matches\n");
}

#[test]
fn many_matches_come_in_parts_and_one_line_is_shown_in_part() {
    let world = World::new();
    let id = world.blobs.keep("ab".repeat(40_000));
    let output =
        world.call("read_artifact", json!({ "ref": id.as_str(), "pattern": "a" })).unwrap();
    let text = output.data.as_str().unwrap();
    assert_eq!(text.lines().count(), 50);
    assert!(text.lines().all(|line| line.len() < 300));
    assert_eq!(output.warnings, ["more matches follow; continue with offset 100"]);
    let empty = world.call("read_artifact", json!({ "ref": id.as_str(), "pattern": "z*" }));
    assert!(empty.is_ok(), "a pattern that matches nothing at all ends");
}

#[test]
fn a_wrong_ref_and_what_is_not_text_are_refused() {
    let world = World::new();
    let picture = world.blobs.keep(&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..]);
    let missing = "f".repeat(64);
    for (name, code) in
        [("abc", "invalid_ref"), (missing.as_str(), "not_found"), (picture.as_str(), "is_binary")]
    {
        assert_eq!(world.error("read_artifact", json!({ "ref": name })), code);
    }
}

proptest! {
    #[test]
    fn any_window_of_anything_is_given_without_a_crash(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        offset in 0_u64..400,
        limit in 0_u64..400,
    ) {
        let output = page(&bytes, Some(offset), Some(limit));
        prop_assert!(output.data.is_string());
        let matcher = RegexMatcher::new("[a-c]*").unwrap();
        let start = position(Some(offset), bytes.len());
        prop_assert!(matches(&bytes, start, &matcher, &CancellationToken::new()).is_ok());
    }
}
