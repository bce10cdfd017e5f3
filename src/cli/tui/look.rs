//! What the terminal can show, and how things look on it.

use std::path::PathBuf;

use nanofolks_config::{Environment, settings};
use nanofolks_tui::{Call, ColorDepth, Glyphs, Reach, Setup, Theme, Tmux};
use supports_color::Stream;

use super::{sight, themes};
use crate::cli::globals::ColorChoice;
use crate::cli::{CliError, Cx};

#[cfg(test)]
mod tests;

/// How the terminal is used.
pub(super) fn setup(cx: &mut Cx) -> Result<Setup, CliError> {
    let wished = cx.settings()?.settings.tui.clone();
    let env = cx.house.environment();
    let depth = depth(cx.globals.color);
    let by_background = wished.theme.is_none() && depth != ColorDepth::None;
    let (theme, trouble) = match wished.theme {
        Some(name) => themed(&name, cx),
        None => (named(by_itself(&env, depth)), None),
    };
    let term = env.get("TERM").unwrap_or_default();
    let console = term == "linux" || term.starts_with("vt");
    let screen = term.starts_with("screen") && env.get("TMUX").is_none();
    Ok(Setup {
        theme,
        trouble,
        glyphs: match wished.glyphs {
            Some(settings::Glyphs::Nerd) => Glyphs::NERD,
            Some(settings::Glyphs::Unicode) => Glyphs::UNICODE,
            Some(settings::Glyphs::Ascii) => Glyphs::ASCII,
            None if console => Glyphs::ASCII,
            None => Glyphs::UNICODE,
        },
        depth,
        links: supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
        reflows: reflows(&env),
        tmux: match (sight::is_possible(&env), is_tmux(&env)) {
            (true, _) => Tmux::Near,
            (_, true) => Tmux::Far,
            _ => Tmux::No,
        },
        call: call(&env),
        by_background: by_background && !console && !screen,
        reach: Reach {
            simple: console || screen,
            keys: tells_keys_apart(&env),
            place: answers(&env),
        },
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

/// Where the person keeps themes.
pub(super) fn folder(cx: &Cx) -> Option<PathBuf> {
    Some(cx.house.paths().ok()?.root().join("themes"))
}

/// The theme of a file of the person, else the built-in one; the default and what is wrong
/// otherwise.
fn themed(name: &str, cx: &Cx) -> (Theme, Option<String>) {
    let own = folder(cx).and_then(|folder| themes::read(&folder, name));
    let made = own.unwrap_or_else(|| Theme::named(name).map_err(|error| error.to_string()));
    match made {
        Ok(theme) => (theme, None),
        Err(trouble) => (named("dark"), Some(trouble)),
    }
}

/// Whether the terminal is known to wrap its rows anew when the window narrows, or known not
/// to.
fn reflows(env: &Environment) -> Option<bool> {
    let has = |name: &str| env.get(name).is_some_and(|value| !value.is_empty());
    let term = env.get("TERM").unwrap_or_default();
    if is_tmux(env) {
        return Some(true);
    }
    if has("STY") || term == "linux" || has("XTERM_VERSION") {
        return Some(false);
    }
    const WRAP: [&str; 5] = [
        "KITTY_WINDOW_ID",
        "ALACRITTY_WINDOW_ID",
        "WEZTERM_PANE",
        "VTE_VERSION",
        "GHOSTTY_BIN_DIR",
    ];
    let program = matches!(env.get("TERM_PROGRAM"), Some("iTerm.app" | "WezTerm" | "ghostty"));
    let named = ["xterm-kitty", "xterm-ghostty", "alacritty", "foot"];
    let named = named.iter().any(|name| term.starts_with(name));
    (program || named || WRAP.iter().any(|name| has(name))).then_some(true)
}

/// Whether the terminal says at once where its cursor is: it is known to answer, and near.
fn answers(env: &Environment) -> bool {
    let is_far = ["SSH_CONNECTION", "SSH_TTY", "MOSH_CONNECTION"]
        .iter()
        .any(|name| env.get(name).is_some_and(|value| !value.is_empty()));
    is_tmux(env) || (reflows(env).is_some() && !is_far)
}

fn is_tmux(env: &Environment) -> bool {
    env.get("TMUX").is_some_and(|value| !value.is_empty())
        || env.get("TERM").is_some_and(|term| term.starts_with("tmux"))
}

/// How the terminal calls somebody: a message where it shows one, the bell everywhere else.
fn call(env: &Environment) -> Call {
    let term = env.get("TERM").unwrap_or_default();
    match env.get("TERM_PROGRAM") {
        _ if env.get("TMUX").is_some() || term.starts_with("tmux") => Call::Bell,
        Some("iTerm.app" | "WezTerm" | "ghostty") => Call::Osc9,
        _ if term.starts_with("xterm-kitty") => Call::Osc9,
        _ if term.starts_with("foot") || term.starts_with("rxvt-unicode") => Call::Osc777,
        _ => Call::Bell,
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
