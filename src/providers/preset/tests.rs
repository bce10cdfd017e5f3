use super::*;

#[test]
fn all_vendors_are_there_in_the_order_in_which_they_are_tried() {
    let ids: Vec<_> = presets().iter().map(|preset| preset.id).collect();
    assert_eq!(
        ids,
        [
            "anthropic",
            "openai",
            "openrouter",
            "gemini",
            "deepseek",
            "groq",
            "aihubmix",
            "zhipu",
            "dashscope",
            "moonshot",
            "minimax",
            "vllm",
            "ollama",
        ]
    );
}

#[test]
fn names_and_aliases_are_unique_and_addresses_are_addresses() {
    let mut names: Vec<_> =
        presets().iter().flat_map(|p| std::iter::once(&p.id).chain(p.aliases)).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    for preset in presets() {
        crate::http::target::parse_base(preset.id, preset.base_url).unwrap();
        assert!(!preset.key_env.is_empty(), "{}", preset.id);
    }
}

#[test]
fn aliases_lead_to_their_provider_in_any_case() {
    for (name, id) in
        [("Z.ai", "zhipu"), ("kimi", "moonshot"), ("google", "gemini"), ("OpenAI", "openai")]
    {
        assert_eq!(preset(name).unwrap().id, id);
    }
    assert!(preset("nobody").is_none());
}

#[test]
fn quirks_change_names_and_temperatures() {
    let quirks = preset("aihubmix").unwrap().quirks;
    assert_eq!(quirks.model_name("anthropic/claude-sonnet-4.5"), "claude-sonnet-4.5");
    assert_eq!(quirks.temperature("moonshotai/kimi-k2.5", Some(0.2)), Some(1.0));
    assert_eq!(quirks.temperature("gpt-5", None), None);
    assert_eq!(preset("openrouter").unwrap().quirks.model_name("a/b"), "a/b");
}
