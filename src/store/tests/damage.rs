//! Damage is said, and what is damaged is left as it is.

use std::fs;

use pretty_assertions::assert_eq;

use super::*;

fn open_error(paths: &StorePaths) -> StoreError {
    match Store::open(paths) {
        Ok(_) => panic!("it opened"),
        Err(error) => error,
    }
}

#[test]
fn a_newer_database_is_not_touched() {
    let home = Home::new();
    drop(home.open());
    let paths = home.paths();
    raw(&paths.db).pragma_update(None, "user_version", 99).unwrap();
    raw(&paths.db).query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    let before = fs::read(&paths.db).unwrap();
    let newer = StoreError::Newer { found: 99, known: db::VERSION };

    assert_eq!(open_error(&paths), newer);
    assert_eq!(Store::open_read_only(&paths).err(), Some(newer));
    assert_eq!(fs::read(&paths.db).unwrap(), before);
}

#[test]
fn what_is_not_a_database_is_kept_as_it_is() {
    let garbage = "this is not a database\n".repeat(500);
    let home = Home::new();
    let paths = home.paths();
    fs::write(&paths.db, &garbage).unwrap();

    assert!(matches!(open_error(&paths), StoreError::Corrupt(_)));
    assert!(matches!(Store::open_read_only(&paths).err(), Some(StoreError::Corrupt(_))));
    assert_eq!(fs::read_to_string(&paths.db).unwrap(), garbage);
}

#[test]
fn another_programs_database_is_kept_as_it_is() {
    let home = Home::new();
    let paths = home.paths();
    let other = Connection::open_with_flags(&paths.db, rusqlite::OpenFlags::default()).unwrap();
    other.execute_batch("CREATE TABLE room (x); INSERT INTO room VALUES (1)").unwrap();
    let before = fs::read(&paths.db).unwrap();

    assert!(matches!(open_error(&paths), StoreError::Corrupt(_)));
    assert_eq!(fs::read(&paths.db).unwrap(), before);
}

#[tokio::test]
async fn a_database_that_was_cut_short_is_said_to_be_damaged() {
    let scene = Scene::new().await;
    for n in 0..50 {
        write(&scene.store, [say(scene.session, &message(&"x".repeat(2_000 + n)))]).await;
    }
    let Scene { home, store, .. } = scene;
    drop(store);
    let paths = home.paths();
    raw(&paths.db).query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    let whole = fs::read(&paths.db).unwrap();

    for keep in [1_000, 4_096, whole.len() / 2] {
        fs::write(&paths.db, &whole[..keep]).unwrap();
        let error = open_error(&paths);
        assert!(matches!(error, StoreError::Corrupt(_)), "{keep}: {error:?}");
        assert_eq!(fs::read(&paths.db).unwrap(), &whole[..keep]);
    }
}

#[test]
fn an_empty_file_is_a_new_database() {
    let home = Home::new();
    fs::write(home.paths().db, "").unwrap();

    assert_eq!(db::version(&home.open().shared.primary()).unwrap(), db::VERSION);
}

#[tokio::test]
async fn an_empty_file_in_a_home_that_was_used_is_damage() {
    let scene = Scene::new().await;
    let Scene { home, store, .. } = scene;
    drop(store);
    let paths = home.paths();
    for suffix in ["-wal", "-shm"] {
        fs::remove_file(db::beside(&paths.db, suffix)).unwrap();
    }
    fs::write(&paths.db, "").unwrap();

    let error = open_error(&paths);

    assert!(matches!(&error, StoreError::Corrupt(what) if what.contains("is empty")), "{error:?}");
    assert!(matches!(Store::open_read_only(&paths).err(), Some(StoreError::Corrupt(_))));
    let seen = inspect(&paths, Depth::Quick).error;
    assert!(matches!(seen, Some(StoreError::Corrupt(_))), "{seen:?}");
    assert_eq!(fs::read(&paths.db).unwrap(), b"");
    salvage(&paths, at(9)).unwrap();
    drop(home.open());
}

/// A small file system of its own; `None` where this user may not make one.
struct SmallDisk(TempDir);

/// Runs a program of the system.
fn ran(program: &str, arguments: &[&str], folder: &Path) -> bool {
    #[expect(clippy::disallowed_methods, reason = "the house of processes is above this one")]
    let mut command = std::process::Command::new(program);
    command.args(arguments).arg(folder).output().is_ok_and(|done| done.status.success())
}

impl SmallDisk {
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let options = ["-t", "tmpfs", "-o", "size=512k", "tmpfs"];
        let mounted = ran("mount", &options, folder.path());
        mounted.then_some(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        ran("umount", &["-l"], self.0.path());
    }
}

#[test]
fn a_disk_that_is_full_while_the_database_is_made_is_said_and_leaves_nothing_behind() {
    let Some(disk) = SmallDisk::new() else {
        eprintln!("SKIPPED: a small disk cannot be mounted here");
        return;
    };
    let folder = disk.0.path();
    let mut full = 0;
    for free in 0..70 {
        let home = folder.join("home");
        let paths = StorePaths::under(&home);
        fs::create_dir_all(&paths.run).unwrap();
        let filler = folder.join("filler");
        fs::write(&filler, vec![1; (124 - free) * 4_096]).unwrap();

        match Store::open(&paths) {
            Ok(store) => drop(store),
            Err(error) => {
                assert!(matches!(error, StoreError::Full(_)), "{free} pages: {error:?}");
                full += 1;
            }
        }
        let left: Vec<_> = fs::read_dir(&home)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.contains(".new"))
            .collect();
        assert_eq!(left, Vec::<String>::new(), "{free} pages");

        fs::remove_file(&filler).unwrap();
        drop(Store::open(&paths).unwrap_or_else(|error| panic!("{free} pages: {error:?}")));
        assert_eq!(inspect(&paths, Depth::Deep).structure, Check::Sound, "{free} pages");
        fs::remove_dir_all(&home).unwrap();
    }
    assert!((5..65).contains(&full), "it was full {full} times");
}

