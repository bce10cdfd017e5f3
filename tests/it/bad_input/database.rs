//! A database that is newer, damaged, or has no room.

use nanofolks_testkit::{FakeModelServer, Reply, TestHome};

use crate::journey::{home_of, is_kept_somewhere, no_crash, says_clearly, told_clearly};

/// A home with one conversation in it, and everything on disk.
fn lived_in() -> (FakeModelServer, TestHome) {
    let server = FakeModelServer::start();
    server.otherwise(Reply::text("noted"));
    let home = home_of(&server);
    home.run(["chat", "-q", "remember the teal elephant"]).exits(0);
    (server, home)
}

/// The log beside the database is part of it; without it the file is the whole.
fn without_log(home: &TestHome) {
    for name in ["nanofolks.db-wal", "nanofolks.db-shm"] {
        drop(std::fs::remove_file(home.root().join(name)));
    }
}

#[test]
fn a_newer_database_is_left_alone() {
    let (_server, home) = lived_in();
    without_log(&home);
    let path = home.root().join("nanofolks.db");
    let mut bytes = std::fs::read(&path).unwrap();
    // SQLite keeps the version of the schema at this place of the header.
    bytes[60..64].copy_from_slice(&4_000_u32.to_be_bytes());
    std::fs::write(&path, &bytes).unwrap();

    let finished = home.run(["chat", "-q", "hi"]).exits(1);

    says_clearly(&finished, &["database_newer", "4000"]);
    home.run(["status"]).exits(1);
    assert!(std::fs::read(&path).unwrap() == bytes, "the newer database was changed");
}

#[test]
fn a_database_that_is_none_is_never_overwritten() {
    let (_server, home) = lived_in();
    without_log(&home);
    let garbage = b"this was a database once, and somebody will want to look at it\n".repeat(500);
    std::fs::write(home.root().join("nanofolks.db"), &garbage).unwrap();

    let finished = home.run(["chat", "-q", "hi"]);

    no_crash(&finished.err());
    assert!(is_kept_somewhere(&home.root(), &garbage), "the damaged database is gone");
    assert!(finished.err().contains("database"), "{}", finished.err());
}

#[test]
fn a_database_with_damaged_pages_is_never_overwritten() {
    let (_server, home) = lived_in();
    without_log(&home);
    let path = home.root().join("nanofolks.db");
    let mut bytes = std::fs::read(&path).unwrap();
    for byte in &mut bytes[4096..] {
        *byte ^= 0x5a;
    }
    std::fs::write(&path, &bytes).unwrap();

    let finished = home.run(["chat", "-q", "hi"]);

    no_crash(&finished.err());
    assert!(is_kept_somewhere(&home.root(), &bytes[..16_384]), "the damaged database is gone");
    assert!(finished.err().contains("database"), "{}", finished.err());
}

#[test]
fn a_file_that_lost_its_contents_is_no_new_database() {
    let (_server, home) = lived_in();
    without_log(&home);
    std::fs::write(home.root().join("nanofolks.db"), b"").unwrap();

    let finished = home.run(["chat", "-q", "hi"]).exits(1);

    says_clearly(&finished, &["database_corrupt", "the file is empty"]);
    home.run(["doctor", "--offline", "--fix"]).exits(0);
    assert_eq!(home.run(["chat", "-q", "hi"]).exits(0).out(), "noted\n");
}

#[test]
fn a_disk_that_takes_nothing_more_is_one_clear_line_and_the_past_is_kept() {
    let (server, home) = lived_in();
    let before = server.asked().len();
    // A file may not grow beyond one block of 512 bytes; the signal for it is ignored.
    let limit = "trap '' XFSZ; ulimit -f 1";

    let finished = home.call_after(limit, ["chat", "-q", "hi"]).run().exits(1);

    told_clearly(&finished, &["database"]);
    assert_eq!(finished.out(), "", "an answer that could not be kept was shown");
    assert_eq!(server.asked().len(), before, "the question was sent without being kept");
    let listed = home.run(["session", "list", "--all", "--json"]).exits(0).out();
    assert!(listed.contains("teal elephant"), "{listed}");
    let after = home.run(["chat", "-q", "hi"]).exits(0);
    assert_eq!(after.out(), "noted\n");
}

#[test]
fn a_disk_that_is_really_full_is_one_clear_line() {
    let server = FakeModelServer::start();
    server.otherwise(Reply::text("noted"));
    let home = home_of(&server);
    let small = home.path().join("small");
    std::fs::create_dir(&small).unwrap();
    let mount = format!("mount -t tmpfs -o size=96k,mode=700 none {}", small.display());
    let script = format!(
        "{mount} 2>/dev/null || exit 77; cp {config} {root}/config.toml; \
         head -c 200000 /dev/zero > {root}/ballast 2>/dev/null; \
         NANOFOLKS_HOME={root} exec \"$0\" \"$@\"",
        config = home.root().join("config.toml").display(),
        root = small.display(),
    );

    let finished = home
        .call_after(
            &format!("exec unshare -m sh -c '{}' \"$0\" \"$@\"", script.replace('\'', "'\\''")),
            ["chat", "-q", "hi"],
        )
        .run();

    if finished.code() == 77 || finished.err().contains("unshare") {
        // Only root may mount; the limit of file sizes above stands in for it.
        return;
    }
    assert_eq!(finished.code(), 1, "{}", finished.err());
    told_clearly(&finished, &[]);
}
