use super::*;
use crate::transformer::tests::tiny;

fn shelf() -> (tempfile::TempDir, Shelf) {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::new(folder.path().join("models"));
    (folder, shelf)
}

fn put_by_hand(shelf: &Shelf, name: &str) {
    fs::create_dir_all(shelf.folder()).unwrap();
    fs::write(shelf.folder().join(name), tiny("qwen3").finish()).unwrap();
}

/// Installs a tiny model through the front door.
fn install(folder: &tempfile::TempDir, shelf: &Shelf, name: &str) -> Record {
    let file = folder.path().join("source.gguf");
    fs::write(&file, tiny("llama").finish()).unwrap();
    shelf.pull_file(Some(name), &file, &mut |_| true).unwrap().1
}

#[test]
fn a_folder_that_is_not_there_is_empty() {
    let (_folder, shelf) = shelf();
    assert_eq!(shelf.installed().unwrap(), []);
    let problem = shelf.path_of("smollm2-135m").unwrap_err().to_problem();
    assert_eq!(problem.code, "model_missing");
    assert_eq!(problem.hint.unwrap(), "`nanofolks model pull smollm2-135m` fetches it");
}

#[test]
fn files_put_there_by_hand_are_models_and_other_files_are_not() {
    let (_folder, shelf) = shelf();
    put_by_hand(&shelf, "mine.gguf");
    fs::write(shelf.folder().join("notes.txt"), "x").unwrap();
    fs::write(shelf.folder().join(".hidden.gguf"), "x").unwrap();
    fs::create_dir(shelf.folder().join("folder.gguf")).unwrap();

    let [mine] = &shelf.installed().unwrap()[..] else { panic!("expected one model") };
    assert_eq!((mine.name.as_str(), &mine.record, mine.entry), ("mine", &None, None));
    assert_eq!(shelf.verify("mine", true).unwrap(), Check::Unrecorded);
    let card = shelf.card("mine").unwrap();
    assert_eq!((card.context_window, card.tools, card.small), (96, false, true));
}

#[test]
fn names_cannot_lead_out_of_the_folder() {
    let (_folder, shelf) = shelf();
    for name in ["../secret", "a/b", "", ".x", "-x", "a\\b", "a\0"] {
        assert!(matches!(shelf.path_of(name), Err(LocalError::BadName(_))), "{name:?}");
    }
}

#[test]
fn the_card_of_a_catalogue_model_needs_no_file() {
    let (_folder, shelf) = shelf();
    let card = shelf.card("qwen3-0.6b").unwrap();
    assert!(card.tools);
    assert_eq!(card.model.to_string(), "local/qwen3-0.6b");
    assert_eq!(shelf.card("nothing").unwrap_err().to_problem().code, "model_missing");
}

#[test]
fn what_changed_after_the_installation_is_noticed() {
    let (folder, shelf) = shelf();
    let record = install(&folder, &shelf, "tiny");
    assert_eq!(shelf.verify("tiny", false).unwrap(), Check::Good);
    assert_eq!(shelf.verify("tiny", true).unwrap(), Check::Good);

    // A flipped bit with the old time: only a deep look can see it.
    let path = shelf.path_of("tiny").unwrap();
    let mut bytes = fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::remove_file(&path).unwrap();
    fs::write(&path, &bytes).unwrap();
    let file = fs::File::options().write(true).open(&path).unwrap();
    let then = std::time::UNIX_EPOCH + std::time::Duration::from_millis(record.modified_ms);
    file.set_modified(then).unwrap();
    assert_eq!(shelf.verify("tiny", false).unwrap(), Check::Good);
    let Check::Changed { reason } = shelf.verify("tiny", true).unwrap() else { panic!() };
    assert!(reason.starts_with("its SHA-256 was"), "{reason}");

    // Cut short: the header itself no longer fits.
    fs::write(&path, &bytes[..bytes.len() - 4]).unwrap();
    let Check::Changed { reason } = shelf.verify("tiny", false).unwrap() else { panic!() };
    assert!(reason.starts_with("it had"), "{reason}");
    fs::write(&path, b"GGUF").unwrap();
    assert_eq!(shelf.verify("tiny", false).unwrap_err().to_problem().code, "model_corrupt");
}

#[test]
fn removing_takes_everything_with_it() {
    let (folder, shelf) = shelf();
    let record = install(&folder, &shelf, "tiny");
    assert_eq!(shelf.remove("tiny").unwrap(), record.bytes);
    assert_eq!(fs::read_dir(shelf.folder()).unwrap().count(), 0);
    assert_eq!(shelf.remove("tiny").unwrap_err().to_problem().code, "model_missing");
}

#[test]
fn a_changed_model_is_not_used_and_another_time_alone_is_no_change() {
    let (folder, shelf) = shelf();
    let record = install(&folder, &shelf, "tiny");
    shelf.ready("tiny").unwrap();
    let path = shelf.path_of("tiny").unwrap();
    let touch = |seconds| {
        let then = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        fs::File::options().write(true).open(&path).unwrap().set_modified(then).unwrap();
    };

    touch(1_000_000_000);
    shelf.ready("tiny").unwrap();
    let noted = shelf.get("tiny").unwrap().record.unwrap();
    assert_eq!(noted.modified_ms, 1_000_000_000_000, "the bytes are not read again");
    assert_eq!(noted.sha256, record.sha256);

    let mut bytes = fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&path, &bytes).unwrap();
    touch(1_000_000_001);
    let problem = shelf.ready("tiny").unwrap_err().to_problem();
    assert_eq!((problem.code.as_ref(), problem.kind.exit_code()), ("model_changed", 7));
    assert!(problem.hint.unwrap().contains("model pull tiny"));

    fs::write(&path, b"GGUF").unwrap();
    let problem = shelf.ready("tiny").unwrap_err().to_problem();
    assert_eq!((problem.code.as_ref(), problem.kind.exit_code()), ("model_changed", 7));
}
