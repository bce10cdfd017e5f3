//! Themes: what each part of the screen looks like, by its role, from TOML.
//!
//! Five are built in; files of the user win over them. A file that is wrong says which key,
//! and the default is used.

use std::str::FromStr as _;

use ratatui::style::{Color, Modifier, Style};

#[cfg(test)]
mod tests;

macro_rules! roles {
    ($($role:ident $name:literal $about:literal,)*) => {
        /// What a stretch of text is; a theme gives it its look.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Role { $(#[doc = $about] $role,)* }

        /// All roles by their names in themes.
        const ROLES: &[(&str, Role)] = &[$(($name, Role::$role),)*];
    };
}

roles! {
    Text "text" "Ordinary text.",
    Dim "dim" "Beside the point.",
    Heading "heading" "Headings.",
    Strong "strong" "Strong emphasis.",
    Emphasis "emphasis" "Emphasis.",
    Strike "strike" "Struck out.",
    Code "code" "Code in a sentence, and code without a language.",
    Link "link" "Links.",
    Quote "quote" "Quotations.",
    Rule "rule" "Rules and the lines of tables.",
    Marker "marker" "Marks of lists.",
    Comment "comment" "Comments in code.",
    String "string" "Strings in code.",
    Number "number" "Numbers and constants in code.",
    Keyword "keyword" "Keywords in code.",
    Function "function" "Names of functions in code.",
    Type "type" "Names of types in code.",
    Added "added" "Added lines.",
    Removed "removed" "Removed lines.",
    Hunk "hunk" "Heads of differences.",
    You "you" "The person's name.",
    Bot "bot" "The first bot's name.",
    Bot2 "bot2" "The second bot's name.",
    Bot3 "bot3" "The third bot's name.",
    Bot4 "bot4" "The fourth bot's name.",
    Bot5 "bot5" "The fifth bot's name.",
    Bot6 "bot6" "The sixth bot's name.",
    Tool "tool" "Lines of tools.",
    Ok "ok" "What went well.",
    Warn "warn" "What needs a look.",
    Bad "bad" "What went wrong.",
    Prompt "prompt" "The mark before what is typed.",
    Status "status" "The status bar.",
    Accent "accent" "What should be seen first.",
    Unsafe "unsafe" "A mode that asks too little.",
    Choice "choice" "What can be chosen.",
    Chosen "chosen" "What is chosen.",
    Paste "paste" "What stands for pasted text.",
    Cursor "cursor" "Where typing goes.",
}

/// The themes that are built in.
const BUILT_IN: [(&str, &str); 5] = [
    ("dark", include_str!("../../themes/dark.toml")),
    ("light", include_str!("../../themes/light.toml")),
    ("contrast", include_str!("../../themes/contrast.toml")),
    ("colorblind", include_str!("../../themes/colorblind.toml")),
    ("mono", include_str!("../../themes/mono.toml")),
];

/// What everything looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    styles: Vec<Style>,
}

/// Why a theme cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ThemeError {
    /// There is no such theme.
    #[error("there is no theme {0:?}; there are dark, light, contrast, colorblind, mono")]
    Unknown(String),
    /// The file is not TOML.
    #[error("the theme is not TOML: {0}")]
    Syntax(String),
    /// A key that no theme has.
    #[error("the theme has an unknown key {key:?}{}", near.as_ref().map(|it| format!("; is it {it:?}?")).unwrap_or_default())]
    Key {
        /// The key.
        key: String,
        /// A known one that is spelled alike.
        near: Option<&'static str>,
    },
    /// A word in a style that means nothing.
    #[error("the theme's key {key:?} has {word:?}, which is no colour and no style")]
    Word {
        /// The key.
        key: String,
        /// The word.
        word: String,
    },
}

impl Theme {
    /// A built-in theme.
    ///
    /// # Errors
    /// [`ThemeError::Unknown`].
    pub fn named(name: &str) -> Result<Self, ThemeError> {
        let found = BUILT_IN.iter().find(|(known, _)| *known == name);
        let (_, text) = found.ok_or_else(|| ThemeError::Unknown(name.to_owned()))?;
        Self::plain().with(text)
    }

    /// The names of the built-in themes.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// No look at all.
    #[must_use]
    pub fn plain() -> Self {
        Self { styles: vec![Style::new(); ROLES.len()] }
    }

    /// This theme with what a file says instead; a role it does not name stays.
    ///
    /// # Errors
    /// What is wrong with the file, by its key.
    pub fn with(mut self, text: &str) -> Result<Self, ThemeError> {
        let table: toml::Table = text
            .parse()
            .map_err(|error: toml::de::Error| ThemeError::Syntax(error.message().to_owned()))?;
        for (key, value) in &table {
            let Some(roles) = value.as_table().filter(|_| key == "roles") else {
                return Err(ThemeError::Key { key: key.clone(), near: Some("roles") });
            };
            for (key, value) in roles {
                let Some((_, role)) = ROLES.iter().find(|(name, _)| name == key) else {
                    return Err(ThemeError::Key { key: key.clone(), near: nearest(key) });
                };
                let words = value.as_str().ok_or_else(|| ThemeError::Word {
                    key: key.clone(),
                    word: value.to_string(),
                })?;
                let style =
                    style(words).map_err(|word| ThemeError::Word { key: key.clone(), word })?;
                if let Some(place) = self.styles.get_mut(*role as usize) {
                    *place = style;
                }
            }
        }
        Ok(self)
    }

    /// The look of a role.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        self.styles.get(role as usize).copied().unwrap_or_default()
    }

    /// The look of the name of the bot with this number in the team.
    #[must_use]
    pub fn bot(&self, number: usize) -> Style {
        const BOTS: [Role; 6] =
            [Role::Bot, Role::Bot2, Role::Bot3, Role::Bot4, Role::Bot5, Role::Bot6];
        self.style(BOTS[number % BOTS.len()])
    }
}

fn nearest(key: &str) -> Option<&'static str> {
    let scored = ROLES.iter().map(|(name, _)| (strsim::jaro_winkler(key, name), *name));
    let best = scored.max_by(|one, other| one.0.total_cmp(&other.0))?;
    (best.0 > 0.7).then_some(best.1)
}

/// A style from its words; the word that means nothing otherwise.
fn style(words: &str) -> Result<Style, String> {
    let mut style = Style::new();
    let mut background = false;
    for word in words.split_whitespace() {
        let modifier = match word {
            "on" => {
                background = true;
                continue;
            }
            "bold" => Modifier::BOLD,
            "dim" => Modifier::DIM,
            "italic" => Modifier::ITALIC,
            "underline" => Modifier::UNDERLINED,
            "reverse" => Modifier::REVERSED,
            "strike" => Modifier::CROSSED_OUT,
            _ => {
                let color = Color::from_str(word).map_err(|_| word.to_owned())?;
                style = if background { style.bg(color) } else { style.fg(color) };
                continue;
            }
        };
        style = style.add_modifier(modifier);
    }
    Ok(style)
}
