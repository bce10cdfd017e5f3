//! Safety copies: complete or said not to be, and what was there is kept.

use std::fs;
use std::path::PathBuf;

use pretty_assertions::assert_eq;

use super::*;

/// A home with a message, a blob and a configuration, and a copy of it.
struct Copied {
    scene: Scene,
    blob: BlobId,
    place: TempDir,
}

impl Copied {
    async fn new() -> Self {
        let scene = Scene::new().await;
        write(&scene.store, [say(scene.session, &message("precious"))]).await;
        let blob = scene.store.put(Bytes::from_static(b"a picture")).await.unwrap();
        let config = scene.home.folder.path().join("config.toml");
        fs::write(&config, "model = \"a\"").unwrap();
        let place = tempfile::tempdir().unwrap();
        let copied = Self { scene, blob, place };
        let extras = [Extra { from: config, to: "config.toml".into() }];
        copied.scene.store.backup(&copied.backup(), &extras, at(77)).await.unwrap();
        copied
    }

    fn backup(&self) -> PathBuf {
        self.place.path().join("backup")
    }

    fn home(&self) -> PathBuf {
        self.place.path().join("home")
    }
}

async fn holds_it(home: &Path, copied: &Copied) {
    let store = Store::open(&StorePaths::under(home)).unwrap();
    let messages = store.messages(copied.scene.session, 9).await.unwrap();
    assert_eq!(messages[0].text(), "precious");
    assert_eq!(store.get(&copied.blob).await.unwrap(), "a picture");
    assert_eq!(fs::read_to_string(home.join("config.toml")).unwrap(), "model = \"a\"");
    let found = inspect(&StorePaths::under(home), Depth::Deep);
    assert_eq!((found.structure, found.rows), (Check::Sound, Check::Sound));
}

