use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;

fn named(text: &str) -> Vec<String> {
    files(text, &["leader", "coder"].map(|name| name.parse().unwrap()))
}

#[test]
fn files_are_named_by_their_path_and_bots_come_first() {
    assert_eq!(named("compare @src/main.rs with @README.md, please"), ["src/main.rs", "README.md"]);
    assert_eq!(named("@coder look at (@a.txt)."), ["a.txt"]);
    assert_eq!(named("@Coder and @coder/notes.md"), ["coder/notes.md"]);
    assert_eq!(named("@a.txt @a.txt"), ["a.txt"]);
}

#[test]
fn a_name_with_blanks_stands_in_quotes() {
    assert_eq!(named("read @\"my notes.txt\" and @b"), ["my notes.txt", "b"]);
    assert_eq!(of_file("my notes.txt"), "@\"my notes.txt\" ");
    assert_eq!(of_file("notes.txt"), "@notes.txt ");
    assert_eq!(named(&of_file("what?")), ["what?"]);
}

#[test]
fn an_address_names_nothing() {
    assert_eq!(named("write to me@home.example"), [""; 0]);
    assert_eq!(named("@ alone"), [""; 0]);
}

#[test]
fn the_word_that_is_typed_is_found() {
    let word = |line| begun(line).map(|begun| (begun.from, begun.mark, begun.word));
    assert_eq!(word("ask @co"), Some((4, '@', "co")));
    assert_eq!(word("in #ge"), Some((3, '#', "ge")));
    assert_eq!(word("(@src/m"), Some((1, '@', "src/m")));
    assert_eq!(word("see @\"my no"), Some((4, '@', "my no")));
    assert_eq!(word("@\"my notes\" "), None);
    assert_eq!(word("a@b"), None);
    assert_eq!(word("@co "), None);
}

proptest! {
    #[test]
    fn whatever_a_file_is_called_its_mention_names_it(path in "[a-z ./,!'()ä漢-]{0,8}[a-zä漢,! ]") {
        prop_assume!(path.trim() == path && path != "leader" && path != "coder");
        prop_assert_eq!(named(&format!("see {}now", of_file(&path))), [path]);
    }

    #[test]
    fn no_text_breaks_it(text in "[@#\" a-c\n漢(]{0,20}") {
        let _names = named(&text);
        let begun = begun(&text);
        prop_assert!(begun.is_none_or(|begun| text.is_char_boundary(begun.from)));
    }
}
