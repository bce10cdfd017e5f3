//! Keys of providers: stored by the real binary, used against a server, shown nowhere.
//!
//! These homes have no keyring: the bus that is named does not exist.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use nanofolks_testkit::{
    Dialect, FakeModelServer, Finished, Invocation, Key, Reply, Terminal, TestHome,
};
use pretty_assertions::assert_eq;

const KEY: &str = "sk-live-Zq8vN3xT7bLwR2mK9pYd";

fn home() -> TestHome {
    TestHome::new(env!("CARGO_BIN_EXE_nanofolks"))
}

/// A home whose provider has the key `keyring:fake`.
fn home_with(server: &FakeModelServer) -> TestHome {
    let home = home();
    let config = TestHome::provider(server, Dialect::OpenAiChat);
    home.config(&config.replace("\"test-key\"", "\"keyring:fake\""));
    home
}

/// A start on a machine without a keyring.
fn headless(home: &TestHome, arguments: &[&str]) -> Invocation {
    home.call(arguments).env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus").with(
        |command| {
            command.env_remove("XDG_RUNTIME_DIR");
            // Elsewhere than on Linux the keyring needs no bus.
            if !cfg!(target_os = "linux") {
                command.env("NANOFOLKS_KEYRING", "off");
            }
        },
    )
}

fn add(home: &TestHome, provider: &str, key: &str) -> Finished {
    headless(home, &["auth", "add", provider]).input(key).run()
}

/// Every spelling in which the key could lie somewhere.
fn spellings() -> Vec<Vec<u8>> {
    let hex = |upper: bool| -> String {
        let digit = |b: u8| if upper { format!("{b:02X}") } else { format!("{b:02x}") };
        KEY.bytes().map(digit).collect()
    };
    let mut all = vec![KEY.as_bytes().to_vec(), hex(false).into(), hex(true).into()];
    all.push(KEY.bytes().rev().collect());
    for before in 0..3 {
        let mut bytes = vec![0; before];
        bytes.extend(KEY.bytes());
        let text = STANDARD_NO_PAD.encode(&bytes);
        // Without the characters that depend on what stands before and after.
        all.push(text.as_bytes()[4..text.len() - 4].to_vec());
    }
    all.push(KEY.encode_utf16().flat_map(u16::to_le_bytes).collect());
    all
}

/// Every file below a folder, and nothing in any of them that spells the key.
#[track_caller]
fn nowhere(folder: &Path) -> usize {
    let mut files = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files += nowhere(&path);
        } else if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            for spelling in spellings() {
                let found = bytes.windows(spelling.len()).any(|window| window == spelling);
                assert!(!found, "the key is in {}", path.display());
            }
            files += 1;
        }
    }
    files
}

#[track_caller]
fn silent(done: &Finished) {
    let said = [&done.stdout[..], &done.stderr].concat();
    assert!(!String::from_utf8_lossy(&said).contains(KEY), "the key was shown");
}

