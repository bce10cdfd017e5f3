use std::collections::BTreeMap;

use super::*;

#[test]
fn an_alias_of_ones_own_is_written_as_it_is() {
    let aliases = BTreeMap::from([("fast".to_owned(), "groq/quick".to_owned())]);
    let model: ModelRef = "groq/quick".parse().unwrap();
    assert_eq!(written("fast", &model, &aliases), "fast");
    assert_eq!(written("groq/quick", &model, &aliases), "groq/quick");
    assert_eq!(written("quick", &model, &aliases), "groq/quick");
}

#[test]
fn an_embedded_model_may_be_named_in_full() {
    assert_eq!(plain("local/smollm2-135m"), "smollm2-135m");
    assert_eq!(plain("smollm2-135m"), "smollm2-135m");
}
