//! What is asked: the argument, standard input, files and pictures.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use nanofolks_protocol::envelope::AttachmentKind;
use nanofolks_protocol::{Problem, ProblemKind};

use super::Args;
use crate::cli::CliError;

#[cfg(test)]
mod tests;

/// Most bytes of a text that is sent along or piped in.
const TEXT_LIMIT: u64 = 10 << 20;
/// Most bytes of a picture.
pub(crate) const IMAGE_LIMIT: u64 = 20 << 20;
/// Most things sent along at once.
const COUNT_LIMIT: usize = 64;

/// A question and what is sent along with it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Input {
    pub(super) text: String,
    pub(super) sent_along: Vec<SentAlong>,
}

/// What is to be read.
struct Asked {
    query: Option<String>,
    image: Vec<PathBuf>,
    file: Vec<PathBuf>,
}

impl Asked {
    fn of(args: &Args) -> Self {
        let (query, image, file) = (args.query.clone(), args.image.clone(), args.file.clone());
        Self { query, image, file }
    }
}

/// Bytes that are sent along.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SentAlong {
    pub(crate) kind: AttachmentKind,
    pub(crate) mime: &'static str,
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl Input {
    /// Everything the flags and standard input say. Both may come from somebody who is in no
    /// hurry, so that reading ends with the deadline.
    pub(super) fn gather_within(args: &Args, limit: Option<Duration>) -> Result<Self, CliError> {
        let asked = Asked::of(args);
        let Some(limit) = limit else { return Self::gather(&asked) };
        let (done, read) = mpsc::sync_channel(1);
        let reader = std::thread::Builder::new().name("input".to_owned());
        // Nobody waits for this thread: it ends with the program, whatever it waits for.
        reader
            .spawn(move || drop(done.send(Self::gather(&asked))))
            .map_err(|error| CliError::failure("input_unreadable", error.to_string()))?;
        match read.recv_timeout(limit) {
            Ok(read) => read,
            Err(_) => Err(Problem::new(
                ProblemKind::Deadline,
                "deadline",
                "the deadline passed while the question was still being read",
            )
            .hint("close standard input with `</dev/null` when nothing comes from there")
            .into()),
        }
    }

    fn gather(args: &Asked) -> Result<Self, CliError> {
        if args.image.len() + args.file.len() > COUNT_LIMIT {
            return Err(CliError::usage(
                "too_many_files",
                format!("at most {COUNT_LIMIT} files and pictures can be sent along"),
            ));
        }
        let mut input = Self::of_words(args.query.as_deref())?;
        for path in &args.image {
            input.sent_along.push(image(path)?);
        }
        for path in &args.file {
            input.sent_along.push(file(path)?);
        }
        if input.text.trim().is_empty() {
            return Err(CliError::usage("question_empty", "there is no question")
                .hint("nanofolks chat -q 'What is in this folder?'"));
        }
        Ok(input)
    }

    /// The argument, standard input, or both: then what was piped is sent along.
    fn of_words(query: Option<&str>) -> Result<Self, CliError> {
        let stdin = io::stdin();
        let piped = match query {
            Some("-") => Some(text(stdin.lock(), "standard input")?),
            _ if stdin.is_terminal() => None,
            _ => Some(text(stdin.lock(), "standard input")?),
        };
        Ok(Self::joined(query.filter(|query| *query != "-"), piped))
    }

    fn joined(query: Option<&str>, piped: Option<String>) -> Self {
        let piped = piped.filter(|piped| !piped.trim().is_empty());
        match (query.filter(|query| !query.trim().is_empty()), piped) {
            (Some(query), Some(piped)) => Self {
                text: query.to_owned(),
                sent_along: vec![SentAlong {
                    kind: AttachmentKind::Text,
                    mime: "text/plain",
                    name: "stdin".to_owned(),
                    bytes: piped.into_bytes(),
                }],
            },
            (Some(query), None) => Self { text: query.to_owned(), sent_along: Vec::new() },
            (None, piped) => Self {
                text: piped.unwrap_or_default().trim_end_matches(['\n', '\r']).to_owned(),
                sent_along: Vec::new(),
            },
        }
    }
}

