//! What is generated is what is committed: completions and manual pages.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use nanofolks_testkit::TestHome;

fn files(folder: &Path) -> BTreeMap<String, String> {
    fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect()
}

#[test]
fn completions_and_manual_pages_are_up_to_date() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nanofolks"));
    let fresh = home.work();
    home.run(["generate", fresh.to_str().unwrap()]).exits(0);
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["completions", "man"] {
        let (committed, fresh) = (files(&here.join(name)), files(&fresh.join(name)));
        let stale: Vec<_> = fresh
            .keys()
            .chain(committed.keys())
            .filter(|file| fresh.get(*file) != committed.get(*file))
            .collect();
        assert!(stale.is_empty(), "run `cargo run -- generate`; stale in {name}/: {stale:?}");
    }
}

#[test]
fn the_readers_of_these_files_accept_them() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nanofolks"));
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Only those that are on this machine.
    for (shell, script) in [
        ("bash", "completions/nanofolks.bash"),
        ("zsh", "completions/_nanofolks"),
        ("fish", "completions/nanofolks.fish"),
    ] {
        let script = here.join(script);
        let line = format!("! command -v {shell} >/dev/null || {shell} -n '{}'", script.display());
        let done = home.call_after(&format!("{line} || exit 9"), ["version"]).run().exits(0);
        assert_eq!(done.err(), "", "{shell}");
    }
}