#[tokio::test]
async fn a_copy_becomes_a_home_again() {
    let copied = Copied::new().await;

    let manifest = verify_backup(&copied.backup()).unwrap();
    assert_eq!((manifest.made_at, manifest.version), (at(77), db::VERSION));
    assert_eq!(manifest.files.len(), 3);
    let restored = restore_backup(&copied.backup(), &copied.home(), false, at(80)).unwrap();

    assert_eq!(restored, Restored { manifest, aside: None });
    holds_it(&copied.home(), &copied).await;
    use std::os::unix::fs::PermissionsExt as _;
    for path in [copied.backup(), copied.home()] {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o700);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_made_while_others_write_and_is_one_moment() {
    let scene = Scene::new().await;
    let place = tempfile::tempdir().unwrap();
    let writing = async {
        for n in 0..150 {
            write(
                &scene.store,
                [say(scene.session, &message(&n.to_string())), notice("general", "x")],
            )
            .await;
        }
    };
    let copying = async {
        for n in 0..5 {
            let to = place.path().join(n.to_string());
            scene.store.backup(&to, &[], at(n)).await.unwrap();
        }
    };
    futures_util::future::join(writing, copying).await;

    for n in 0..5 {
        let backup = place.path().join(n.to_string());
        verify_backup(&backup).unwrap();
        let home = place.path().join(format!("home{n}"));
        restore_backup(&backup, &home, false, at(n)).unwrap();
        let store = Store::open(&StorePaths::under(&home)).unwrap();
        let room = store.room(&RoomId::general()).await.unwrap().unwrap();
        assert_eq!(room.seq, room.session.unwrap().messages, "both are of one commit");
        drop(store);
        let found = inspect(&StorePaths::under(&home), Depth::Deep);
        assert_eq!((found.structure, found.rows), (Check::Sound, Check::Sound));
    }
}

#[tokio::test]
async fn a_half_written_copy_is_said_to_be_one() {
    let copied = Copied::new().await;
    let manifest = copied.backup().join("manifest.json");
    let whole = fs::read(&manifest).unwrap();
    let restore = || restore_backup(&copied.backup(), &copied.home(), false, at(80));

    for keep in [0, 1, whole.len() / 2, whole.len() - 1] {
        fs::write(&manifest, &whole[..keep]).unwrap();
        assert!(matches!(restore(), Err(BackupError::Damaged(_))), "{keep}");
    }
    fs::remove_file(&manifest).unwrap();
    assert_eq!(restore(), Err(BackupError::Incomplete(copied.backup())));
    assert_eq!(verify_backup(&copied.home()), Err(BackupError::Missing(copied.home())));
    assert!(!copied.home().exists(), "nothing was begun");
}

#[tokio::test]
async fn every_changed_or_missing_file_is_found() {
    let copied = Copied::new().await;
    let files = verify_backup(&copied.backup()).unwrap().files;
    for file in files {
        let path = copied.backup().join(&file.path);
        let whole = fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 1;
        for bad in [flipped, whole[..whole.len() - 1].to_vec()] {
            fs::write(&path, bad).unwrap();
            let found = verify_backup(&copied.backup());
            assert!(matches!(&found, Err(BackupError::Damaged(why)) if why.contains(&file.path)));
        }
        fs::remove_file(&path).unwrap();
        assert!(matches!(verify_backup(&copied.backup()), Err(BackupError::Damaged(_))));
        fs::write(&path, whole).unwrap();
    }
    verify_backup(&copied.backup()).unwrap();
}

#[tokio::test]
async fn a_manifest_cannot_lead_out_of_the_folder() {
    let copied = Copied::new().await;
    let path = copied.backup().join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    for evil in ["../config.toml", "/etc/hostname", "a/../../b", ""] {
        fs::write(&path, text.replace("config.toml", evil)).unwrap();
        let found = restore_backup(&copied.backup(), &copied.home(), false, at(80));
        assert_eq!(found, Err(BackupError::Place(evil.into())));
    }
    let from = copied.scene.home.folder.path().join("config.toml");
    for evil in ["../x", "manifest.json", "nanofolks.db"] {
        let extras = [Extra { from: from.clone(), to: evil.into() }];
        let to = copied.place.path().join("other").join(evil.replace('/', "-"));
        let made = copied.scene.store.backup(&to, &extras, at(1)).await;
        assert_eq!(made, Err(BackupError::Place(evil.into())));
        assert_eq!(verify_backup(&to), Err(BackupError::Missing(to)), "half of it was left");
    }
}

#[tokio::test]
async fn a_home_that_is_there_is_replaced_only_by_force_and_kept() {
    let copied = Copied::new().await;
    let home = copied.home();
    fs::create_dir_all(home.join("models")).unwrap();
    fs::write(home.join("models/m.gguf"), "large").unwrap();
    fs::write(home.join("config.toml"), "model = \"b\"").unwrap();
    let restore = |force| restore_backup(&copied.backup(), &home, force, at(80));

    assert_eq!(restore(false), Err(BackupError::NotEmpty(home.clone())));
    let running = Store::open(&StorePaths::under(&home)).unwrap();
    write(&running, [ensure("general"), begin("general", SessionId::fresh(), None, 0)]).await;
    let owner = OwnerId::fresh();
    running.shared.owners.hold(owner).unwrap();
    assert_eq!(restore(true), Err(BackupError::InUse(home.clone())));
    drop(running);

    let aside = restore(true).unwrap().aside.unwrap();
    assert_eq!(fs::read_to_string(aside.join("config.toml")).unwrap(), "model = \"b\"");
    assert!(aside.join("nanofolks.db").exists());
    assert_eq!(fs::read_to_string(home.join("models/m.gguf")).unwrap(), "large");
    holds_it(&home, &copied).await;
}

#[tokio::test]
async fn a_copy_does_not_overwrite_anything() {
    let copied = Copied::new().await;

    let again = copied.scene.store.backup(&copied.backup(), &[], at(90)).await;

    assert_eq!(again, Err(BackupError::NotEmpty(copied.backup())));
    verify_backup(&copied.backup()).unwrap();
}
