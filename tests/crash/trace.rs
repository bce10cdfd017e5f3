//! What a program did to the disk, call by call, as `strace -f -y -xx` tells it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Calls that change what is on disk, make it last, or tell somebody.
pub const CALLS: &str = "openat,creat,rename,renameat,renameat2,link,linkat,unlink,unlinkat,\
                         mkdir,mkdirat,write,pwrite64,ftruncate,fallocate,fsync,fdatasync";

/// One change, or one sync, in the order in which they were done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// A file was opened; it is new, or emptied.
    Opened {
        /// Its path.
        path: PathBuf,
        /// Whether its old contents went.
        emptied: bool,
    },
    /// Bytes were written.
    Wrote {
        /// Its path.
        path: PathBuf,
        /// Where; at the end when there is no place.
        at: Option<u64>,
        /// What.
        bytes: Vec<u8>,
    },
    /// It was cut to so many bytes, or made longer with zeros.
    Cut {
        /// Its path.
        path: PathBuf,
        /// How long it is now.
        length: u64,
    },
    /// What was written to it lasts.
    Synced {
        /// The file or folder.
        path: PathBuf,
    },
    /// It has another name.
    Renamed {
        /// The old one.
        from: PathBuf,
        /// The new one.
        to: PathBuf,
    },
    /// It has one more name.
    Linked {
        /// The old one.
        from: PathBuf,
        /// The new one.
        to: PathBuf,
    },
    /// It has gone.
    Removed {
        /// Its path.
        path: PathBuf,
    },
    /// A folder was made.
    MadeFolder {
        /// Its path.
        path: PathBuf,
    },
    /// Something was said on standard output.
    Said {
        /// What.
        text: String,
    },
}

/// Reads a whole trace. What failed did nothing and is left out.
#[must_use]
pub fn read(trace: &str) -> Vec<Done> {
    let mut begun: HashMap<&str, String> = HashMap::new();
    let mut done = Vec::new();
    for line in trace.lines() {
        let Some((process, call)) = line.trim_start().split_once(' ') else { continue };
        let call = call.trim_start();
        if let Some(start) = call.strip_suffix("<unfinished ...>") {
            begun.insert(process, start.trim_end().to_owned());
            continue;
        }
        let whole = match call.strip_prefix("<... ") {
            Some(rest) => match (begun.remove(process), rest.split_once(" resumed>")) {
                (Some(start), Some((_, end))) => start + end,
                _ => continue,
            },
            None => call.to_owned(),
        };
        done.extend(one(&whole));
    }
    done
}

fn one(line: &str) -> Option<Done> {
    let (name, rest) = line.split_once('(')?;
    // Short lines are filled up with spaces before the result.
    let (arguments, result) = rest.rsplit_once("= ")?;
    let arguments = arguments.trim_end().strip_suffix(')')?;
    if result.starts_with('-') || result.starts_with('?') {
        return None;
    }
    let parts: Vec<&str> = split(arguments);
    let part = |at: usize| parts.get(at).copied().unwrap_or_default();
    let number = |at: usize| part(at).parse::<u64>().ok();
    match name {
        "openat" | "creat" => {
            let flags = if name == "creat" { "O_CREAT|O_TRUNC" } else { part(2) };
            let path = behind(result)?;
            let makes = flags.contains("O_CREAT") || flags.contains("O_TRUNC");
            makes.then(|| Done::Opened { path, emptied: flags.contains("O_TRUNC") })
        }
        "write" if part(0).starts_with("1<") => {
            let bytes = text(part(1))?;
            Some(Done::Said { text: String::from_utf8_lossy(&bytes).into_owned() })
        }
        "write" | "pwrite64" => {
            let mut bytes = text(part(1))?;
            bytes.truncate(result.trim().parse().ok()?);
            let at = if name == "write" { None } else { Some(number(3)?) };
            Some(Done::Wrote { path: behind(part(0))?, at, bytes })
        }
        "ftruncate" => Some(Done::Cut { path: behind(part(0))?, length: number(1)? }),
        "fsync" | "fdatasync" => Some(Done::Synced { path: behind(part(0))? }),
        "rename" => Some(Done::Renamed { from: path(part(0))?, to: path(part(1))? }),
        "renameat" | "renameat2" => {
            Some(Done::Renamed { from: under(part(0), part(1))?, to: under(part(2), part(3))? })
        }
        "link" => Some(Done::Linked { from: path(part(0))?, to: path(part(1))? }),
        "linkat" => {
            Some(Done::Linked { from: under(part(0), part(1))?, to: under(part(2), part(3))? })
        }
        "unlink" => Some(Done::Removed { path: path(part(0))? }),
        "unlinkat" => Some(Done::Removed { path: under(part(0), part(1))? }),
        "mkdir" => Some(Done::MadeFolder { path: path(part(0))? }),
        "mkdirat" => Some(Done::MadeFolder { path: under(part(0), part(1))? }),
        _ => None,
    }
}

/// Arguments, which are separated by commas outside of quotes; all text in them is hex.
fn split(arguments: &str) -> Vec<&str> {
    let (mut parts, mut start, mut quoted) = (Vec::new(), 0, false);
    for (at, byte) in arguments.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted => {
                parts.push(arguments[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(arguments[start..].trim());
    parts
}

/// The bytes of `"\x68\x69"`.
fn text(quoted: &str) -> Option<Vec<u8>> {
    let inner = quoted.strip_prefix('"')?.strip_suffix('"')?;
    hex(inner)
}

fn hex(inner: &str) -> Option<Vec<u8>> {
    inner.split("\\x").skip(1).map(|pair| u8::from_str_radix(pair, 16).ok()).collect()
}

fn path(quoted: &str) -> Option<PathBuf> {
    Some(PathBuf::from(String::from_utf8(text(quoted)?).ok()?))
}

/// The path of an open file: `7<\x2f\x74>`.
fn behind(descriptor: &str) -> Option<PathBuf> {
    let (_, rest) = descriptor.split_once('<')?;
    let (inner, _) = rest.split_once('>')?;
    let path = String::from_utf8(hex(inner)?).ok()?;
    path.starts_with('/').then(|| PathBuf::from(path))
}

/// A path below an open folder.
fn under(folder: &str, name: &str) -> Option<PathBuf> {
    let name = path(name)?;
    if name.is_absolute() { Some(name) } else { Some(behind(folder)?.join(name)) }
}

/// Only what was done below a folder, and what was said.
#[must_use]
pub fn below(done: Vec<Done>, folder: &Path) -> Vec<Done> {
    done.into_iter()
        .filter(|one| match one {
            Done::Said { .. } => true,
            Done::Opened { path, .. }
            | Done::Wrote { path, .. }
            | Done::Cut { path, .. }
            | Done::Synced { path }
            | Done::Removed { path }
            | Done::MadeFolder { path }
            | Done::Renamed { to: path, .. }
            | Done::Linked { to: path, .. } => path.starts_with(folder),
        })
        .collect()
}
