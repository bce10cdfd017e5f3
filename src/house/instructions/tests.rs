use std::fs;

use nanofolks_config::Environment;

use super::*;

struct Place {
    home: tempfile::TempDir,
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap(), folder: tempfile::tempdir().unwrap() }
    }

    fn files(&self) -> FolderFiles {
        let paths = Paths::discover(&Environment::default(), Some(self.home.path()), None).unwrap();
        FolderFiles { paths: Arc::new(paths) }
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn read(&self) -> Option<FolderInstructions> {
        self.files().of(self.folder.path())
    }
}

#[test]
fn agents_md_goes_before_claude_md() {
    let place = Place::new();
    assert_eq!(place.read(), None);
    place.write("CLAUDE.md", "be brief");
    assert_eq!(place.read().unwrap().name, "CLAUDE.md");
    place.write("AGENTS.md", "be kind");
    assert_eq!(place.read().unwrap().text, "be kind");
}

#[test]
fn an_empty_file_counts_for_nothing() {
    let place = Place::new();
    place.write("AGENTS.md", " \n");
    assert_eq!(place.read(), None);
    fs::create_dir(place.folder.path().join("CLAUDE.md")).unwrap();
    assert_eq!(place.read(), None);
}

#[test]
fn a_folder_is_trusted_only_once_the_person_said_so() {
    let place = Place::new();
    place.write("AGENTS.md", "be kind");
    assert!(!place.read().unwrap().trusted);
    trust::add(&place.files().paths, place.folder.path()).unwrap();
    assert!(place.read().unwrap().trusted);
}

#[test]
fn long_instructions_are_cut_and_say_so() {
    let place = Place::new();
    place.write("AGENTS.md", &"x".repeat(40_000));
    let text = place.read().unwrap().text;
    assert!(text.len() < 33_000);
    assert!(text.ends_with("[cut here]"));
}
