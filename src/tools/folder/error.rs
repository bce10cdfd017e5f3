//! What a model is told when a path does not work. No other tool is named here: it might not
//! be on offer.

use std::io;

use nanofolks_protocol::ToolError;

/// A path in a message: short and on one line.
pub(crate) fn shown(asked: &str) -> String {
    let plain: String = asked.chars().take(200).flat_map(printable).collect();
    if plain.is_empty() { "an empty path".to_owned() } else { plain }
}

/// Control characters are spelt out.
fn printable(c: char) -> impl Iterator<Item = char> {
    let escaped = c.is_control().then(|| c.escape_default());
    let plain = (!c.is_control()).then_some(c);
    plain.into_iter().chain(escaped.into_iter().flatten())
}

/// The path leads out of the working folder.
pub(crate) fn outside(asked: &str) -> ToolError {
    ToolError::new("outside_folder", format!("{} is outside the working folder", shown(asked)))
        .hint("use a path inside the working folder, relative to it")
}

/// Whether the path was refused because it leads out: the only refusal that the operating
/// system has no number for.
pub(super) fn is_escape(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::PermissionDenied && error.raw_os_error().is_none()
}

/// What went wrong with a path, in words.
pub(crate) fn io_error(asked: &str, verb: &str, error: &io::Error) -> ToolError {
    if is_escape(error) {
        return outside(asked);
    }
    let path = shown(asked);
    let (code, message) = match error.kind() {
        io::ErrorKind::NotFound => ("not_found", format!("{path} does not exist")),
        io::ErrorKind::PermissionDenied => {
            ("permission_denied", format!("no permission to {verb} {path}"))
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            ("disk_read_only", format!("the disk may only be read: cannot {verb} {path}"))
        }
        io::ErrorKind::NotADirectory => {
            ("not_a_folder", format!("{path} is not a folder, or goes through a file"))
        }
        io::ErrorKind::IsADirectory => ("is_folder", format!("{path} is a folder")),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            ("disk_full", format!("the disk is full: cannot {verb} {path}"))
        }
        io::ErrorKind::FileTooLarge => (
            "size_limit",
            format!("a limit on the size of files is in the way: cannot {verb} {path}"),
        ),
        _ if error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error()) => {
            ("disk_failed", format!("the disk does not do its work: cannot {verb} {path}"))
        }
        io::ErrorKind::InvalidFilename => ("invalid_path", format!("{path} is not a usable name")),
        _ if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
            ("link_loop", format!("{path} is a link that leads to itself"))
        }
        _ => ("io_error", format!("cannot {verb} {path}: {error}")),
    };
    let told = ToolError::new(code, message);
    match hint(code) {
        Some(hint) => told.hint(hint),
        None => told,
    }
}

/// What the person can do where the model cannot.
fn hint(code: &str) -> Option<&'static str> {
    match code {
        "disk_full" => Some("nothing was changed; the user has to free some space"),
        "disk_read_only" => Some("nothing was changed; the user has to mount it for writing"),
        "size_limit" => Some("nothing was changed; the user can raise the limit: ulimit -f"),
        "disk_failed" => Some("the user has to look at the disk and at the system's log"),
        _ => None,
    }
}
