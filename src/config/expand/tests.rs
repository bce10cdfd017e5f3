use proptest::prelude::*;

use super::*;

fn expanded(text: &str) -> Result<String, ExpandError> {
    let env = Environment::from([("HOST", "lab"), ("PORT", "8000"), ("EMPTY", "")]);
    expand(text, &env).map(Cow::into_owned)
}

#[test]
fn variables_and_defaults_are_filled_in() {
    for (text, want) in [
        ("plain", "plain"),
        ("http://${HOST}:${PORT}/v1", "http://lab:8000/v1"),
        ("${NOPE:fallback}", "fallback"),
        ("${NOPE:}", ""),
        ("${EMPTY:used when empty}", "used when empty"),
        ("${HOST:unused}", "lab"),
        ("${NOPE:http://x:1/}", "http://x:1/"),
        ("a $HOME and a $", "a $HOME and a $"),
        ("$${HOST}", "${HOST}"),
    ] {
        assert_eq!(expanded(text).unwrap(), want, "{text}");
    }
}

#[test]
fn what_cannot_be_filled_in_is_named() {
    assert_eq!(expanded("x${NOPE}"), Err(ExpandError::NotSet("NOPE".into())));
    assert_eq!(expanded("${HOST"), Err(ExpandError::Open));
    assert_eq!(expanded("${a b}"), Err(ExpandError::Name("a b".into())));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_survived(text in ".*") {
        drop(expanded(&text));
    }

    #[test]
    fn text_without_variables_stays(text in "[^$]*") {
        prop_assert_eq!(expanded(&text).unwrap(), text);
    }
}
