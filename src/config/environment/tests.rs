use super::*;

#[test]
fn empty_variables_count_as_not_set() {
    let env = Environment::from([("A", ""), ("B", "x"), ("C", "  ")]);

    assert_eq!((env.get("A"), env.get("B"), env.get("Z")), (None, Some("x"), None));
    assert!(!env.has("A"));
    assert_eq!(env.secret("C"), None);
}

#[test]
fn values_are_never_printed() {
    let env = Environment::from([("ANTHROPIC_API_KEY", "sk-ant-secret")]);

    assert_eq!(format!("{env:?}"), "{\"ANTHROPIC_API_KEY\"}");
    assert_eq!(env.secret("ANTHROPIC_API_KEY").unwrap().expose(), "sk-ant-secret");
}

#[test]
fn variables_are_found_by_the_start_of_their_name() {
    let env =
        Environment::from([("NANOFOLKS_B", "2"), ("NANOFOLKS_A", "1"), ("NANO", "x"), ("O", "")]);

    let found: Vec<_> = env.starting_with("NANOFOLKS_").collect();

    assert_eq!(found, [("NANOFOLKS_A", "1"), ("NANOFOLKS_B", "2")]);
}
