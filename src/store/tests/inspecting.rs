//! What doctor is told.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use pretty_assertions::assert_eq;

use super::*;

fn files(home: &Home) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(home.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        // The index of the log is memory that happens to have a name.
        .filter(|path| path.is_file() && !path.to_string_lossy().ends_with("-shm"))
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn a_home_without_a_database_has_none() {
    let home = Home::new();

    let found = inspect(&home.paths(), Depth::Deep);

    assert!(!found.exists && found.error.is_none());
    assert_eq!((found.structure, found.version), (Check::Skipped, None));
    assert_eq!(files(&home), []);
}

#[tokio::test]
async fn a_sound_database_is_sound_and_stays_as_it_is() {
    let scene = Scene::new().await;
    scene.accept("a", Priority::USER).await;
    let (_, keep) = content(b"x");
    write(&scene.store, [say(scene.session, &message("a")), notice("general", "a"), keep]).await;
    let before = files(&scene.home);

    let found = inspect(&scene.home.paths(), Depth::Deep);

    assert_eq!((found.structure, found.rows), (Check::Sound, Check::Sound));
    assert_eq!((found.rows_checked, found.pending, found.error), (4, 0, None));
    assert_eq!((found.version, found.known), (Some(db::VERSION), db::VERSION));
    assert_eq!(found.mode, Some(0o600));
    assert!(found.bytes > found.log_bytes && found.log_bytes > 0);
    assert_eq!(files(&scene.home), before);
    assert_eq!(inspect(&scene.home.paths(), Depth::Quick).structure, Check::Sound);
}

#[test]
fn files_and_folders_are_private() {
    let home = Home::new();
    let paths = StorePaths::under(&home.folder.path().join("new").join("home"));
    drop(Store::open(&paths).unwrap());
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;

    assert_eq!(mode(paths.db.parent().unwrap()), 0o700);
    assert_eq!(mode(&paths.run), 0o700);
    for suffix in ["", "-wal", "-shm"] {
        assert_eq!(mode(&db::beside(&paths.db, suffix)), 0o600, "{suffix}");
    }
}

#[tokio::test]
async fn damaged_rows_are_listed() {
    let scene = Scene::new().await;
    write(&scene.store, [say(scene.session, &message("a")), notice("general", "a")]).await;
    let other = raw(&scene.home.paths().db);
    other.execute("UPDATE message SET body = body || ' '", []).unwrap();
    other.execute("UPDATE event SET body = body || ' '", []).unwrap();

    let found = inspect(&scene.home.paths(), Depth::Deep);

    let Check::Damaged(lines) = found.rows else { panic!("{:?}", found.rows) };
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(inspect(&scene.home.paths(), Depth::Quick).rows, Check::Skipped);

    other.execute_batch("DELETE FROM message; DELETE FROM event").unwrap();
    let found = inspect(&scene.home.paths(), Depth::Deep);
    let Check::Damaged(lines) = found.rows else { panic!("{:?}", found.rows) };
    assert_eq!(lines, ["room general has lost events", "session number 1 has lost messages"]);
}

#[tokio::test]
async fn a_broken_structure_is_listed() {
    let scene = Scene::new().await;
    for n in 0..100 {
        write(&scene.store, [say(scene.session, &message(&"x".repeat(1_000 + n)))]).await;
    }
    let Scene { home, store, .. } = scene;
    drop(store);
    let paths = home.paths();
    raw(&paths.db).query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    let mut bytes = fs::read(&paths.db).unwrap();
    let middle = bytes.len() / 2 / 4_096 * 4_096;
    bytes[middle..middle + 4_096].fill(0xff);
    fs::write(&paths.db, bytes).unwrap();

    let found = inspect(&paths, Depth::Quick);

    assert!(matches!(found.structure, Check::Damaged(_)), "{found:?}");
}

#[test]
fn what_cannot_be_opened_is_said() {
    let home = Home::new();
    fs::write(home.paths().db, "nonsense ".repeat(1_000)).unwrap();
    let found = inspect(&home.paths(), Depth::Deep);
    assert!(found.exists && matches!(found.error, Some(StoreError::Corrupt(_))), "{found:?}");

    let home = Home::new();
    drop(home.open());
    raw(&home.paths().db).pragma_update(None, "user_version", db::VERSION + 1).unwrap();
    let found = inspect(&home.paths(), Depth::Quick);
    let newer = db::VERSION + 1;
    assert_eq!(found.error, Some(StoreError::Newer { found: newer, known: db::VERSION }));
}

/// Made by this program when version 1 was the newest; never to be changed.
const VERSION_1: &[u8] = include_bytes!("fixtures/version_1.db");

/// What the fixture holds, as somebody who reads it sees it.
async fn holds_the_fixture(store: &Store) {
    let room = store.room(&RoomId::general()).await.unwrap().unwrap();
    assert_eq!((room.seq, room.queued), (2, 1));
    let (turn, _) = room.live.unwrap();
    assert_eq!(store.turn(turn).await.unwrap(), Some(TurnState::Running));
    let messages = store.messages(room.session.unwrap().id, 10).await.unwrap();
    assert_eq!(messages[0].text(), "kept since version 1");
    assert_eq!(store.events(&RoomId::general(), 0, 10).await.unwrap().len(), 2);
}

/// A home with the fixture as it was when this version was the newest.
fn of_version(version: usize) -> Home {
    let home = Home::new();
    fs::write(home.paths().db, VERSION_1).unwrap();
    db::bring_to(version, &home.paths().db);
    home
}

#[tokio::test]
async fn a_database_of_every_version_opens_and_holds_what_it_held() {
    for version in 1..=usize::try_from(db::VERSION).unwrap() {
        let home = of_version(version);
        let paths = home.paths();
        let before = inspect(&paths, Depth::Deep);
        assert_eq!(before.version, i64::try_from(version).ok());
        assert_eq!(before.pending, db::pending(before.version.unwrap()));
        assert_eq!((before.error, before.structure), (None, Check::Sound), "{version}");

        let store = home.open();

        holds_the_fixture(&store).await;
        let orphans = store.adopt_orphans(&RoomId::general(), OwnerId::fresh(), at(50)).await;
        assert_eq!(orphans.unwrap()[0].envelope.text, "zażółć one");
        drop(store);
        let found = inspect(&paths, Depth::Deep);
        assert_eq!((found.structure, found.rows), (Check::Sound, Check::Sound), "{version}");
        assert_eq!(found.version, Some(db::VERSION));
    }
}

/// Makes the fixture when a new version is about to be released:
/// `NANOFOLKS_STORE_FIXTURE=version_2.db cargo test -p nanofolks-store makes_the_fixture`.
#[tokio::test]
async fn makes_the_fixture() {
    let Some(name) = std::env::var_os("NANOFOLKS_STORE_FIXTURE") else { return };
    let scene = Scene::new().await;
    scene.turn("one").await;
    scene.accept("two", Priority::USER).await;
    let (_, keep) = content(b"system");
    let kept = message("kept since version 1");
    let writes = [say(scene.session, &kept), notice("general", "a"), notice("general", "b"), keep];
    write(&scene.store, writes).await;
    let Scene { home, store, .. } = scene;
    drop(store);
    let db = home.paths().db;
    raw(&db).query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    fs::copy(&db, fixtures.join(name)).unwrap();
}

#[tokio::test]
async fn who_only_reads_brings_an_old_database_up_to_date_on_the_way() {
    let home = Home::new();
    let paths = home.paths();
    fs::write(&paths.db, VERSION_1).unwrap();

    let store = Store::open_read_only(&paths).unwrap();

    let room = store.room(&RoomId::general()).await.unwrap().unwrap();
    assert_eq!((room.seq, room.queued), (2, 1));
}
