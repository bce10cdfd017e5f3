use pretty_assertions::assert_eq;
use proptest::prelude::*;
use unicode_segmentation::GraphemeCursor;

use crate::composer::buffer::Buffer;
use crate::composer::tests::key;
use crate::composer::{Composer, Typed};

/// A line with the cursor at `|`, in the normal mode.
fn at(text: &str) -> Composer {
    let mut composer = Composer::default();
    composer.use_vi(true);
    composer.buffer = Buffer::of(&text.replace('|', ""));
    composer.buffer.go(text.find('|').unwrap());
    composer.key(key("Esc"));
    composer.buffer.go(text.find('|').unwrap());
    composer
}

fn press(composer: &mut Composer, keys: &str) {
    for name in keys.split(' ') {
        let known = ["Esc", "Enter", "Back", "Space", "Left", "Up", "Down"].contains(&name);
        if known || name.starts_with("C-") || name.starts_with("M-") {
            composer.key(key(name));
        } else {
            for letter in name.chars() {
                composer.key(key(&letter.to_string()));
            }
        }
    }
}

fn shown(composer: &Composer) -> String {
    format!("{}|{}", composer.buffer.before(), composer.buffer.after())
}

fn after(text: &str, keys: &str) -> String {
    let mut composer = at(text);
    press(&mut composer, keys);
    shown(&composer)
}

#[test]
fn the_motions_of_vi_lead_where_they_do_there() {
    for (text, keys, expected) in [
        ("one |two", "h", "one| two"),
        ("|one", "h", "|one"),
        ("|one", "5l", "on|e"),
        ("one tw|o", "0", "|one two"),
        ("  on|e", "^", "  |one"),
        ("|one two", "$", "one tw|o"),
        ("|one two.three", "w", "one |two.three"),
        ("|one two.three", "2w", "one two|.three"),
        ("|one two.three four", "2W", "one two.three |four"),
        ("one two.thr|ee", "b", "one two.|three"),
        ("one two.thr|ee", "B", "one |two.three"),
        ("|one two", "e", "on|e two"),
        ("on|e two.x", "E", "one two.|x"),
        ("a|bc\nde", "j", "abc\nd|e"),
        ("abc|d\nx", "j", "abcd\n|x"),
        ("ab\ncd|e", "k", "a|b\ncde"),
        ("|a\n\nb", "w", "a\n|\nb"),
        ("a\n\n|b", "b", "a\n|\nb"),
        ("|one, two, three", "f,", "one|, two, three"),
        ("|one, two, three", "2f,", "one, two|, three"),
        ("|one, two, three", "t,", "on|e, two, three"),
        ("|one, two, three", "t,;", "one, tw|o, three"),
        ("|one, two, three", "f,;,", "one|, two, three"),
        ("one, two, thre|e", "F,", "one, two|, three"),
        ("one, two, thre|e", "T,", "one, two,| three"),
        ("one, two, thre|e", "T,;", "one,| two, three"),
        ("|one", "fx", "|one"),
        ("a\nb\n|c", "gg", "|a\nb\nc"),
        ("|a\nb\nc", "G", "a\nb\n|c"),
        ("|a\nb\nc", "2G", "a\n|b\nc"),
        ("|漢字 x", "l", "漢|字 x"),
        ("|a👨‍👩‍👧b", "ll", "a👨‍👩‍👧|b"),
    ] {
        assert_eq!(after(text, keys), expected, "{text:?} {keys}");
    }
}

#[test]
fn the_operators_take_what_the_motion_means() {
    for (text, keys, expected) in [
        ("|one two three", "dw", "|two three"),
        ("|one two three", "d2w", "|three"),
        ("|one two three", "2dw", "|three"),
        ("|one two", "cwX Esc", "|X two"),
        ("one |two\nthree", "dw", "one| \nthree"),
        ("one t|wo", "db", "one |wo"),
        ("|one two", "de", "| two"),
        ("one |two", "D", "one| "),
        ("one |two", "CX Esc", "one |X"),
        ("one |two", "d0", "|two"),
        ("|one, two", "df,", "| two"),
        ("|one, two", "dt,", "|, two"),
        ("a\n|b\nc", "dd", "a\n|c"),
        ("a\nb\n|c", "dd", "a\n|b"),
        ("|a\nb\nc", "2dd", "|c"),
        ("|a\nb\nc", "dj", "|c"),
        ("|a", "dd", "|"),
        ("a\n|b c\nd", "ccX Esc", "a\n|X\nd"),
        ("|abc", "x", "|bc"),
        ("|abc", "2x", "|c"),
        ("ab|c", "X", "a|c"),
        ("|abc", "sX Esc", "|Xbc"),
        ("a|bc", "rX", "a|Xc"),
        ("|abc", "2rX", "X|Xc"),
        ("|abc", "4rX", "|abc"),
        ("|aBc", "3~", "Ab|C"),
        ("|a\n  b", "J", "a| b"),
        ("|one two", "ywP", "one| one two"),
        ("|one two", "yw$p", "one twoone| "),
        ("|a\nb", "yyp", "a\n|a\nb"),
        ("|a\nb", "yyjP", "a\n|a\nb"),
        ("|a\nb", "ddp", "b\n|a"),
        ("|ab", "xp", "b|a"),
        ("say \"h|i you\"", "di\"", "say \"|\""),
        ("say \"h|i you\" now", "da\"", "say | now"),
        ("f(a, (b|), c)", "di(", "f(a, (|), c)"),
        ("f(a|, (b), c)", "ci(x Esc", "f(|x)"),
        ("f(a|, b)", "da(", "|f"),
        ("one t|wo three", "diw", "one | three"),
        ("one t|wo three", "daw", "one |three"),
        ("one t|wo", "daw", "on|e"),
        ("a.b|.c d", "diW", "| d"),
    ] {
        assert_eq!(after(text, keys), expected, "{text:?} {keys}");
    }
}

