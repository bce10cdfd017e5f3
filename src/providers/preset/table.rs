//! The table of presets, in the order in which providers are tried.

use nanofolks_config::ProviderKind::{Anthropic, Gemini, Ollama, OpenaiChat, OpenaiResponses};

use super::{Preset, Quirks};

/// Nothing in particular.
const PLAIN: Preset = Preset {
    id: "",
    title: "",
    kind: OpenaiChat,
    base_url: "",
    key_env: &[],
    keyless: false,
    key_prefix: None,
    aliases: &[],
    families: &[],
    default_model: None,
    quirks: Quirks::NONE,
};

/// Kimi K2.5 takes no other temperature than 1.
const KIMI: &[(&str, f32)] = &[("kimi-k2.5", 1.0)];

/// The providers we know.
pub(crate) const PRESETS: &[Preset] = &[
    Preset {
        id: "anthropic",
        title: "Anthropic",
        kind: Anthropic,
        base_url: "https://api.anthropic.com",
        key_env: &["ANTHROPIC_API_KEY"],
        key_prefix: Some("sk-ant-"),
        aliases: &["claude"],
        families: &["claude"],
        default_model: Some("claude-sonnet-4-5"),
        ..PLAIN
    },
    Preset {
        id: "openai",
        title: "OpenAI",
        kind: OpenaiResponses,
        base_url: "https://api.openai.com/v1",
        key_env: &["OPENAI_API_KEY"],
        key_prefix: Some("sk-"),
        families: &["gpt-", "o1", "o3", "o4", "chatgpt-", "codex-"],
        default_model: Some("gpt-5"),
        ..PLAIN
    },
    Preset {
        id: "openrouter",
        title: "OpenRouter",
        base_url: "https://openrouter.ai/api/v1",
        key_env: &["OPENROUTER_API_KEY"],
        key_prefix: Some("sk-or-"),
        default_model: Some("anthropic/claude-sonnet-4.5"),
        quirks: Quirks { temperatures: KIMI, ..Quirks::NONE },
        ..PLAIN
    },
    Preset {
        id: "gemini",
        title: "Google Gemini",
        kind: Gemini,
        base_url: "https://generativelanguage.googleapis.com",
        key_env: &["GEMINI_API_KEY", "GOOGLE_API_KEY"],
        key_prefix: Some("AIza"),
        aliases: &["google"],
        families: &["gemini", "gemma"],
        default_model: Some("gemini-2.5-pro"),
        ..PLAIN
    },
    Preset {
        id: "deepseek",
        title: "DeepSeek",
        base_url: "https://api.deepseek.com/v1",
        key_env: &["DEEPSEEK_API_KEY"],
        key_prefix: Some("sk-"),
        families: &["deepseek"],
        default_model: Some("deepseek-chat"),
        quirks: Quirks { json_schema: false, effort: false, ..Quirks::NONE },
        ..PLAIN
    },
    Preset {
        id: "groq",
        title: "Groq",
        base_url: "https://api.groq.com/openai/v1",
        key_env: &["GROQ_API_KEY"],
        key_prefix: Some("gsk_"),
        default_model: Some("openai/gpt-oss-120b"),
        quirks: Quirks { max_completion_tokens: true, ..Quirks::NONE },
        ..PLAIN
    },
    Preset {
        id: "aihubmix",
        title: "AiHubMix",
        base_url: "https://aihubmix.com/v1",
        key_env: &["AIHUBMIX_API_KEY"],
        key_prefix: Some("sk-"),
        default_model: Some("claude-sonnet-4-5"),
        quirks: Quirks { strips_vendor: true, temperatures: KIMI, ..Quirks::NONE },
        ..PLAIN
    },
    Preset {
        id: "zhipu",
        title: "Z.ai (Zhipu)",
        base_url: "https://api.z.ai/api/paas/v4",
        key_env: &["ZHIPU_API_KEY", "ZHIPUAI_API_KEY", "ZAI_API_KEY"],
        aliases: &["zai", "z.ai", "z-ai", "glm"],
        families: &["glm"],
        default_model: Some("glm-4.6"),
        quirks: Quirks { json_schema: false, effort: false, ..Quirks::NONE },
        ..PLAIN
    },
    Preset {
        id: "dashscope",
        title: "Alibaba DashScope",
        base_url: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
        key_env: &["DASHSCOPE_API_KEY"],
        key_prefix: Some("sk-"),
        aliases: &["qwen", "alibaba"],
        families: &["qwen", "qwq"],
        default_model: Some("qwen3-max"),
        quirks: Quirks { json_schema: false, effort: false, ..Quirks::NONE },
        ..PLAIN
    },
    Preset {
        id: "moonshot",
        title: "Moonshot",
        base_url: "https://api.moonshot.ai/v1",
        key_env: &["MOONSHOT_API_KEY"],
        key_prefix: Some("sk-"),
        aliases: &["kimi", "moonshotai"],
        families: &["kimi", "moonshot"],
        default_model: Some("kimi-k2.5"),
        quirks: Quirks { temperatures: KIMI, json_schema: false, effort: false, ..Quirks::NONE },
        ..PLAIN
    },
    Preset {
        id: "minimax",
        title: "MiniMax",
        base_url: "https://api.minimax.io/v1",
        key_env: &["MINIMAX_API_KEY"],
        families: &["minimax"],
        default_model: Some("MiniMax-M2"),
        quirks: Quirks { json_schema: false, effort: false, reasoning_split: true, ..Quirks::NONE },
        ..PLAIN
    },
    Preset {
        id: "vllm",
        title: "vLLM",
        base_url: "http://127.0.0.1:8000/v1",
        key_env: &["HOSTED_VLLM_API_KEY"],
        keyless: true,
        aliases: &["hosted_vllm"],
        ..PLAIN
    },
    Preset {
        id: "ollama",
        title: "Ollama",
        kind: Ollama,
        base_url: "http://127.0.0.1:11434",
        key_env: &["OLLAMA_API_KEY"],
        keyless: true,
        default_model: Some("llama3.2"),
        ..PLAIN
    },
];
