use std::fs;
use std::os::unix::fs::symlink;

use nanofolks_protocol::envelope::AttachmentKind;
use pretty_assertions::assert_eq;

use super::*;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir_all(root.join("src/deep")).unwrap();
    fs::create_dir_all(root.join("target")).unwrap();
    for (name, text) in [
        ("src/main.rs", "fn main() {}"),
        ("src/deep/a b.txt", "text"),
        ("target/out.o", "x"),
        (".gitignore", "target/\n"),
        ("README.md", "read me"),
    ] {
        fs::write(root.join(name), text).unwrap();
    }
    folder
}

fn options(folder: &Path, approval: ApprovalMode) -> TurnOptions {
    let folder = Some(folder.to_str().unwrap().to_owned());
    TurnOptions { folder, approval, ..TurnOptions::default() }
}

fn reading(folder: &Path, names: &[&str]) -> Read {
    let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
    read(&names, &options(folder, ApprovalMode::Ask), &Sanitizer::new(&[]))
}

#[test]
fn what_git_ignores_is_not_offered_and_what_is_near_comes_first() {
    let folder = folder();
    let expected = [".gitignore", "README.md", "src/main.rs", "src/deep/a b.txt"];
    assert_eq!(list(folder.path()), expected);
}

#[test]
fn the_files_that_are_named_go_along_and_it_is_said() {
    let folder = folder();
    fs::write(folder.path().join("shot.png"), PNG).unwrap();
    let read = reading(folder.path(), &["src/main.rs", "shot.png", "src", "nobody"]);
    let along: Vec<_> = read.along.iter().map(|one| (one.name.as_str(), one.kind)).collect();
    let expected = [("src/main.rs", AttachmentKind::Text), ("shot.png", AttachmentKind::Image)];
    assert_eq!(along, expected);
    assert_eq!(read.remarks.len(), 2);
    assert!(read.remarks[0].starts_with("attached: src/main.rs, "), "{:?}", read.remarks);
}

#[test]
fn what_is_outside_of_the_folder_does_not_go_along() {
    let (folder, elsewhere) = (folder(), tempfile::tempdir().unwrap());
    let outside = elsewhere.path().join("secret.txt");
    fs::write(&outside, "s").unwrap();
    symlink(&outside, folder.path().join("link")).unwrap();
    let read = reading(folder.path(), &["link", outside.to_str().unwrap()]);
    assert!(read.along.is_empty());
    assert!(read.remarks.iter().all(|it| it.contains("outside the working folder")), "{read:?}");
    assert_eq!(read.remarks.len(), 2);
}

#[test]
fn what_is_no_text_or_too_large_is_said_and_left() {
    let folder = folder();
    fs::write(folder.path().join("data"), b"a\0b").unwrap();
    fs::write(folder.path().join("large"), vec![b'a'; 300 << 10]).unwrap();
    let read = reading(folder.path(), &["data", "large"]);
    assert!(read.along.is_empty());
    assert!(read.remarks[0].contains("no text and no picture"), "{:?}", read.remarks);
    assert!(read.remarks[1].contains("too large"), "{:?}", read.remarks);
}

#[test]
fn a_secret_in_a_file_is_masked_before_it_is_kept() {
    let folder = folder();
    let key = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
    fs::write(folder.path().join("env"), format!("TOKEN={key}\n")).unwrap();
    let read = reading(folder.path(), &["env"]);
    assert!(!String::from_utf8_lossy(&read.along[0].bytes).contains(key));
    assert!(read.remarks[0].contains("masked"), "{:?}", read.remarks);
}

#[test]
fn a_picture_is_found_however_it_is_written() {
    let folder = folder();
    fs::write(folder.path().join("my shot.png"), PNG).unwrap();
    let root = folder.path().to_str().unwrap();
    let address = format!("file://{root}/my%20shot.png");
    for named in ["my shot.png", "'my shot.png'", "my\\ shot.png", "~/my shot.png", &address] {
        let picture = picture(named, folder.path(), Some(folder.path())).unwrap();
        assert_eq!((picture.name.as_str(), picture.mime), ("my shot.png", "image/png"), "{named}");
    }
    let wrong = picture("README.md", folder.path(), None).unwrap_err();
    assert_eq!(wrong.code, "image_unsupported");
    let gone = picture("gone.png", folder.path(), None).unwrap_err();
    assert_eq!(gone.code, "file_unreadable");
}
