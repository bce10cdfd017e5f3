//! The clipboard: texts go there by way of the terminal, pictures come from it by way of the
//! programs of the desktop.
//!
//! A terminal is told with OSC 52 and never answers. So a text counts as copied only where
//! that is known: tmux says whether it took it, and some terminals always do. Everywhere else
//! the text is in a file as well, and the file is named.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nanofolks_config::Environment;
use nanofolks_protocol::envelope::AttachmentKind;
use nanofolks_protocol::{Problem, ProblemKind};
use nanofolks_tui::Copied;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

use crate::cli::amount;
use crate::cli::chat::{IMAGE_LIMIT, SentAlong, image_type};

#[cfg(test)]
mod tests;

/// Most bytes of a text that terminals take: many stop at 100,000 of base64.
const LIMIT: usize = 74_994;
/// How long a program of the desktop may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// Who has the clipboard, as far as the environment says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Terminal {
    /// tmux, which says whether it took a text.
    Tmux,
    /// screen, which passes small texts on, or not.
    Screen,
    /// A terminal that takes what it is told.
    Known(&'static str),
    /// Any other one.
    Unknown,
}

impl Terminal {
    /// The one of this environment.
    pub(super) fn of(env: &Environment) -> Self {
        let term = env.get("TERM").unwrap_or_default();
        if env.get("TMUX").is_some() {
            return Self::Tmux;
        }
        if env.get("STY").is_some() || term.starts_with("screen") {
            return Self::Screen;
        }
        let program = env.get("TERM_PROGRAM").unwrap_or_default();
        let names = [
            ("kitty", "kitty", "kitty"),
            ("ghostty", "ghostty", "Ghostty"),
            ("alacritty", "alacritty", "Alacritty"),
            ("foot", "foot", "foot"),
            ("wezterm", "wezterm", "WezTerm"),
        ];
        let known = names
            .iter()
            .find(|(part, name, _)| term.contains(part) || program.eq_ignore_ascii_case(name));
        match known {
            Some((_, _, name)) => Self::Known(name),
            None if env.get("WT_SESSION").is_some() => Self::Known("Windows Terminal"),
            None => Self::Unknown,
        }
    }
}

/// Puts a text where it can be pasted from, and says where that is.
pub(super) async fn copy(
    text: String,
    terminal: Terminal,
    file: PathBuf,
) -> Result<Copied, Problem> {
    let size = amount::bytes(text.len() as u64);
    if terminal == Terminal::Tmux && to_tmux(&text).await {
        let remark = format!(
            "copied {size} to the buffer of tmux (its prefix, then ] pastes it), and on to the \
             terminal's clipboard where tmux may"
        );
        return Ok(Copied { bytes: Vec::new(), remark });
    }
    if text.len() > LIMIT {
        write(&file, &text)?;
        let remark =
            format!("{size} are more than terminals take; the text is in {}", file.display());
        return Ok(Copied { bytes: Vec::new(), remark });
    }
    if let Terminal::Known(name) = terminal {
        let remark = format!("sent {size} to the clipboard of {name}");
        return Ok(Copied { bytes: osc52(&text), remark });
    }
    write(&file, &text)?;
    let bytes = match terminal {
        Terminal::Screen => through_screen(&osc52(&text)),
        _ => osc52(&text),
    };
    let remark = format!(
        "the terminal was asked to copy {size}, but does not say whether it did; the text is in {}",
        file.display()
    );
    Ok(Copied { bytes, remark })
}

fn osc52(text: &str) -> Vec<u8> {
    format!("\x1b]52;c;{}\x07", STANDARD.encode(text)).into_bytes()
}

/// What screen is to hand to the terminal around it, in pieces that it takes.
fn through_screen(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 64);
    for piece in bytes.chunks(512) {
        out.extend_from_slice(b"\x1bP");
        out.extend_from_slice(piece);
        out.extend_from_slice(b"\x1b\\");
    }
    out
}

async fn to_tmux(text: &str) -> bool {
    run("tmux", &["load-buffer", "-w", "-"], text.as_bytes()).await.is_some()
}

