//! What a write will do, worked out before it is done. The preview and the write share it,
//! so what is shown is what runs.

use std::io::Read as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use cap_std::fs::{Metadata, Permissions};
use nanofolks_protocol::ToolError;
use similar::DiffTag;
use similar::algorithms::{Capture, Compact, Replace, myers};
use similar::udiff::UnifiedHunkHeader;

use super::display;
use crate::folder::{Folder, Target, io_error, shown};
use crate::secret_file;
use crate::seen::Stamp;
use crate::text::{self, Format};

/// Largest old file that is read, to compare with and to follow its habits.
const MAX_OLD: u64 = 4 << 20;
/// Longest time spent on finding the shortest diff; after that a longer one will do.
const DIFF_TIME: Duration = Duration::from_millis(200);
/// Lines shown around a change.
const CONTEXT: usize = 3;
/// The byte order mark.
const MARK: char = '\u{feff}';

/// A write, ready to be done.
pub(super) struct Plan {
    /// The path as it was asked for.
    pub(super) asked: String,
    /// Where it goes, links followed.
    pub(super) target: Target,
    /// Exactly what will be in the file.
    pub(super) bytes: Vec<u8>,
    /// What the model should know.
    pub(super) warnings: Vec<String>,
    /// The first folder that has to be made.
    pub(super) new_folder: Option<PathBuf>,
    /// The text of `bytes`.
    text: String,
    old: Option<Old>,
}

/// The file that is there now.
struct Old {
    metadata: Metadata,
    /// Its bytes, unless there are too many.
    bytes: Option<Vec<u8>>,
    format: Format,
}

impl Plan {
    /// Works out what writing `content` to `asked` means.
    pub(super) fn make(folder: &Folder, asked: &str, content: &str) -> Result<Self, ToolError> {
        if let Some(reason) = display::is_display(content) {
            let message = format!("this is how a file was shown, not its text: {reason}");
            return Err(ToolError::new("display_text", message).hint("write the plain text"));
        }
        let target = folder.target(asked)?;
        if secret_file::is_protected(&target.path()) {
            let message = format!("{} is protected and never written by tools", shown(asked));
            return Err(ToolError::new("protected_path", message).hint("a person can change it"));
        }
        let old = Old::open(folder, asked, &target)?;
        let mut warnings = Vec::new();
        let text = follow_habits(old.as_ref(), content, &mut warnings);
        let bytes = match old.as_ref().map(|old| old.format) {
            Some(format @ (Format::Utf16Le | Format::Utf16Be)) => {
                warnings.push("the file stays UTF-16, as it was".to_owned());
                text::utf16(text.strip_prefix(MARK).unwrap_or(&text), format)
            }
            _ => text.clone().into_bytes(),
        };
        warnings.extend(syntax_problem(&target, &text));
        let new_folder = missing_folder(folder, &target);
        Ok(Self { asked: asked.to_owned(), target, bytes, warnings, new_folder, text, old })
    }

    /// The path for people.
    pub(super) fn name(&self) -> String {
        shown(&self.target.path().to_string_lossy())
    }

    /// The state of the file that is replaced.
    pub(super) fn stamp(&self) -> Option<Stamp> {
        self.old.as_ref().map(|old| Stamp::of(&old.metadata))
    }

    /// The permissions of the file that is replaced.
    pub(super) fn permissions(&self) -> Option<Permissions> {
        self.old.as_ref().map(|old| old.metadata.permissions())
    }

    /// Whether the file already is what it is to become.
    pub(super) fn changes_nothing(&self) -> bool {
        let old = self.old.as_ref().and_then(|old| old.bytes.as_deref());
        old == Some(self.bytes.as_slice())
    }

    /// One line for people.
    pub(super) fn summary(&self) -> String {
        let size = text::size(self.bytes.len() as u64);
        match &self.old {
            Some(old) => {
                let before = text::size(old.metadata.len());
                format!("write {} ({size}, replaces {before})", self.name())
            }
            None => format!("write {} ({size})", self.name()),
        }
    }

    /// The change as a unified diff; of an old file that is no text or too large, only the
    /// new side.
    pub(super) fn diff(&self) -> String {
        let name = self.name();
        let before = self.old.as_ref().map(Old::text);
        let (old_name, before, note) = match before {
            None => ("/dev/null".to_owned(), String::new(), None),
            Some(Ok(text)) => (format!("a/{name}"), text, None),
            Some(Err(note)) => (format!("a/{name}"), String::new(), Some(note)),
        };
        let mut shown = String::new();
        for line in note.iter().map(String::as_str).chain(self.warnings.iter().map(String::as_str))
        {
            shown.push_str("# ");
            shown.push_str(line);
            shown.push('\n');
        }
        shown.push_str(&unified(&before, &self.text, &old_name, &format!("b/{name}")));
        shown
    }
}

