//! What the terminal can show, and how things look on it.

use nanofolks_config::Environment;
use nanofolks_tui::{ColorDepth, Glyphs, Reach, Setup, Theme};
use supports_color::Stream;

use crate::cli::globals::ColorChoice;
use crate::cli::{CliError, Cx};

#[cfg(test)]
mod tests;

/// How the terminal is used.
pub(super) fn setup(cx: &mut Cx) -> Result<Setup, CliError> {
    let wished = cx.settings()?.settings.tui.theme.clone();
    let env = cx.house.environment();
    let depth = depth(cx.globals.color);
    let (theme, trouble) = match wished {
        Some(name) => themed(&name, cx),
        None => (named(by_itself(&env, depth)), None),
    };
    let term = env.get("TERM").unwrap_or_default();
    let console = term == "linux" || term.starts_with("vt");
    let screen = term.starts_with("screen") && env.get("TMUX").is_none();
    Ok(Setup {
        theme,
        trouble,
        glyphs: if console { Glyphs::ASCII } else { Glyphs::UNICODE },
        depth,
        links: supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
        reach: Reach { simple: console || screen, keys: tells_keys_apart(&env) },
        greeting: format!(
            "nanofolks {}. /help shows the commands, /keys the keys, Ctrl+D leaves.",
            env!("CARGO_PKG_VERSION")
        ),
    })
}

/// Whether the terminal is one of those that tell Shift+Enter from Enter when they are asked
/// to. It is known by its name: a question would have to wait for the answer.
fn tells_keys_apart(env: &Environment) -> bool {
    let term = env.get("TERM").unwrap_or_default();
    let program = env.get("TERM_PROGRAM").unwrap_or_default().to_lowercase();
    if env.get("TMUX").is_some() || env.get("STY").is_some() {
        return false;
    }
    let terms = ["kitty", "ghostty", "alacritty", "foot", "wezterm", "rio"];
    let programs = ["kitty", "ghostty", "wezterm", "iterm.app", "rio", "warpterminal"];
    terms.iter().any(|name| term.contains(name)) || programs.contains(&program.as_str())
}

fn depth(choice: ColorChoice) -> ColorDepth {
    if choice == ColorChoice::Never {
        return ColorDepth::None;
    }
    match supports_color::on_cached(Stream::Stdout) {
        Some(level) if level.has_16m => ColorDepth::True,
        Some(level) if level.has_256 => ColorDepth::Indexed,
        Some(_) => ColorDepth::Ansi,
        None if choice == ColorChoice::Always => ColorDepth::Ansi,
        None => ColorDepth::None,
    }
}

/// The theme of a file of the person, else the built-in one; the default and what is wrong
/// otherwise.
fn themed(name: &str, cx: &Cx) -> (Theme, Option<String>) {
    let file =
        cx.house.paths().map(|paths| paths.root().join("themes").join(format!("{name}.toml")));
    let plain_name = !name.contains(['/', '\\', '.']);
    let own = file.ok().filter(|_| plain_name).and_then(|file| {
        let text = std::fs::read_to_string(&file).ok()?;
        Some((file, text))
    });
    let made = match own {
        Some((file, text)) => {
            named("dark").with(&text).map_err(|error| format!("{}: {error}", file.display()))
        }
        None => Theme::named(name).map_err(|error| error.to_string()),
    };
    match made {
        Ok(theme) => (theme, None),
        Err(trouble) => (named("dark"), Some(trouble)),
    }
}

fn named(name: &str) -> Theme {
    Theme::named(name).unwrap_or_else(|_| Theme::plain())
}

/// The theme that fits the terminal's background, as far as it says so.
fn by_itself(env: &Environment, depth: ColorDepth) -> &'static str {
    if depth == ColorDepth::None {
        return "mono";
    }
    let background = env.get("COLORFGBG").and_then(|value| value.rsplit(';').next());
    match background {
        Some("7" | "9" | "10" | "11" | "12" | "13" | "14" | "15") => "light",
        _ => "dark",
    }
}
