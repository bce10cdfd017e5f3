//! The marks on the screen, in sets for what a terminal can show.

/// A set of marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyphs {
    /// Before what is typed, and before what a person said.
    pub prompt: &'static str,
    /// Before a bot's name when it has no mark of its own.
    pub bot: &'static str,
    /// A tool at work.
    pub running: &'static str,
    /// What went well.
    pub ok: &'static str,
    /// What went wrong.
    pub bad: &'static str,
    /// What was stopped.
    pub stopped: &'static str,
    /// What was thought.
    pub thought: &'static str,
    /// What waits.
    pub queued: &'static str,
    /// A remark.
    pub note: &'static str,
    /// What is chosen in a list.
    pub chosen: &'static str,
    /// Between the parts of the status bar.
    pub between: &'static str,
    /// A full and an empty cell of a bar.
    pub bar: (&'static str, &'static str),
    /// A letter of a secret.
    pub dot: &'static str,
    /// Whether marks of bots may be shown.
    pub emoji: bool,
}

impl Glyphs {
    /// For terminals that know Unicode.
    pub const UNICODE: Self = Self {
        prompt: "› ",
        bot: "◆",
        running: "◌",
        ok: "✓",
        bad: "✗",
        stopped: "■",
        thought: "∴",
        queued: "⋯",
        note: "·",
        chosen: "▸ ",
        between: " · ",
        bar: ("▰", "▱"),
        dot: "•",
        emoji: true,
    };

    /// For fonts with icons.
    pub const NERD: Self = Self {
        prompt: "❯ ",
        bot: "\u{f06a9}",
        running: "\u{f0450}",
        ok: "\u{f012c}",
        bad: "\u{f0156}",
        stopped: "\u{f04db}",
        thought: "\u{f0335}",
        queued: "\u{f0150}",
        note: "\u{f02fd}",
        chosen: "\u{f0142} ",
        between: " · ",
        bar: ("▰", "▱"),
        dot: "•",
        emoji: true,
    };

    /// For all others.
    pub const ASCII: Self = Self {
        prompt: "> ",
        bot: "*",
        running: "~",
        ok: "+",
        bad: "!",
        stopped: "#",
        thought: "=",
        queued: "...",
        note: "-",
        chosen: "> ",
        between: " | ",
        bar: ("#", "."),
        dot: "*",
        emoji: false,
    };
}