fn write(file: &Path, text: &str) -> Result<(), Problem> {
    let new = file.with_extension("new");
    let mut options = fs::OpenOptions::new();
    let options = options.write(true).create(true).truncate(true).mode(0o600);
    let written = options
        .open(&new)
        .and_then(|mut it| it.write_all(text.as_bytes()))
        .and_then(|()| fs::rename(&new, file));
    written.map_err(|error| {
        let message = format!("cannot write {}: {error}", file.display());
        Problem::new(ProblemKind::Failure, "copy_failed", message)
    })
}

/// The programs that know the clipboard of a desktop: what tells its types, what gives one.
const DESKTOPS: [(&str, &str, &[&str], &[&str]); 2] = [
    ("WAYLAND_DISPLAY", "wl-paste", &["--list-types"], &["--no-newline", "--type"]),
    (
        "DISPLAY",
        "xclip",
        &["-selection", "clipboard", "-t", "TARGETS", "-o"],
        &["-selection", "clipboard", "-o", "-t"],
    ),
];
/// The types that models read, best first.
const TYPES: [&str; 4] = ["image/png", "image/jpeg", "image/webp", "image/gif"];

/// The picture in the clipboard.
pub(super) async fn picture(env: &Environment) -> Result<SentAlong, Problem> {
    let none = |what: &str| {
        Problem::new(ProblemKind::Unavailable, "clipboard_empty", what)
            .hint("/image PATH takes a file; text is pasted by the terminal itself")
    };
    let mut asked = false;
    for (display, program, list, get) in DESKTOPS {
        if env.get(display).is_none() {
            continue;
        }
        let Some(types) = run(program, list, b"").await else { continue };
        asked = true;
        let types = String::from_utf8_lossy(&types).into_owned();
        let Some(kind) = TYPES.iter().find(|kind| types.lines().any(|it| it.trim() == **kind))
        else {
            continue;
        };
        let arguments: Vec<&str> = get.iter().copied().chain([*kind]).collect();
        if let Some(bytes) = run(program, &arguments, b"").await {
            return fit(bytes);
        }
    }
    if cfg!(target_os = "macos")
        && let Some(bytes) = of_macos().await
    {
        return fit(bytes);
    }
    Err(match asked || cfg!(target_os = "macos") {
        true => none("there is no picture in the clipboard"),
        false => {
            none("the clipboard cannot be read here: that takes wl-paste or xclip, and the desktop")
        }
    })
}

/// The clipboard of a Mac, which is printed in hexadecimal.
async fn of_macos() -> Option<Vec<u8>> {
    let script = "the clipboard as «class PNGf»";
    let printed = run("osascript", &["-e", script], b"").await?;
    let printed = String::from_utf8_lossy(&printed).into_owned();
    let digits = printed.trim().strip_prefix("«data PNGf")?.strip_suffix('»')?;
    let pairs = digits.as_bytes().chunks_exact(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

fn fit(bytes: Vec<u8>) -> Result<SentAlong, Problem> {
    let wrong =
        |code: &'static str, what: String| Err(Problem::new(ProblemKind::Usage, code, what));
    if bytes.len() as u64 > IMAGE_LIMIT {
        let what = format!("the picture in the clipboard is larger than {} MB", IMAGE_LIMIT >> 20);
        return wrong("input_too_large", what);
    }
    let Some(mime) = image_type(&bytes) else {
        let what = "what is in the clipboard is not a picture that models read".to_owned();
        return wrong("image_unsupported", what);
    };
    let name = format!("clipboard.{}", mime.trim_start_matches("image/"));
    Ok(SentAlong { kind: AttachmentKind::Image, mime, name, bytes })
}

/// Runs a program of the desktop; gives what it printed, when it says that all went well.
#[expect(clippy::disallowed_methods, reason = "the person's own clipboard and tmux")]
pub(super) async fn run(program: &str, arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.kill_on_drop(true).spawn().ok()?;
    let (mut stdin, stdout) = (child.stdin.take()?, child.stdout.take()?);
    let work = async {
        let mut printed = Vec::new();
        let mut limited = stdout.take(IMAGE_LIMIT + 1);
        let fed = async {
            let fed = stdin.write_all(input).await;
            drop(stdin);
            fed
        };
        let (fed, read) = tokio::join!(fed, limited.read_to_end(&mut printed));
        (fed.is_ok() && read.is_ok()).then_some(())?;
        drop(limited);
        child.wait().await.ok()?.success().then_some(printed)
    };
    tokio::time::timeout(PATIENCE, work).await.ok()?
}
