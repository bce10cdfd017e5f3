//! Homes that cannot be used. Root is stopped by no permission, so as root the program is
//! started as somebody else.

use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;

use nanofolks_testkit::{FakeModelServer, Finished, Reply, TestHome};

use crate::journey::{home_of, is_root, says_clearly};

/// A user without any rights.
const NOBODY: u32 = 65_534;

fn scene() -> (FakeModelServer, TestHome) {
    let server = FakeModelServer::start();
    server.otherwise(Reply::text("noted"));
    let home = home_of(&server);
    (server, home)
}

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Gives everything to nobody.
fn give_away(path: &Path) {
    chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            give_away(&entry.unwrap().path());
        }
    }
}

/// Runs the program as somebody whom permissions stop. The binary may lie where nobody else
/// can reach it, so it is taken along.
fn run_unprivileged(home: &TestHome, arguments: &[&str]) -> Finished {
    if !is_root() {
        return home.run(arguments);
    }
    let binary = home.path().join("nanofolks");
    if !binary.exists() && std::fs::hard_link(home.binary(), &binary).is_err() {
        std::fs::copy(home.binary(), &binary).unwrap();
    }
    let twin =
        home.call_after(&format!("exec {} \"$@\"", binary.display()), arguments.iter().copied());
    twin.with(|command| {
        command.uid(NOBODY).gid(NOBODY);
    })
    .run()
}

#[test]
fn a_home_that_cannot_be_written_is_one_clear_line() {
    let (server, home) = scene();
    if is_root() {
        give_away(home.path());
    }
    mode(&home.root(), 0o500);

    let finished = run_unprivileged(&home, &["chat", "-q", "hi"]);

    mode(&home.root(), 0o700);
    says_clearly(&finished.exits(1), &[".nanofolks"]);
    assert!(server.asked().is_empty(), "the question was sent without being kept");
}

#[test]
fn a_home_that_cannot_be_made_is_one_clear_line() {
    let (_server, home) = scene();
    std::fs::remove_dir_all(home.root()).unwrap();
    if is_root() {
        give_away(home.path());
    }
    mode(&home.home(), 0o500);

    let finished = run_unprivileged(
        &home,
        &[
            "chat",
            "-q",
            "hi",
            "--config",
            "providers.ollama.base_url=http://127.0.0.1:9",
            "--model",
            "ollama/m",
        ],
    );

    mode(&home.home(), 0o700);
    says_clearly(&finished.exits(1), &[".nanofolks"]);
}

#[test]
fn a_configuration_that_may_not_be_read_is_one_clear_line() {
    let (_server, home) = scene();
    if is_root() {
        give_away(home.path());
    }
    mode(&home.root().join("config.toml"), 0o000);

    let finished = run_unprivileged(&home, &["chat", "-q", "hi"]);

    says_clearly(&finished.exits(2), &["config.toml"]);
}

#[test]
fn a_home_that_belongs_to_somebody_else_is_one_clear_line() {
    if !is_root() {
        // Only root can give a folder away.
        return;
    }
    let (server, home) = scene();
    give_away(&home.root());

    // As root, who could write it, and would leave files there that its owner cannot.
    let finished = home.run(["chat", "-q", "hi"]);

    says_clearly(&finished.exits(2), &[".nanofolks", "another user"]);
    assert!(server.asked().is_empty());
    assert!(!home.root().join("nanofolks.db").exists());
}

#[test]
fn a_home_that_is_a_file_is_one_clear_line() {
    let (_server, home) = scene();
    std::fs::remove_dir_all(home.root()).unwrap();
    std::fs::write(home.root(), "a file").unwrap();

    let finished = home.run([
        "chat",
        "-q",
        "hi",
        "--config",
        "providers.ollama.base_url=http://127.0.0.1:9",
        "--model",
        "ollama/m",
    ]);

    assert!([1, 2].contains(&finished.code()), "{}", finished.err());
    says_clearly(&finished, &[".nanofolks"]);
}

#[test]
fn what_is_made_is_private() {
    let (_server, home) = scene();

    home.run(["chat", "-q", "hi"]).exits(0);

    for (name, expected) in [("", 0o700), ("nanofolks.db", 0o600)] {
        let metadata = std::fs::metadata(home.root().join(name)).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, expected, "{name}");
    }
}

/// Made by this program when version 1 was the newest.
const VERSION_1: &[u8] = include_bytes!("../../../src/store/tests/fixtures/version_1.db");

#[test]
fn an_old_database_that_may_not_be_written_is_read_as_it_is() {
    let (server, home) = scene();
    let path = home.root().join("nanofolks.db");
    std::fs::write(&path, VERSION_1).unwrap();
    if is_root() {
        give_away(home.path());
    }
    mode(&path, 0o400);
    mode(&home.root(), 0o500);

    let listed = run_unprivileged(&home, &["session", "list", "--json"]).exits(0).json();
    let shown = run_unprivileged(&home, &["session", "show", "last"]).exits(0);
    let found = run_unprivileged(&home, &["session", "search", "version"]).exits(0);
    let checked = run_unprivileged(&home, &["doctor", "--offline"]);
    let refused = run_unprivileged(&home, &["chat", "-q", "hi", "--room", "general"]);

    assert_eq!(listed["sessions"].as_array().map(Vec::len), Some(1), "{listed}");
    assert!(shown.out().contains("kept since version 1"), "{}", shown.out());
    assert!(found.out().contains("kept since version 1"), "{}", found.out());
    assert!(checked.out().contains("database_migrations"), "{}", checked.out());
    says_clearly(&refused.exits(1), &["home_read_only"]);
    assert!(server.asked().is_empty());
    mode(&home.root(), 0o700);
    assert!(std::fs::read(&path).unwrap() == VERSION_1, "it was changed");
}

#[test]
fn an_old_database_is_brought_up_to_date_by_its_first_use_and_goes_on() {
    let (server, home) = scene();
    std::fs::write(home.root().join("nanofolks.db"), VERSION_1).unwrap();

    let said = home.run(["chat", "-q", "and now?", "--room", "general"]).exits(0);

    assert_eq!(said.out(), "noted\n");
    let asked = server.asked().pop().unwrap().body.to_string();
    assert!(asked.contains("kept since version 1") && asked.contains("zażółć one"), "{asked}");
    let checked = home.run(["doctor", "--offline", "--deep"]);
    assert!(checked.out().contains("sound"), "{}", checked.out());
    assert!(!checked.out().contains("database_migrations"), "{}", checked.out());
}
