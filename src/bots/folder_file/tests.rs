use std::os::unix::fs::symlink;
use std::path::PathBuf;

use pretty_assertions::assert_eq;
use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::*;

struct Place {
    _home: tempfile::TempDir,
    folder: PathBuf,
}

impl Place {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("work");
        fs::create_dir(&folder).unwrap();
        Self { folder, _home: home }
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.folder.join(name), bytes).unwrap();
    }

    fn read(&self) -> Option<FolderInstructions> {
        FolderFile::new(|_| false).of(&self.folder)
    }
}

#[test]
fn a_folder_without_instructions_has_none() {
    assert_eq!(Place::new().read(), None);
    assert_eq!(FolderFile::new(|_| true).of(Path::new("/nowhere/at/all")), None);
}

#[test]
fn agents_comes_before_claude() {
    let place = Place::new();
    place.put("CLAUDE.md", "second");
    assert_eq!(place.read().unwrap().name, "CLAUDE.md");
    place.put("AGENTS.md", "  \n\n");
    assert_eq!(place.read().unwrap().text, "second", "a blank file says nothing");
    place.put("AGENTS.md", "first\n");
    let found = place.read().unwrap();
    assert_eq!((found.name.as_str(), found.text.as_str()), ("AGENTS.md", "first"));
}

#[test]
fn the_roof_says_which_folder_is_trusted() {
    let (here, there) = (Place::new(), Place::new());
    here.put("AGENTS.md", "a");
    there.put("AGENTS.md", "b");
    let known = here.folder.clone();
    let files = FolderFile::new(move |folder| folder == known);
    assert!(files.of(&here.folder).unwrap().trusted);
    assert!(!files.of(&there.folder).unwrap().trusted);
}

#[test]
fn a_long_file_is_cut_at_the_end_of_a_line_and_says_so() {
    let place = Place::new();
    place.put("AGENTS.md", "0123456789abcde\n".repeat(2000));
    let text = place.read().unwrap().text;
    let (kept, note) = text.rsplit_once('\n').unwrap();
    assert_eq!(kept.len(), MAX_BYTES - 1);
    assert!(kept.lines().all(|line| line == "0123456789abcde"));
    assert_eq!(note, "[AGENTS.md goes on: 32000 bytes, 16384 shown]");
}

#[test]
fn one_endless_line_is_cut_between_characters() {
    let place = Place::new();
    place.put("AGENTS.md", format!("a{}", "\u{20ac}".repeat(20_000)));
    let text = place.read().unwrap().text;
    assert!(!text.contains(char::REPLACEMENT_CHARACTER));
    assert!(text.len() < MAX_BYTES + 100);
}

#[test]
fn exactly_as_much_as_fits_is_not_cut() {
    let place = Place::new();
    place.put("AGENTS.md", "x".repeat(MAX_BYTES));
    assert_eq!(place.read().unwrap().text.len(), MAX_BYTES);
}

#[test]
fn a_link_inside_is_followed_and_one_to_the_outside_is_not() {
    let place = Place::new();
    fs::write(place.folder.parent().unwrap().join("secret.md"), "hush").unwrap();
    symlink("../secret.md", place.folder.join("AGENTS.md")).unwrap();
    assert_eq!(place.read(), None);
    place.put("CLAUDE.md", "inside");
    assert_eq!(place.read().unwrap().text, "inside");
    fs::remove_file(place.folder.join("AGENTS.md")).unwrap();
    symlink("CLAUDE.md", place.folder.join("AGENTS.md")).unwrap();
    let found = place.read().unwrap();
    assert_eq!((found.name.as_str(), found.text.as_str()), ("AGENTS.md", "inside"));
}

#[test]
fn what_is_not_a_regular_text_file_is_passed_over() {
    let place = Place::new();
    fs::create_dir(place.folder.join("AGENTS.md")).unwrap();
    assert_eq!(place.read(), None);
    fs::remove_dir(place.folder.join("AGENTS.md")).unwrap();
    let pipe = place.folder.join("AGENTS.md");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    assert_eq!(place.read(), None, "and nobody waits for a pipe");
    fs::remove_file(&pipe).unwrap();
    place.put("AGENTS.md", b"\x7fELF\0\0");
    assert_eq!(place.read(), None);
}

#[test]
fn odd_bytes_and_a_byte_order_mark_do_no_harm() {
    let place = Place::new();
    place.put("AGENTS.md", b"\xef\xbb\xbfcaf\xe9");
    assert_eq!(place.read().unwrap().text, "caf\u{fffd}");
}