/// A unified diff; nothing when nothing changes.
///
/// Put together here because the library's own form brings every algorithm it knows, each many
/// times over: half a megabyte of program.
fn unified(before: &str, after: &str, old_name: &str, new_name: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) =
        (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    let mut found = Compact::new(Replace::new(Capture::new()), &old, &new);
    let until = Instant::now().checked_add(DIFF_TIME);
    let Ok(()) = myers::diff_deadline(&mut found, &old, 0..old.len(), &new, 0..new.len(), until);
    let mut shown = String::new();
    for hunk in found.into_inner().into_inner().into_grouped_ops(CONTEXT) {
        if shown.is_empty() {
            shown = format!("--- {old_name}\n+++ {new_name}\n");
        }
        shown.push_str(&UnifiedHunkHeader::new(&hunk).to_string());
        shown.push('\n');
        for op in &hunk {
            let (gone, come) = (&old[op.old_range()], &new[op.new_range()]);
            if op.tag() == DiffTag::Equal {
                push_lines(&mut shown, ' ', gone);
            } else {
                push_lines(&mut shown, '-', gone);
                push_lines(&mut shown, '+', come);
            }
        }
    }
    shown
}

fn push_lines(shown: &mut String, sign: char, lines: &[&str]) {
    for line in lines {
        shown.push(sign);
        shown.push_str(line);
        if !line.ends_with('\n') {
            shown.push_str("\n\\ No newline at end of file\n");
        }
    }
}

impl Old {
    /// The file that is there now, if there is one.
    fn open(folder: &Folder, asked: &str, target: &Target) -> Result<Option<Self>, ToolError> {
        let path = target.path();
        let mut open = match folder.file(&path.to_string_lossy()) {
            Ok(open) => open,
            Err(error) if error.code == "not_found" => return Ok(None),
            Err(error) => return Err(error),
        };
        if open.metadata.permissions().readonly() {
            let message = format!("{} is write-protected", shown(asked));
            return Err(ToolError::new("permission_denied", message));
        }
        let mut bytes = Vec::new();
        (&mut open.file)
            .take(MAX_OLD + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| io_error(asked, "read", &error))?;
        let sample = bytes.get(..bytes.len().min(text::SAMPLE)).unwrap_or_default();
        let format = text::format_of(sample);
        let bytes = (bytes.len() as u64 <= MAX_OLD).then_some(bytes);
        Ok(Some(Self { metadata: open.metadata, bytes, format }))
    }

    /// Its text, or why there is none to compare with.
    fn text(&self) -> Result<String, String> {
        let size = text::size(self.metadata.len());
        let Some(bytes) = &self.bytes else {
            return Err(format!("the old file ({size}) is too large to compare with"));
        };
        match self.format {
            Format::Binary(_) => Err(format!("the old file ({size}) is not text")),
            Format::Utf8 => Ok(text::decode(bytes.clone()).text),
            Format::Utf16Le | Format::Utf16Be => {
                let mut plain = String::new();
                match text::transcode(bytes.as_slice()).read_to_string(&mut plain) {
                    Ok(_) => Ok(plain),
                    Err(error) => Err(error.to_string()),
                }
            }
        }
    }
}

/// The content with the line ends and the byte order mark of the file it replaces.
fn follow_habits(old: Option<&Old>, content: &str, warnings: &mut Vec<String>) -> String {
    let mut text = content.to_owned();
    let Some(old) = old else { return text };
    if let Format::Binary(_) = old.format {
        warnings.push("the file it replaces is not text".to_owned());
        return text;
    }
    let Ok(before) = old.text() else { return text };
    let ends = before.matches('\n').count();
    if ends > 0 && before.matches("\r\n").count() == ends && !content.contains("\r\n") {
        text = text.replace('\n', "\r\n");
        warnings.push("line ends are CRLF, as they were".to_owned());
    }
    if old.format == Format::Utf8 && before.starts_with(MARK) && !text.starts_with(MARK) {
        text.insert(0, MARK);
        warnings.push("the byte order mark was kept".to_owned());
    }
    text
}

/// A warning when a file that programs read does not parse.
fn syntax_problem(target: &Target, text: &str) -> Option<String> {
    let ending = target.name.extension()?.to_str()?.to_ascii_lowercase();
    let text = text.strip_prefix(MARK).unwrap_or(text);
    let problem = match ending.as_str() {
        "json" => serde_json::from_str::<serde::de::IgnoredAny>(text).err()?.to_string(),
        "toml" => toml::from_str::<toml::Table>(text).err()?.message().to_owned(),
        _ => return None,
    };
    Some(format!("this is not valid {}: {problem}", ending.to_ascii_uppercase()))
}

/// The first folder on the way that does not exist yet.
fn missing_folder(folder: &Folder, target: &Target) -> Option<PathBuf> {
    if folder.dir().is_dir(&target.parent) {
        return None;
    }
    let mut ways: Vec<_> = target.parent.ancestors().collect();
    ways.reverse();
    ways.into_iter()
        .find(|way| !way.as_os_str().is_empty() && !folder.dir().is_dir(way))
        .map(PathBuf::from)
}