/// Flips the lowest bit of the last character of a column.
fn flip(db: &Path, table: &str, column: &str) {
    let changed = raw(db)
        .execute(
            &format!("UPDATE {table} SET {column} = replace({column}, 'precious', 'preciour')"),
            [],
        )
        .unwrap();
    assert_eq!(changed, 1);
}

#[tokio::test]
async fn a_flipped_bit_in_a_message_is_reported() {
    let scene = Scene::new().await;
    write(&scene.store, [say(scene.session, &message("precious"))]).await;
    flip(&scene.home.paths().db, "message", "body");

    let read = scene.store.messages(scene.session, 5).await;

    assert!(matches!(&read, Err(StoreError::Corrupt(what)) if what.contains("checksum")));
}

#[tokio::test]
async fn a_flipped_bit_in_an_event_is_reported() {
    let scene = Scene::new().await;
    write(&scene.store, [notice("general", "precious")]).await;
    flip(&scene.home.paths().db, "event", "body");

    let read = scene.store.events(&RoomId::general(), 0, 5).await;

    assert!(matches!(read, Err(StoreError::Corrupt(_))));
}

#[tokio::test]
async fn a_flipped_bit_in_the_inbox_is_reported_and_nothing_is_claimed() {
    let scene = Scene::new().await;
    scene.accept("precious", Priority::USER).await;
    flip(&scene.home.paths().db, "inbox", "envelope");

    let wish = claim(scene.owner, TurnId::fresh(), None);

    assert!(matches!(commit(&scene.store, [wish]).await, Err(StoreError::Corrupt(_))));
}

#[tokio::test]
async fn a_flipped_bit_in_content_is_reported() {
    let scene = Scene::new().await;
    let (id, keep) = content(b"precious");
    write(&scene.store, [keep]).await;
    raw(&scene.home.paths().db)
        .execute("UPDATE content SET bytes = CAST('preciour' AS BLOB)", [])
        .unwrap();

    assert!(matches!(scene.store.content(&id).await, Err(StoreError::Corrupt(_))));
}

#[tokio::test]
async fn a_row_that_vanished_is_reported() {
    let scene = Scene::new().await;
    for text in ["a", "b", "c"] {
        write(&scene.store, [say(scene.session, &message(text)), notice("general", text)]).await;
    }
    for seq in [2, 3] {
        let other = raw(&scene.home.paths().db);
        other.execute("DELETE FROM message WHERE seq = ?1", [seq]).unwrap();
        other.execute("DELETE FROM event WHERE seq = ?1", [seq]).unwrap();

        let messages = scene.store.messages(scene.session, 5).await;
        let events = scene.store.events(&RoomId::general(), 0, 5).await;

        assert!(matches!(messages, Err(StoreError::Corrupt(_))), "{messages:?}");
        assert!(matches!(events, Err(StoreError::Corrupt(_))), "{events:?}");
    }
}

#[tokio::test]
async fn a_full_disk_is_said_and_the_store_goes_on_when_there_is_room_again() {
    let scene = Scene::new().await;
    let limit = |pages: i64| {
        scene.store.shared.primary().pragma_update(None, "max_page_count", pages).unwrap();
    };
    let pages: i64 =
        raw(&scene.home.paths().db).query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    limit(pages);
    let long = "x".repeat(100_000);

    // Small ones beside it fit, and are not lost with it.
    let big = commit(&scene.store, [say(scene.session, &message(&long))]);
    let small = (0..3).map(|_| commit(&scene.store, [ensure("general")]));
    let (big, small) = futures_util::future::join(big, futures_util::future::join_all(small)).await;

    assert!(matches!(big, Err(StoreError::Full(_))), "{big:?}");
    assert_eq!(small, vec![Ok(vec![Written::Done]); 3]);
    limit(1_000_000);
    write(&scene.store, [say(scene.session, &message(&long))]).await;
    assert_eq!(scene.store.messages(scene.session, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_database_that_another_process_holds_is_busy() {
    let scene = Scene::new().await;
    scene.store.shared.primary().busy_timeout(std::time::Duration::from_millis(1)).unwrap();
    let other = raw(&scene.home.paths().db);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();

    let held = commit(&scene.store, [notice("general", "a")]).await;
    assert!(matches!(held, Err(StoreError::Busy(_))), "{held:?}");

    other.execute_batch("ROLLBACK").unwrap();
    write(&scene.store, [notice("general", "b")]).await;
}

#[test]
fn a_home_that_cannot_be_made_is_said() {
    let home = Home::new();
    let file = home.folder.path().join("file");
    fs::write(&file, "").unwrap();

    let error = open_error(&StorePaths::under(&file.join("home")));

    assert!(matches!(error, StoreError::ReadOnly(_)), "{error:?}");
}

#[tokio::test]
async fn a_database_in_a_folder_that_takes_no_files_can_be_read() {
    let scene = Scene::new().await;
    let Scene { home, store, .. } = scene;
    drop(store);
    let paths = home.paths();
    raw(&paths.db).query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    for suffix in ["-wal", "-shm"] {
        fs::remove_file(db::beside(&paths.db, suffix)).ok();
    }
    // Names with characters that mean something in an address.
    let odd = home.folder.path().join("100% #1?.db");
    fs::copy(&paths.db, &odd).unwrap();

    let conn = db::reader(&db::Readers::Frozen(odd)).unwrap();

    assert!(rooms::state(&conn, &RoomId::general()).unwrap().is_some());
}