#[test]
fn without_a_keyring_the_vault_is_used_and_said_and_the_key_reaches_only_the_server() {
    let server = FakeModelServer::with([Reply::text("Hello.")]);
    let home = home_with(&server);
    let done = add(&home, "fake", &format!("{KEY}\n")).exits(0);
    silent(&done);
    assert!(done.err().contains("the keyring of this system cannot be used"), "{}", done.err());
    assert!(done.err().contains("vault.key"), "{}", done.err());
    assert!(done.out().contains("the key of fake is in the vault"), "{}", done.out());

    let answer = headless(&home, &["chat", "-q", "hi", "--log-level", "trace"]).run().exits(0);
    assert_eq!(answer.out(), "Hello.\n");
    silent(&answer);
    assert_eq!(server.requests()[0].header("authorization").unwrap(), format!("Bearer {KEY}"));
    for command in [
        &["auth", "list"][..],
        &["auth", "status"],
        &["auth", "status", "fake"],
        &["auth", "status", "fake", "--json"],
        &["auth", "list", "--json"],
        &["status", "--json"],
        &["doctor", "--offline"],
        &["config", "list"],
        &["logs"],
    ] {
        silent(&headless(&home, command).run().exits(0));
    }
    assert!(nowhere(home.path()) > 5);
    for file in ["vault", "vault.key"] {
        let mode = fs::metadata(home.root().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[test]
fn a_key_that_a_model_or_a_server_repeats_is_masked() {
    let server = FakeModelServer::with([Reply::text(&format!("Your key is {KEY}, isn't it?"))]);
    let home = home_with(&server);
    add(&home, "fake", KEY).exits(0);
    silent(&headless(&home, &["chat", "-q", "hi"]).run().exits(0));
    nowhere(home.path());
}

#[test]
fn a_stored_key_makes_its_provider_the_one_that_answers() {
    let home = home();
    add(&home, "Claude", "sk-ant-0123456789").exits(0);
    let status = headless(&home, &["status", "--json"]).run().exits(0).json();
    assert!(status["model"]["name"].as_str().unwrap().starts_with("anthropic/"), "{status}");
    assert!(status["model"]["because"].as_str().unwrap().contains("vault"), "{status}");
    let list = headless(&home, &["auth", "list", "--json"]).run().exits(0).json();
    assert_eq!(list["keys"][0]["provider"], "anthropic");
    assert_eq!(list["keys"][0]["tier"], "vault");
}

#[test]
fn a_passphrase_protects_the_vault_and_a_wrong_one_says_so() {
    let server = FakeModelServer::with([Reply::text("Hello.")]);
    let home = home_with(&server);
    let with = |arguments: &[&str], passphrase: &str| {
        headless(&home, arguments).env("NANOFOLKS_VAULT_PASSPHRASE", passphrase)
    };
    with(&["auth", "add", "fake", "--key-stdin"], "correct horse").input(KEY).run().exits(0);
    assert!(!home.root().join("vault.key").exists());
    let vault = fs::read(home.root().join("vault")).unwrap();

    let locked = headless(&home, &["chat", "-q", "hi"]).run().exits(7);
    assert!(locked.err().contains("vault_locked"), "{}", locked.err());
    assert!(locked.err().contains("NANOFOLKS_VAULT_PASSPHRASE"), "{}", locked.err());
    let wrong = with(&["chat", "-q", "hi"], "wrong horse").run().exits(2);
    assert!(wrong.err().contains("vault_wrong_key"), "{}", wrong.err());
    with(&["auth", "add", "groq"], "wrong horse").input("gsk_12345").run().exits(2);
    assert_eq!(fs::read(home.root().join("vault")).unwrap(), vault);
    assert_eq!(server.connections(), 0);

    let file = home.write_work("passphrase", "correct horse\n");
    let done = headless(&home, &["chat", "-q", "hi"])
        .env("NANOFOLKS_VAULT_PASSPHRASE_FILE", &file)
        .run()
        .exits(0);
    assert_eq!(done.out(), "Hello.\n");
    // Where the names are is no secret; nothing has to be unlocked to list them.
    headless(&home, &["auth", "list"]).run().exits(0);
}

#[test]
fn a_damaged_vault_is_said_and_kept() {
    let server = FakeModelServer::with([]);
    let home = home_with(&server);
    add(&home, "fake", KEY).exits(0);
    let file = home.root().join("vault");
    let mut bytes = fs::read(&file).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&file, &bytes).unwrap();
    for command in
        [&["chat", "-q", "hi"][..], &["auth", "status", "fake"], &["doctor", "--offline"]]
    {
        let done = headless(&home, command).run().exits(1);
        let said = done.out() + &done.err();
        assert!(said.contains("vault_damaged"), "{said}");
    }
    add(&home, "groq", "gsk_123456").exits(1);
    assert_eq!(fs::read(&file).unwrap(), bytes);
}

#[test]
fn keys_are_forgotten_one_by_one_or_all() {
    let home = home();
    headless(&home, &["auth", "logout"]).run().exits(0);
    headless(&home, &["auth", "logout", "--all"]).run().exits(0);
    assert!(!home.root().exists(), "forgetting nothing made a home");
    let missing = headless(&home, &["auth", "remove", "groq"]).run().exits(2);
    assert!(missing.err().contains("key_not_stored"), "{}", missing.err());

    for provider in ["groq", "openai", "gemini"] {
        add(&home, provider, &format!("key-of-{provider}-0123")).exits(0);
    }
    headless(&home, &["auth", "logout"]).run().exits(2);
    let removed = headless(&home, &["auth", "remove", "groq"])
        .env("GROQ_API_KEY", "gsk_other_012345")
        .run()
        .exits(0);
    assert!(removed.err().contains("GROQ_API_KEY still counts"), "{}", removed.err());
    let list = headless(&home, &["auth", "list"]).run().exits(0).out();
    assert!(!list.contains("groq") && list.contains("openai"), "{list}");
    headless(&home, &["auth", "logout", "--all"]).run().exits(0);
    assert!(!home.root().join("vault").exists() && !home.root().join("vault.key").exists());
}

#[test]
fn what_is_no_key_is_refused_and_nothing_is_made() {
    let home = home();
    for bad in ["", "\n", "two words", "a\nb", &"x".repeat(1 << 20)] {
        let done = add(&home, "groq", bad).exits(2);
        assert!(done.err().contains("key_invalid"), "{}", done.err());
    }
    headless(&home, &["auth", "add", "groq"]).input(vec![0xff, 0xfe]).run().exits(1);
    let unknown = add(&home, "anthropc", "key").exits(2);
    assert!(unknown.err().contains("anthropic"), "{}", unknown.err());
    assert!(!home.root().join("vault").exists());
}

#[test]
fn a_key_on_the_command_line_is_refused_without_repeating_it() {
    let home = home();
    let done = headless(&home, &["auth", "add", "groq", KEY]).run().exits(2);
    silent(&done);
    assert!(done.err().contains("history of your shell"), "{}", done.err());
    for word in ["login", "signin"] {
        let done = home.run([word]).exits(2);
        assert!(done.err().contains("nanofolks auth add"), "{}", done.err());
    }
    assert!(home.run(["logout"]).exits(2).err().contains("nanofolks auth logout"));
}

#[test]
fn on_a_terminal_key_and_passphrase_are_typed_unseen() {
    let home = home();
    let keyring = [("NANOFOLKS_KEYRING", "off")];
    let mut terminal = Terminal::start_with(&home, (30, 100), ["auth", "add", "groq"], &keyring);
    terminal.wait_text("key of groq:");
    terminal.send("gsk_Zq8vN3xT7bLwR2mK9pYd\r");
    terminal.wait_text("passphrase for the new vault");
    terminal.send("correct horse\r");
    terminal.wait_text("the same again:");
    terminal.send("correct horse\r");
    terminal.wait_text("the key of groq is in the vault");
    let seen = String::from_utf8_lossy(&terminal.raw()).into_owned();
    assert!(!seen.contains("Zq8v") && !seen.contains("horse"), "{seen}");
    assert_eq!(terminal.wait_exit(), 0);

    let status = ["auth", "status", "groq"];
    let mut terminal = Terminal::start_with(&home, (30, 100), status, &keyring);
    terminal.wait_text("passphrase of the vault:");
    terminal.send("correct horse\r");
    terminal.wait_text("the key is ••••9pYd");
    assert_eq!(terminal.wait_exit(), 0);
}

#[test]
fn a_key_never_goes_to_where_a_provider_redirects() {
    let thief = FakeModelServer::with([]);
    let server = FakeModelServer::with([Reply::redirect(&thief.root())]);
    let home = home_with(&server);
    add(&home, "fake", KEY).exits(0);
    let done = headless(&home, &["chat", "-q", "hi"]).run().exits(6);
    assert!(done.err().contains("redirect"), "{}", done.err());
    assert_eq!(thief.connections(), 0);
}

#[test]
fn a_keyring_that_is_wished_for_and_not_there_is_an_error() {
    let home = home();
    let done = headless(&home, &["auth", "add", "groq", "--tier", "keyring"]).input(KEY).run();
    let done = done.exits(7);
    assert!(done.err().contains("--tier vault"), "{}", done.err());
    silent(&done);
    headless(&home, &["auth", "add", "groq", "--tier", "vault"]).input(KEY).run().exits(0);
}

#[test]
fn a_writer_killed_at_any_moment_leaves_a_vault_that_opens() {
    let home = home();
    add(&home, "openai", KEY).exits(0);
    for round in 0..12 {
        let running = headless(&home, &["auth", "add", "groq"])
            .input(format!("gsk_{round}_0123456789"))
            .start();
        // Not to wait for anything: to kill it at another moment each time.
        std::thread::park_timeout(std::time::Duration::from_millis(round));
        drop(running.kill());
        let status = headless(&home, &["auth", "status", "openai", "--json"]).run().exits(0);
        assert_eq!(status.json()["usable"], true);
    }
    add(&home, "groq", "gsk_last_0123456789").exits(0);
    let left = fs::read_dir(home.root()).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().starts_with('.')).collect();
    assert!(left.is_empty(), "{left:?}");
    nowhere(home.path());
}

#[test]
fn many_who_store_keys_at_once_lose_none() {
    let home = home();
    let all = ["groq", "openai", "gemini", "anthropic", "deepseek", "openrouter"];
    let started: Vec<_> = all
        .iter()
        .map(|name| headless(&home, &["auth", "add", name]).input(format!("k-{name}-1")).start())
        .collect();
    for running in started {
        running.wait().exits(0);
    }
    let list = headless(&home, &["auth", "list", "--json"]).run().exits(0).json();
    assert_eq!(list["keys"].as_array().unwrap().len(), all.len(), "{list}");
}

#[test]
fn the_passphrase_of_the_vault_is_changed_given_and_taken_away() {
    let home = home();
    let with = |arguments: &[&str], passphrase: &str| {
        headless(&home, arguments).env("NANOFOLKS_VAULT_PASSPHRASE", passphrase)
    };
    let none = headless(&home, &["auth", "passphrase"]).input("new").run().exits(2);
    assert!(none.err().contains("vault_none"), "{}", none.err());
    assert!(!home.root().exists(), "asking made a home");
    add(&home, "groq", KEY).exits(0);

    // From a key file to a passphrase, and to another one.
    let given = headless(&home, &["auth", "passphrase", "--json"]).input("first horse\n").run();
    let given = given.exits(0).json();
    assert_eq!(given["schema"], "nanofolks.auth_passphrase.v1");
    assert_eq!(given["locked_by"], "passphrase");
    assert!(!home.root().join("vault.key").exists(), "the old key file is still there");
    headless(&home, &["auth", "status", "groq"]).run().exits(7);
    let changed = with(&["auth", "passphrase"], "first horse").input("second horse").run();
    assert!(changed.exits(0).err().contains("NANOFOLKS_VAULT_PASSPHRASE is set"));
    with(&["auth", "status", "groq"], "first horse").run().exits(2);
    let status = with(&["auth", "status", "groq", "--json"], "second horse").run().exits(0);
    assert_eq!(status.json()["usable"], true);

    // What is refused changes nothing.
    let vault = fs::read(home.root().join("vault")).unwrap();
    for (old, new, code) in [
        ("first horse", "third", 2),
        ("second horse", " \n", 2),
        ("second horse", &*"x".repeat(5000), 2),
    ] {
        with(&["auth", "passphrase"], old).input(new).run().exits(code);
    }
    headless(&home, &["auth", "passphrase"]).input("third").run().exits(7);
    assert_eq!(fs::read(home.root().join("vault")).unwrap(), vault);

    let gone = with(&["auth", "passphrase", "--remove", "--json"], "second horse").run().exits(0);
    assert_eq!(gone.json()["locked_by"], "key_file");
    let status = headless(&home, &["auth", "status", "groq", "--json"]).run().exits(0);
    assert_eq!(status.json()["usable"], true);
    nowhere(home.path());
}

#[test]
fn on_a_terminal_passphrases_are_changed_unseen() {
    let home = home();
    let first = |arguments: &[&str]| {
        headless(&home, arguments).env("NANOFOLKS_VAULT_PASSPHRASE", "old horse")
    };
    first(&["auth", "add", "groq"]).input(KEY).run().exits(0);
    let keyring = [("NANOFOLKS_KEYRING", "off")];
    for (again, code) in [("new mule\r", 2), ("new horse\r", 0)] {
        let command = ["auth", "passphrase"];
        let mut terminal = Terminal::start_with(&home, (30, 100), command, &keyring);
        terminal.wait_text("passphrase of the vault:");
        terminal.send("old horse\r");
        terminal.wait_text("new passphrase of the vault:");
        terminal.send("new horse\r");
        terminal.wait_text("the same again:");
        terminal.send(again);
        terminal.wait_text(if code == 0 { "opens the vault" } else { "passphrase_differs" });
        let seen = String::from_utf8_lossy(&terminal.raw()).into_owned();
        assert!(!seen.contains("horse") && !seen.contains("mule"), "{seen}");
        assert_eq!(terminal.wait_exit(), code);
        if code == 2 {
            first(&["auth", "status", "groq"]).run().exits(0);
        }
    }
    let status = headless(&home, &["auth", "status", "groq"]);
    status.env("NANOFOLKS_VAULT_PASSPHRASE", "new horse").run().exits(0);
}

#[test]
fn a_change_of_the_passphrase_killed_at_any_moment_leaves_a_vault_that_opens() {
    let home = home();
    let with = |arguments: &[&str], passphrase: &str| {
        headless(&home, arguments).env("NANOFOLKS_VAULT_PASSPHRASE", passphrase)
    };
    with(&["auth", "add", "groq"], "even").input(KEY).run().exits(0);
    let (mut now, mut next) = ("even", "odd");
    for round in 0..8 {
        let running = with(&["auth", "passphrase"], now).input(next).start();
        // Not to wait for anything: to kill it at another moment each time.
        std::thread::park_timeout(std::time::Duration::from_millis(round * 40));
        drop(running.kill());
        if with(&["auth", "status", "groq"], now).run().code() != 0 {
            with(&["auth", "status", "groq"], next).run().exits(0);
            std::mem::swap(&mut now, &mut next);
        }
    }
    nowhere(home.path());
}

#[test]
fn reset_forgets_all_keys_also_of_a_vault_that_cannot_be_opened() {
    let home = home();
    headless(&home, &["auth", "reset", "--yes"]).run().exits(0);
    assert!(!home.root().exists(), "forgetting nothing made a home");
    add(&home, "groq", KEY).exits(0);
    let asked = headless(&home, &["auth", "reset"]).run().exits(2);
    assert!(asked.err().contains("--yes"), "{}", asked.err());
    let keyring = [("NANOFOLKS_KEYRING", "off")];
    for (answer, left) in [("\r", true), ("y\r", false)] {
        let mut terminal = Terminal::start_with(&home, (30, 100), ["auth", "reset"], &keyring);
        terminal.wait_text("Forget all keys");
        terminal.send(answer);
        terminal.wait_text(if left { "nothing was forgotten" } else { "forgotten: groq" });
        assert_eq!(terminal.wait_exit(), 0);
        assert_eq!(home.root().join("vault").exists(), left);
    }

    add(&home, "groq", KEY).exits(0);
    fs::write(home.root().join("vault"), b"not a vault").unwrap();
    headless(&home, &["auth", "logout", "--all"]).run().exits(1);
    let done = headless(&home, &["auth", "reset", "--yes", "--json"]).run().exits(0).json();
    assert_eq!(done["schema"], "nanofolks.auth_logout.v1");
    assert!(!home.root().join("vault").exists() && !home.root().join("vault.key").exists());
    add(&home, "groq", KEY).exits(0);
}

#[test]
fn whoever_types_no_key_after_all_gets_the_terminal_back_and_stores_none() {
    for leave in [Key::Ctrl('c'), Key::Escape] {
        let home = home();
        let keyring = [("NANOFOLKS_KEYRING", "off")];
        let mut terminal =
            Terminal::start_with(&home, (30, 100), ["auth", "add", "groq"], &keyring);
        terminal.wait_text("key of groq:");
        terminal.send("gsk_half").press(leave);
        terminal.wait_text("no key was stored");
        let (code, raw) = terminal.wait_end();
        assert_eq!(code, 130, "{leave:?}");
        assert!(!String::from_utf8_lossy(&raw).contains("half"));
        assert!(!home.root().exists(), "{leave:?} left a home behind");
    }
}
