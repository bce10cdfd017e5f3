use super::*;

#[test]
fn a_secret_is_found_where_its_text_says() {
    let env = Environment::from([("KEY", " sk-1\n"), ("BLANK", "  ")]);
    let resolve = |text: &str| SecretRef::parse(text).resolve(&env, &NoStoredKeys);

    assert_eq!(resolve("env:KEY").unwrap().expose(), "sk-1");
    assert_eq!(resolve("${KEY}").unwrap().expose(), "sk-1");
    assert_eq!(resolve(" sk-literal ").unwrap().expose(), "sk-literal");
    assert_eq!(resolve("env:NOPE"), Err(SecretError::NotSet("NOPE".into())));
    assert_eq!(resolve("env:BLANK"), Err(SecretError::NotSet("BLANK".into())));
    assert_eq!(resolve("keyring:anthropic"), Err(SecretError::NotStored("anthropic".into())));
    assert_eq!(resolve(""), Err(SecretError::Empty));
}

#[test]
fn a_literal_is_never_shown() {
    let secret = SecretRef::parse("sk-literal");

    assert!(secret.is_literal());
    let shown = format!("{secret} {secret:?} {}", serde_json::to_string(&secret).unwrap());
    assert!(!shown.contains("literal-"), "{shown}");
    assert!(!shown.contains("sk-"), "{shown}");
    assert_eq!(SecretRef::parse("env:KEY").to_string(), "env:KEY");
}

#[test]
fn other_formats_read_it_too() {
    let secret: SecretRef = serde_json::from_str("\"env:KEY\"").unwrap();

    assert_eq!(secret, SecretRef::Variable("KEY".into()));
}
