use std::ffi::OsStr;

use super::*;

#[test]
fn only_what_begins_as_typed_is_offered() {
    let offers = || {
        vec![("model".to_owned(), "The model".to_owned()), ("log.level".to_owned(), String::new())]
    };
    let values = |typed: &str| -> Vec<_> {
        matching(offers(), OsStr::new(typed)).iter().map(|c| c.get_value().to_owned()).collect()
    };
    assert_eq!(values("m"), ["model"]);
    assert_eq!(values(""), ["model", "log.level"]);
    assert!(values("x").is_empty());
}
