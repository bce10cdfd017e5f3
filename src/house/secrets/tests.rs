use nanofolks_config::ProviderSettings;

use super::*;

#[test]
fn configured_keys_headers_and_usual_variables_are_known() {
    let environment =
        Environment::from([("MY_KEY", "from-the-environment"), ("OPENAI_API_KEY", "usual-key")]);
    let mut settings = Settings::default();
    let provider = ProviderSettings {
        api_key: Some(SecretRef::parse("env:MY_KEY")),
        headers: [("X-Team".to_owned(), SecretRef::parse("literal-header"))].into(),
        ..ProviderSettings::default()
    };
    let keyless = ProviderSettings {
        api_key: Some(SecretRef::parse("env:NOT_SET")),
        ..ProviderSettings::default()
    };
    settings.providers = [("lab".to_owned(), provider), ("other".to_owned(), keyless)].into();

    let known = in_use(&settings, &environment);
    let known: Vec<&str> = known.iter().map(Secret::expose).collect();

    assert_eq!(known, ["from-the-environment", "literal-header", "usual-key"]);
}