/// Text of a source that may be anything, and endless.
fn text(source: impl Read, name: &str) -> Result<String, CliError> {
    let bytes = limited(source, name, TEXT_LIMIT)?;
    decoded(bytes, name)
}

fn decoded(bytes: Vec<u8>, name: &str) -> Result<String, CliError> {
    let wrong = |what: &str| {
        CliError::usage("input_not_text", format!("{name} is not text: {what}"))
            .hint("text is UTF-8; pictures go with --image")
    };
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(wrong(&format!("it has a NUL byte at {at}")));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        wrong(&format!("it is not valid UTF-8 at byte {}", error.utf8_error().valid_up_to()))
    })?;
    match text.strip_prefix('\u{feff}') {
        Some(rest) => Ok(rest.to_owned()),
        None => Ok(text),
    }
}

fn limited(source: impl Read, name: &str, limit: u64) -> Result<Vec<u8>, CliError> {
    let mut bytes = Vec::new();
    // One byte more than allowed tells the two apart without reading the rest.
    source.take(limit + 1).read_to_end(&mut bytes).map_err(|error| {
        CliError::usage("input_unreadable", format!("cannot read {name}: {error}"))
    })?;
    if u64::try_from(bytes.len()).is_ok_and(|got| got <= limit) {
        Ok(bytes)
    } else {
        Err(CliError::usage("input_too_large", format!("{name} is larger than {}", size(limit)))
            .hint("send less, or let the bot read the file with its tools"))
    }
}

/// A picture.
pub(crate) fn image(path: &Path) -> Result<SentAlong, CliError> {
    let name = path.display().to_string();
    let bytes = limited(open(path)?, &name, IMAGE_LIMIT)?;
    match image_type(&bytes) {
        Some(mime) => {
            Ok(SentAlong { kind: AttachmentKind::Image, mime, name: base_name(path), bytes })
        }
        None => Err(CliError::usage(
            "image_unsupported",
            format!("{name} is not a picture that models read"),
        )
        .hint("PNG, JPEG, GIF and WebP can be sent")),
    }
}

/// A text file; a picture named by mistake is sent as one.
fn file(path: &Path) -> Result<SentAlong, CliError> {
    text_file(path, TEXT_LIMIT)
}

/// The same with another limit.
pub(crate) fn text_file(path: &Path, limit: u64) -> Result<SentAlong, CliError> {
    let name = path.display().to_string();
    let mut source = open(path)?;
    let mut head = Vec::new();
    Read::by_ref(&mut source)
        .take(16)
        .read_to_end(&mut head)
        .map_err(|error| unreadable(path, &error))?;
    if image_type(&head).is_some() {
        return image(path);
    }
    let bytes = limited(head.as_slice().chain(source), &name, limit)?;
    let text = decoded(bytes, &name)?;
    Ok(SentAlong {
        kind: AttachmentKind::Text,
        mime: "text/plain",
        name: base_name(path),
        bytes: text.into_bytes(),
    })
}

fn open(path: &Path) -> Result<File, CliError> {
    // Looked at before it is opened: opening a pipe waits for somebody at its other end.
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            Err(CliError::usage("file_unreadable", format!("{} is a folder", path.display()))
                .hint("name the files in it, or let the bot look: --dir names its folder"))
        }
        Ok(metadata) if !metadata.is_file() => Err(CliError::usage(
            "file_unreadable",
            format!("{} is no file but a pipe or a device", path.display()),
        )
        .hint("what another program writes goes to standard input")),
        Ok(_) => File::open(path).map_err(|error| unreadable(path, &error)),
        Err(error) => Err(unreadable(path, &error)),
    }
}

fn unreadable(path: &Path, error: &io::Error) -> CliError {
    CliError::usage("file_unreadable", format!("cannot read {}: {error}", path.display()))
}

fn base_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// The type of a picture by its first bytes; its name may lie.
pub(crate) fn image_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

fn size(bytes: u64) -> String {
    if bytes >= 1 << 20 { format!("{} MB", bytes >> 20) } else { format!("{} kB", bytes >> 10) }
}
