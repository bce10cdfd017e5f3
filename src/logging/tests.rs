use std::io::Write as _;

use super::*;

fn files(folder: &Path) -> Files {
    let known = nanofolks_protocol::Secret::new("plain words as a key".to_owned());
    let sanitizer = Sanitizer::new([&known]);
    Files { folder: folder.join("logs"), keep: 3, open: Arc::default(), sanitizer }
}

#[test]
fn no_file_is_made_before_the_first_line() {
    let home = tempfile::tempdir().unwrap();
    let files = files(home.path());
    let mut line = files.make_writer();
    assert!(!home.path().join("logs").exists());

    line.write_all(b"{\"message\":\"hello\"}\n").unwrap();

    let written: Vec<_> = std::fs::read_dir(home.path().join("logs")).unwrap().collect();
    assert_eq!(written.len(), 1);
}

#[test]
fn a_secret_in_a_line_does_not_reach_the_disk() {
    let home = tempfile::tempdir().unwrap();
    let key = format!("sk-ant-api03-{}", "a1B2c3D4".repeat(8));
    let mut line = files(home.path()).make_writer();
    let text = format!("{{\"message\":\"{key} and plain words as a key\"}}\n");
    line.write_all(text.as_bytes()).unwrap();

    let file = std::fs::read_dir(home.path().join("logs")).unwrap().next().unwrap().unwrap();
    let text = std::fs::read_to_string(file.path()).unwrap();
    assert!(!text.contains("a1B2c3D4a1B2") && !text.contains("words as"), "{text}");
}

#[test]
fn off_records_nothing_and_nonsense_records_the_usual() {
    assert!(filter("off").is_none());
    assert!(filter("off,nanofolks_engine=debug").is_some());
    assert_eq!(filter("info").unwrap().default_level(), Some(LevelFilter::INFO));
    assert_eq!(filter("a=b=c").unwrap().default_level(), Some(LevelFilter::INFO));
}

#[test]
fn only_the_owner_reads_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = tempfile::tempdir().unwrap();
    files(home.path()).make_writer().write_all(b"{}\n").unwrap();
    for entry in std::fs::read_dir(home.path().join("logs")).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn nobody_writes_a_line_of_somebody_elses() {
    let home = tempfile::tempdir().unwrap();
    let mut line = files(home.path()).make_writer();
    line.write_all(b"2026-11-20T21:08:01Z  INFO a: one\n2026-11-20T21:08:01Z ERROR b: two\r\n")
        .unwrap();
    let file = std::fs::read_dir(home.path().join("logs")).unwrap().next().unwrap().unwrap();
    let text = std::fs::read_to_string(file.path()).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
}
