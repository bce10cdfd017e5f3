use std::path::Path;

use nanofolks_config::Environment;
use nanofolks_protocol::Timestamp;

use super::finding::{Finding, Fix, Level};
use super::terminal::Seen;
use super::{clock, disk, fix, terminal};

#[test]
fn a_disk_is_judged_by_what_is_left() {
    let level = |free, no_files| disk::judge(Path::new("/"), free, no_files).level;
    assert_eq!(level(5_000_000_000, false), Level::Ok);
    assert_eq!(level(500_000_000, false), Level::Warn);
    assert_eq!(level(1_000, false), Level::Error);
    assert_eq!(level(5_000_000_000, true), Level::Error);
}

#[test]
fn a_clock_before_this_program_is_wrong_and_one_behind_the_files_is_odd() {
    let now = Timestamp::from_millis(1_790_000_000_000);
    assert_eq!(clock::judge(now, None).level, Level::Ok);
    assert_eq!(clock::judge(now, Some(1_790_000_001_000)).level, Level::Ok);
    assert_eq!(clock::judge(now, Some(1_800_000_000_000)).level, Level::Warn);
    assert_eq!(clock::judge(Timestamp::from_millis(0), None).level, Level::Error);
}

#[test]
fn a_terminal_is_judged_by_what_it_says() {
    let seen = |size| Seen { terminal: true, size: Some(size), colors: Some("256 colours") };
    let codes = |env: &Environment, seen: &Seen| -> Vec<_> {
        terminal::judge(env, seen).into_iter().map(|finding| finding.code.into_owned()).collect()
    };
    let good = Environment::from([("TERM", "xterm-256color"), ("LANG", "de_DE.UTF-8")]);
    assert_eq!(codes(&good, &seen((80, 24))), ["terminal"]);
    assert_eq!(codes(&good, &seen((1, 1))), ["terminal_small"]);
    let latin =
        Environment::from([("TERM", "xterm"), ("LC_ALL", "de_DE.ISO-8859-1"), ("LANG", "C.UTF-8")]);
    assert_eq!(codes(&latin, &seen((80, 24))), ["terminal_encoding"]);
    let dumb = Environment::from([("TERM", "dumb"), ("LANG", "C.UTF-8")]);
    assert_eq!(codes(&dumb, &seen((80, 24))), ["terminal_dumb"]);
    let none = Seen { terminal: false, size: None, colors: None };
    assert_eq!(codes(&good, &none), ["terminal_none"]);
}

#[test]
fn what_cannot_be_repaired_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("link");
    std::os::unix::fs::symlink("/etc/passwd", &link).unwrap();
    let mut finding = Finding::warn("home_permissions", "open").fix(Fix::Mode(link, 0o600));
    fix::apply(&mut finding);
    assert_eq!((finding.level, finding.fixed), (Level::Warn, None));
    assert!(finding.remedy.unwrap().contains("it is a link"));
}

#[test]
fn a_remedy_of_doctor_is_not_doctor() {
    use nanofolks_protocol::{Problem, ProblemKind};
    let problem = Problem::new(ProblemKind::Failure, "x", "x").hint("`nanofolks doctor` says why");
    assert_eq!(Finding::of(&problem).remedy, None);
    let hint = "check the network and base_url: `nanofolks doctor`";
    let problem = Problem::new(ProblemKind::Failure, "x", "x").hint(hint);
    assert_eq!(Finding::of(&problem).remedy.as_deref(), Some("check the network and base_url"));
    let problem = Problem::new(ProblemKind::Failure, "x", "x").hint("set a key");
    assert_eq!(Finding::of(&problem).remedy.as_deref(), Some("set a key"));
}

#[test]
fn a_file_system_without_locks_is_an_error() {
    let home = Path::new("/mnt/share");
    let found = super::locks::judge(home, Ok(false));
    assert_eq!((found.level, &*found.code), (Level::Error, "locks_missing"));
    assert!(found.remedy.is_some());
    let unknown = super::locks::judge(home, Err(std::io::Error::from_raw_os_error(13)));
    assert_eq!(unknown.level, Level::Warn);
    assert_eq!(super::locks::judge(home, Ok(true)).level, Level::Ok);
}
