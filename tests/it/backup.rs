//! Safety copies: made while everything runs, checked, taken back.

use std::fs;

use nanofolks_testkit::{FakeModelServer, Gate, Reply, TestHome};

use crate::journey::{empty_home, home_of, says_clearly};

fn used() -> (FakeModelServer, TestHome) {
    let server = FakeModelServer::start();
    server.otherwise(Reply::text("noted"));
    let home = home_of(&server);
    home.run(["chat", "-q", "my colour is teal", "--room", "general"]).exits(0);
    home.write_root("workspace/USER.md", "likes tea");
    (server, home)
}

fn export(home: &TestHome) -> String {
    home.run(["session", "export"]).exits(0).out()
}

#[test]
fn a_copy_becomes_the_home_it_was_made_of() {
    let (_server, home) = used();
    let before = export(&home);
    let made = home.run(["backup", "create", "-o", "copy", "--json"]).exits(0).json();
    assert_eq!(made["schema"], "nanofolks.backup_done.v1");
    home.run(["backup", "verify", "copy"]).exits(0);
    home.run(["chat", "-q", "said later", "--room", "general"]).exits(0);
    home.write_root("workspace/USER.md", "changed");

    says_clearly(&home.run(["backup", "restore", "copy"]).exits(2), &["not_empty", "--force"]);
    let done = home.run(["backup", "restore", "copy", "--force", "--json"]).exits(0).json();

    assert_eq!(export(&home), before);
    let user = fs::read_to_string(home.root().join("workspace/USER.md")).unwrap();
    assert_eq!(user, "likes tea");
    let aside = done["aside"].as_str().unwrap();
    assert!(fs::read_to_string(format!("{aside}/workspace/USER.md")).unwrap() == "changed");
    home.run(["chat", "-q", "goes on", "--room", "general"]).exits(0);
}

#[test]
fn a_copy_makes_a_home_where_there_is_none() {
    let (_server, home) = used();
    home.run(["backup", "create", "copy"]).exits(0);
    let other = empty_home();
    let copy = home.work().join("copy");

    other.run(["backup", "restore", copy.to_str().unwrap()]).exits(0);

    assert_eq!(export(&other), export(&home));
}

#[test]
fn a_copy_is_made_while_a_turn_is_running() {
    let gate = Gate::new();
    let server = FakeModelServer::with([Reply::text("one two").stall_after(1, &gate)]);
    let home = home_of(&server);
    let running = home.call(["chat", "-q", "my colour is teal", "--room", "general"]).start();
    gate.wait_reached();

    home.run(["backup", "create", "-o", "copy"]).exits(0);
    home.run(["backup", "verify", "copy"]).exits(0);
    let busy = home.run(["backup", "restore", "copy", "--force"]).exits(1);
    says_clearly(&busy, &["home_in_use"]);
    gate.release();

    assert_eq!(running.wait().exits(0).out(), "one two\n");
}

#[test]
fn a_copy_that_is_not_whole_is_never_taken_back() {
    let (_server, home) = used();
    home.run(["backup", "create", "-o", "copy"]).exits(0);
    let database = home.work().join("copy/nanofolks.db");
    let whole = fs::read(&database).unwrap();
    let before = export(&home);

    fs::write(&database, &whole[..whole.len() / 2]).unwrap();
    for command in [&["backup", "verify", "copy"][..], &["backup", "restore", "copy", "--force"]] {
        says_clearly(&home.run(command).exits(1), &["backup_damaged"]);
    }
    fs::write(&database, whole).unwrap();
    fs::remove_file(home.work().join("copy/manifest.json")).unwrap();
    for command in [&["backup", "verify", "copy"][..], &["backup", "restore", "copy", "--force"]] {
        says_clearly(&home.run(command).exits(1), &["backup_incomplete"]);
    }
    assert_eq!(export(&home), before, "the home was touched");
    says_clearly(&home.run(["backup", "verify", "absent"]).exits(2), &["backup_missing"]);
}

#[test]
fn a_copy_is_not_made_into_what_it_copies_or_over_something() {
    let (_server, home) = used();
    home.write_work("taken/file", "x");
    says_clearly(&home.run(["backup", "create", "-o", "taken"]).exits(2), &["not_empty"]);
    let inside = home.root().join("workspace/copy");
    let done = home.run(["backup", "create", "-o", inside.to_str().unwrap()]).exits(2);
    says_clearly(&done, &["backup_inside"]);
}

#[test]
fn a_copy_that_failed_leaves_nothing_and_one_that_is_not_there_is_named() {
    let (_server, home) = used();
    for wish in ["verify", "restore"] {
        let told = home.run(["backup", wish, "nowhere"]).exits(2);
        says_clearly(&told, &["backup_missing", "nowhere does not exist"]);
    }
    home.run(["backup", "create", "-o", "copy"]).exits(0);
    assert!(home.work().join("copy/manifest.json").exists());
    fs::create_dir(home.work().join("empty")).unwrap();
    for (name, left) in [("new", false), ("empty", true)] {
        // A database that cannot be written in full: no file may grow beyond this.
        let line = format!("ulimit -f 8; trap '' XFSZ; exec \"$0\" backup create -o {name}");
        let told = home.call_in_shell(&line, [""; 0]).run();
        assert_ne!(told.code(), 0, "{}", told.out());
        let place = home.work().join(name);
        assert_eq!(place.exists(), left, "{name}");
        assert!(!left || fs::read_dir(place).unwrap().next().is_none());
    }
}
