use std::os::unix::fs::PermissionsExt as _;

use pretty_assertions::assert_eq;
use tempfile::TempDir;

use super::*;

fn folder() -> (TempDir, BlobFolder) {
    let home = tempfile::tempdir().unwrap();
    let blobs = BlobFolder::new(home.path().join("blobs"));
    (home, blobs)
}

fn path(blobs: &BlobFolder, id: &BlobId) -> PathBuf {
    let (folder, file) = blobs.place(id);
    folder.join(file)
}

#[tokio::test]
async fn bytes_come_back_by_their_digest() {
    let (_home, blobs) = folder();

    let id = blobs.put(Bytes::from_static(b"hello")).await.unwrap();

    assert_eq!(id.as_str(), "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    assert_eq!(blobs.get(&id).await.unwrap(), "hello");
    assert!(path(&blobs, &id).ends_with(Path::new("2c").join(&id.as_str()[2..])));
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path(&blobs, &id)), 0o600);
    assert_eq!(mode(&blobs.folder), 0o700);
}

#[tokio::test]
async fn the_same_bytes_are_kept_once_also_when_they_come_at_once() {
    let (_home, blobs) = folder();
    let puts = (0..8).map(|_| blobs.put(Bytes::from_static(b"same")));

    let ids: Vec<_> =
        futures_util::future::join_all(puts).await.into_iter().map(Result::unwrap).collect();

    assert!(ids.iter().all(|id| *id == ids[0]));
    let (folder, _) = blobs.place(&ids[0]);
    assert_eq!(fs::read_dir(folder).unwrap().count(), 1);
}

#[tokio::test]
async fn nothing_is_missing_and_damage_is_said() {
    let (_home, blobs) = folder();
    let id = blobs.put(Bytes::from_static(b"precious")).await.unwrap();
    let other = name(b"other");
    assert_eq!(blobs.get(&other).await, Err(BlobError::Missing(other)));

    for bad in [&b"preciour"[..], b"prec", b""] {
        fs::write(path(&blobs, &id), bad).unwrap();
        assert_eq!(blobs.get(&id).await, Err(BlobError::Damaged(id.clone())));
        // Who has the bytes can heal it.
        assert_eq!(blobs.put(Bytes::from_static(b"precious")).await.unwrap(), id);
        assert_eq!(blobs.get(&id).await.unwrap(), "precious");
    }
}

#[tokio::test]
async fn a_crash_before_the_rename_leaves_nothing_under_the_name() {
    let (_home, blobs) = folder();
    let id = name(b"late");
    let (place, file) = blobs.place(&id);
    private_folder(&place).unwrap();
    // What a process leaves that is killed between writing and renaming.
    fs::write(place.join(format!(".0190.{file}")), "la").unwrap();

    assert_eq!(blobs.get(&id).await, Err(BlobError::Missing(id.clone())));
    assert_eq!(blobs.put(Bytes::from_static(b"late")).await.unwrap(), id);
    assert_eq!(blobs.get(&id).await.unwrap(), "late");
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_said() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();
    let blobs = BlobFolder::new(file.join("blobs"));

    assert!(matches!(blobs.put(Bytes::from_static(b"x")).await, Err(BlobError::Io(_))));
}