#[test]
fn inserting_begins_where_it_was_asked_for() {
    for (text, keys, expected) in [
        ("a|b", "iX Esc", "a|Xb"),
        ("a|b", "aX Esc", "ab|X"),
        ("  a|b", "IX Esc", "  |Xab"),
        ("|ab", "AX Esc", "ab|X"),
        ("a|b\nc", "oX Esc", "ab\n|X\nc"),
        ("a\nb|c", "OX Esc", "a\n|X\nbc"),
    ] {
        assert_eq!(after(text, keys), expected, "{text:?} {keys}");
    }
}

#[test]
fn one_change_is_one_step_back_and_forth() {
    assert_eq!(after("|one two", "cwthree Esc u"), "|one two");
    assert_eq!(after("|one two", "cwthree Esc u C-r"), "thre|e two");
    assert_eq!(after("|one", "xxuu"), "|one");
    assert_eq!(after("|one", "oline Space of Space words Esc u"), "|one");
}

#[test]
fn escape_and_a_letter_typed_fast_are_escape_and_a_letter() {
    assert_eq!(after("|one two", "cwthree M-w M-x"), "three |wo");
}

#[test]
fn the_last_change_is_repeated() {
    for (text, keys, expected) in [
        ("|a b c d", "dw.", "|c d"),
        ("|a b c", "cwX Esc w.", "X |X c"),
        ("|a\nb", "AX Esc j.", "aX\nb|X"),
        ("|abcd", "x..", "|d"),
        ("|abc", "rXl.", "X|Xc"),
        ("|a", "ihello Esc .", "hellhell|ooa"),
    ] {
        assert_eq!(after(text, keys), expected, "{text:?} {keys}");
    }
}

#[test]
fn enter_sends_from_both_modes_and_the_next_line_is_typed() {
    let mut composer = at("|hello");
    let Typed::Send(said) = composer.key(key("Enter")) else { panic!("not sent") };
    assert_eq!(said.text, "hello");
    press(&mut composer, "dw");
    assert_eq!(composer.text(), "dw");
}

#[test]
fn over_the_first_line_is_the_history() {
    let mut composer = at("|a\nb");
    composer.remember_older(vec!["earlier".into()]);
    press(&mut composer, "jkk");
    assert_eq!(composer.text(), "earlier");
    press(&mut composer, "j");
    assert_eq!(composer.text(), "a\nb");
}

#[test]
fn escape_is_ours_only_while_it_means_something() {
    let mut composer = Composer::default();
    assert!(!composer.takes_escape());
    composer.use_vi(true);
    assert!(composer.takes_escape());
    press(&mut composer, "Esc");
    assert!(!composer.takes_escape() && composer.is_normal());
    press(&mut composer, "2d");
    assert!(composer.takes_escape());
    press(&mut composer, "Esc");
    assert!(!composer.takes_escape());
}

const KEYS: &str = "hl0^$wbeWBEjkfatFT;,dcyiIAoOxXsSDCpPuJr~.g123G\"('漢 ";

proptest! {
    #[test]
    fn the_cursor_is_never_inside_of_a_character_and_undo_leads_back(
        text in "[ab (\"漢é\n]{0,20}",
        keys in prop::collection::vec(
            prop::sample::select(KEYS.chars().map(String::from).chain(
                ["Esc", "Esc", "Esc", "C-r", "Back", "👨‍👩‍👧", "\u{301}"].map(String::from),
            ).collect::<Vec<_>>()),
            0..50,
        ),
    ) {
        let mut composer = at(&format!("|{text}"));
        for name in keys {
            composer.key(key(&name));
            let (text, at) = (composer.buffer.text(), composer.buffer.cursor());
            let mut place = GraphemeCursor::new(at, text.len(), true);
            prop_assert!(place.is_boundary(text, 0).unwrap(), "{:?} at {}", text, at);
            if composer.is_normal() {
                let end = super::place::line_end(text, at);
                let start = super::place::line_start(text, at);
                prop_assert!(at < end || start == end, "behind the line: {:?} at {}", text, at);
            }
        }
        press(&mut composer, "Esc Esc");
        for _ in 0..60 {
            press(&mut composer, "u");
        }
        prop_assert_eq!(composer.buffer.text(), text);
    }
}
