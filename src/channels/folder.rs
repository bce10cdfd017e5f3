//! A folder as a channel: questions are files in `in`, answers are files in `out/<chat>`.
//!
//! `in/NAME` is of the chat `main`, `in/CHAT/NAME` of another. A question that is on disk as
//! a message moves to `done`. The name of an answer's file follows from its key, so an answer
//! that is brought twice is one file.

use std::fs::{self, DirBuilder, File, FileType, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use nanofolks_protocol::Delivery;
use nanofolks_protocol::ports::{Boxed, Courier, CourierError};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{apart, name, text};

/// Most bytes of a question.
const MAX_QUESTION: u64 = 1 << 20;
/// The chat of files that lie in no folder of their own.
const MAIN: &str = "main";

/// Puts answers into files.
#[derive(Debug)]
pub(super) struct Folder {
    channel: String,
    path: PathBuf,
}

impl Folder {
    pub(super) fn new(channel: &str, path: PathBuf) -> Self {
        Self { channel: channel.to_owned(), path }
    }
}

impl Courier for Folder {
    fn channel(&self) -> &str {
        &self.channel
    }

    fn knows_keys(&self) -> bool {
        true
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> Boxed<'a, Result<(), CourierError>> {
        let folder = self.path.join("out").join(name::of(&delivery.chat));
        let file = format!("{}-{}.json", delivery.at.as_millis(), name::of(&delivery.key));
        let body = json!({
            "schema": "nanofolks.delivery.v1", "id": delivery.id, "key": delivery.key,
            "chat": delivery.chat, "thread": delivery.thread, "room": delivery.room,
            "turn": delivery.turn, "trace_id": delivery.trace_id, "at": delivery.at,
            "text": text(delivery), "answers": delivery.payload.get("answers"),
            "in_reply_to": delivery.payload.get("in_reply_to"),
            "error": delivery.payload.get("error"),
        });
        Box::pin(apart(move || {
            put(&folder, &file, &body).map_err(|error| CourierError::Later {
                reason: format!("cannot write into {}: {error}", folder.display()),
                after: None,
            })
        }))
    }
}

/// Writes a whole file or none.
fn put(folder: &Path, file: &str, body: &serde_json::Value) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let place = folder.join(file);
    if place.exists() {
        return Ok(());
    }
    let part = folder.join(format!(".{file}.{}.part", std::process::id()));
    let written = write(&part, body).and_then(|()| fs::rename(&part, &place));
    if written.is_err() {
        // What is left of it is in the way of nobody.
        fs::remove_file(&part).ok();
    }
    written?;
    File::open(folder)?.sync_all()
}

fn write(part: &Path, body: &serde_json::Value) -> io::Result<()> {
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(part)?;
    let mut text = serde_json::to_string_pretty(body)?;
    text.push('\n');
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// A question that was dropped into a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dropped {
    /// Its file.
    pub(crate) file: PathBuf,
    /// The chat.
    pub(crate) chat: String,
    /// The same name with the same text is the same question.
    pub(crate) key: String,
    /// What is asked, or why it cannot be read.
    pub(crate) text: Result<String, String>,
}

/// The questions that wait in a channel's folder, by name. Half-written ones, which begin with
/// a dot or end in `.part` or `.tmp`, are left alone.
pub(crate) fn waiting(path: &Path) -> io::Result<Vec<Dropped>> {
    let inbox = path.join("in");
    DirBuilder::new().recursive(true).mode(0o700).create(&inbox)?;
    let mut found = Vec::new();
    for (file, kind) in listed(&inbox)? {
        if !kind.is_dir() {
            found.push(dropped(file, kind, MAIN.to_owned()));
            continue;
        }
        let chat = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for (file, kind) in listed(&file)? {
            found.push(dropped(file, kind, chat.clone()));
        }
    }
    Ok(found)
}

fn listed(folder: &Path) -> io::Result<Vec<(PathBuf, FileType)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let half = [".part", ".tmp"].iter().any(|end| name.ends_with(end));
        if name.starts_with('.') || half {
            continue;
        }
        found.push((entry.path(), entry.file_type()?));
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(found)
}

fn dropped(file: PathBuf, kind: FileType, chat: String) -> Dropped {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let text = match () {
        () if kind.is_file() => read(&file),
        () if kind.is_symlink() => Err("it is a link, and links are not followed".to_owned()),
        () if kind.is_dir() => Err("it is a folder in the folder of a chat".to_owned()),
        () => Err("it is no file: a pipe, a socket or a device".to_owned()),
    };
    let sum = Sha256::digest(text.as_deref().unwrap_or_default().as_bytes());
    let sum: String = sum.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    Dropped { file, chat, key: format!("{name}:{sum}"), text }
}

fn read(file: &Path) -> Result<String, String> {
    // What was a file a moment ago may be a link or a pipe by now: neither is waited for.
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).unwrap_or(0);
    let mut bytes = Vec::new();
    OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(file)
        .and_then(|opened| opened.take(MAX_QUESTION + 1).read_to_end(&mut bytes))
        .map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MAX_QUESTION {
        return Err("it has more than 1 MB".to_owned());
    }
    let text = String::from_utf8(bytes).map_err(|_| "it is not text".to_owned())?;
    let text = text.trim_end();
    if text.trim().is_empty() { Err("it is empty".to_owned()) } else { Ok(text.to_owned()) }
}

/// Moves a question to those that are done, beside earlier ones of its name.
pub(crate) fn put_away(path: &Path, question: &Dropped) -> io::Result<()> {
    let done = path.join("done").join(name::of(&question.chat));
    DirBuilder::new().recursive(true).mode(0o700).create(&done)?;
    fs::rename(&question.file, done.join(name::of(&question.key)))
}
