use pretty_assertions::assert_eq;

use super::*;

fn key(code: KeyCode, modifiers: KeyModifiers) -> KeyEvent {
    KeyEvent::new(code, modifiers)
}

/// An answer as the keys it looks like.
fn keys(text: &str, end: KeyEvent) -> Vec<KeyEvent> {
    let mut keys = vec![key(KeyCode::Char(']'), KeyModifiers::ALT)];
    keys.extend(text.chars().map(|letter| key(KeyCode::Char(letter), KeyModifiers::NONE)));
    keys.push(end);
    keys
}

const ST: KeyEvent = KeyEvent::new(KeyCode::Char('\\'), KeyModifiers::ALT);
const BEL: KeyEvent = KeyEvent::new(KeyCode::Char('g'), KeyModifiers::CONTROL);

fn heard(keys: &[KeyEvent]) -> Vec<Heard> {
    let mut background = Background::default();
    let heard = keys.iter().map(|key| background.take(*key)).filter(|one| *one != Heard::Part);
    heard.collect()
}

#[test]
fn an_answer_says_whether_the_background_is_light() {
    for (text, end, light) in [
        ("11;rgb:ffff/ffff/ffff", ST, true),
        ("11;rgb:0000/0000/0000", BEL, false),
        ("11;rgb:fd/f6/e3", ST, true),
        ("11;rgb:1e1e/1e1e/2e2e", BEL, false),
        ("11;rgba:ffff/ffff/ffff/ffff", ST, true),
    ] {
        assert_eq!(heard(&keys(text, end)), [Heard::Light(light)], "{text}");
    }
}

#[test]
fn what_only_begins_like_an_answer_is_typed_after_all() {
    for text in ["", "1", "11;x", "12;rgb:00/00/00", "11;rgb:00/00", "11;rgb:zz/00/00"] {
        let keys = keys(text, ST);
        let given: Vec<_> = heard(&keys)
            .into_iter()
            .flat_map(|heard| match heard {
                Heard::Keys(keys) => keys,
                other => panic!("{other:?} of {text:?}"),
            })
            .collect();
        assert_eq!(given, keys, "{text:?}");
    }
}

#[test]
fn other_keys_pass_at_once() {
    let mut background = Background::default();
    for code in [KeyCode::Char('a'), KeyCode::Enter, KeyCode::Char('\\')] {
        let key = key(code, KeyModifiers::NONE);
        assert_eq!(background.take(key), Heard::Keys(vec![key]));
        assert!(background.is_idle());
    }
}
