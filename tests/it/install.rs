//! `install.sh`, the real script, on a private PATH of fake toolchains and in an empty HOME.
//!
//! Whatever the script could fetch with is a fake that writes down how it was called, so a
//! test sees every download that would have happened.

mod machine;

use self::machine::{Archive, Machine, PUBLIC_KEY};

#[test]
fn a_checkout_is_built_and_installed_below_the_home() {
    let machine = Machine::checkout("1.2.0");
    let done = machine.install(&[]).exits(0);

    assert!(done.out.contains("Installing nanofolks 1.2.0"), "{}", done.out);
    let share = ".local/share";
    for file in [
        ".local/bin/nanofolks",
        &format!("{share}/bash-completion/completions/nanofolks"),
        &format!("{share}/zsh/site-functions/_nanofolks"),
        &format!("{share}/fish/vendor_completions.d/nanofolks.fish"),
        &format!("{share}/man/man1/nanofolks.1"),
        &format!("{share}/man/man1/nanofolks-chat.1"),
    ] {
        assert!(machine.home().join(file).is_file(), "{file} is missing:\n{:#?}", machine.tree());
    }
    assert_eq!(machine.mode(".local/bin/nanofolks"), 0o755);
    assert_eq!(machine.calls("cargo"), ["--version", &machine.build_call()]);
    assert_eq!(machine.calls("nanofolks"), ["--version", "model pull smollm2-135m"]);
    assert_eq!(machine.calls("curl"), Vec::<String>::new());
}

#[test]
fn it_says_what_it_will_do_before_it_does_it() {
    let machine = Machine::checkout("1.2.0");
    let done = machine.install(&["--modify-path"]).exits(0);
    let plan = done.out.find("What this does").unwrap();
    let program = done.out.find(machine.home().join(".local/bin/nanofolks").to_str().unwrap());
    let building = done.out.find("Building").unwrap();
    assert!(plan < program.unwrap() && program.unwrap() < building, "{}", done.out);
    assert!(done.out[..building].contains("model pull"), "{}", done.out);
    assert!(done.out[..building].contains("one line in"), "{}", done.out);
}

#[test]
fn a_dry_run_changes_nothing_and_runs_nothing() {
    for options in [&["--dry-run"][..], &["--dry-run", "--try", "--modify-path"]] {
        let machine = Machine::checkout("1.2.0");
        let before = machine.tree();
        let done = machine.install(options).exits(0);
        assert!(done.out.contains("What this does"), "{}", done.out);
        assert_eq!(machine.tree(), before);
        assert_eq!(machine.calls("cargo"), ["--version"]);
        assert_eq!(machine.calls("nanofolks"), Vec::<String>::new());
    }
}

#[test]
fn trying_it_fetches_the_model_and_prints_one_conversation() {
    let machine = Machine::checkout("1.2.0");
    let done = machine.install(&["--try"]).exits(0);
    assert!(
        done.out.contains("you: What colour is the sky on a clear day?\nbot: Blue.\n"),
        "{}",
        done.out
    );
    assert_eq!(
        machine.calls("nanofolks"),
        [
            "--version",
            "model pull smollm2-135m",
            "chat -q What colour is the sky on a clear day? --model local/smollm2-135m",
        ]
    );
    let next = done.out.lines().find(|line| line.starts_with("==> Next")).unwrap();
    assert!(next.contains("nanofolks") && next.contains("doctor"), "{next}");
}

#[test]
fn no_model_is_fetched_when_none_is_wanted() {
    let machine = Machine::checkout("1.2.0");
    let done = machine.install(&["--no-model"]).exits(0);
    assert!(!done.out.contains("model pull"), "{}", done.out);
    assert_eq!(machine.calls("nanofolks"), ["--version"]);
}

#[test]
fn a_try_without_a_model_is_refused_at_once() {
    let machine = Machine::checkout("1.2.0");
    machine.install(&["--try", "--no-model"]).exits(2).says("--no-model");
    assert!(machine.calls("nanofolks").is_empty());
}

#[test]
fn a_model_that_cannot_be_fetched_does_not_undo_the_installation() {
    let machine = Machine::checkout("1.2.0");
    machine.break_model();
    let done = machine.install(&[]).exits(0);
    assert!(done.out.contains("model pull` tries again"), "{}", done.out);
    assert!(machine.home().join(".local/bin/nanofolks").is_file());
    machine.install(&["--try"]).exits(1).says("the model could not be fetched");
}

#[test]
fn installing_twice_gives_the_same_files() {
    let machine = Machine::checkout("1.2.0");
    machine.install(&["--modify-path"]).exits(0);
    let first = machine.tree();
    machine.install(&["--modify-path"]).exits(0);
    assert_eq!(machine.tree(), first);
}

#[test]
fn a_newer_version_replaces_an_older_one_and_takes_its_leftovers_away() {
    let machine = Machine::checkout("1.9.0");
    machine.install(&[]).exits(0);
    machine.set_version("1.10.0");
    machine.remove_source("man/nanofolks-chat.1");
    let done = machine.install(&[]).exits(0);
    assert!(done.out.contains("1.10.0 over 1.9.0"), "{}", done.out);
    assert!(!machine.home().join(".local/share/man/man1/nanofolks-chat.1").exists());
}

#[test]
fn an_older_version_replaces_a_newer_one_only_by_force() {
    for (installed, older) in [
        ("1.10.0", "1.9.9"),
        ("2.0.0", "1.99.99"),
        ("1.2.0", "1.2.0-rc1"),
        ("1.2.0-rc2", "1.2.0-rc1"),
        ("1.2.1", "1.2"),
    ] {
        let machine = Machine::checkout(installed);
        machine.install(&[]).exits(0);
        machine.set_version(older);
        let before = machine.tree();
        machine
            .install(&[])
            .exits(1)
            .says(&format!("nanofolks {installed} is installed and {older} is older"));
        assert_eq!(machine.tree(), before, "{older} over {installed}");
        machine.install(&["--force"]).exits(0);
        assert_eq!(machine.installed_version(), older);
    }
}

#[test]
fn uninstalling_removes_exactly_what_was_installed() {
    let machine = Machine::checkout("1.2.0");
    machine.write_home(".local/bin/other", "#!/bin/sh\n");
    machine.write_home(".nanofolks/config.toml", "model = \"local/smollm2-135m\"\n");
    machine.write_home(".bashrc", "alias ll='ls -l'\n");
    let before = machine.tree();

    machine.install(&["--modify-path"]).exits(0);
    assert!(machine.read_home(".bashrc").contains("export PATH="));
    machine.write_home(".local/share/man/man1/other.1", "mine");
    let done = machine.install(&["--uninstall"]).exits(0);
    assert!(done.out.contains("your data (~/.nanofolks) stays"), "{}", done.out);
    assert!(machine.home().join(".local/share/man/man1/other.1").is_file());

    std::fs::remove_dir_all(machine.home().join(".local/share")).unwrap();
    assert_eq!(machine.tree(), before);
    machine.install(&["--uninstall"]).exits(1).says("nanofolks is not installed below");
}

#[test]
fn an_uninstall_after_an_upgrade_leaves_no_folder_behind() {
    let machine = Machine::checkout("1.2.0");
    let before = machine.tree();
    machine.install(&[]).exits(0);
    machine.set_version("1.3.0");
    machine.install(&[]).exits(0);
    machine.install(&["--uninstall"]).exits(0);
    assert_eq!(machine.tree(), before);
}

#[test]
fn shell_files_are_touched_only_when_asked_for() {
    let machine = Machine::checkout("1.2.0");
    machine.write_home(".bashrc", "# mine");
    machine.write_home(".profile", "# mine");
    let done = machine.install(&[]).exits(0);
    assert_eq!(machine.read_home(".bashrc"), "# mine");
    assert_eq!(machine.read_home(".profile"), "# mine");
    assert!(done.out.contains("is not on your PATH"), "{}", done.out);
}

#[test]
fn the_path_line_survives_a_folder_with_a_quote_in_its_name() {
    let machine = Machine::checkout("1.2.0");
    let prefix = machine.home().join("it's mine");
    let prefix = prefix.to_str().unwrap();
    machine.install(&["--prefix", prefix, "--modify-path"]).exits(0);
    let path = machine.shell(". \"$HOME/.bashrc\"; printf %s \"$PATH\"");
    assert!(path.starts_with(&format!("{prefix}/bin:")), "{path}");
}

#[test]
fn each_shell_gets_the_line_it_understands() {
    for (shell, file, line) in [
        ("/bin/zsh", ".zshrc", "fpath=('"),
        ("/usr/bin/fish", ".config/fish/config.fish", "fish_add_path '"),
        ("/bin/sh", ".profile", "export PATH='"),
    ] {
        let machine = Machine::checkout("1.2.0");
        let before = machine.tree();
        machine.set_shell(shell);
        machine.install(&["--modify-path"]).exits(0);
        assert!(machine.read_home(file).starts_with(line), "{}", machine.read_home(file));
        machine.install(&["--uninstall"]).exits(0);
        assert_eq!(machine.tree(), before, "{shell}");
    }
}

#[test]
fn root_and_system_install_below_usr_local() {
    let machine = Machine::checkout("1.2.0");
    let done = machine.install(&["--system", "--dry-run"]).exits(0);
    assert!(done.out.contains("/usr/local/bin/nanofolks"), "{}", done.out);
    assert!(!done.out.contains("model pull"), "for everybody means: no model of one's own");
    machine.set_user(0);
    let done = machine.install(&["--dry-run"]).exits(0);
    assert!(done.out.contains("/usr/local/bin/nanofolks"), "{}", done.out);
}

#[test]
fn the_program_can_go_elsewhere_than_the_rest() {
    let machine = Machine::checkout("1.2.0");
    machine.install(&["--prefix", "there", "--bin-dir", "there/programs"]).exits(0);
    assert!(machine.checkout_path().join("there/programs/nanofolks").is_file());
    assert!(machine.checkout_path().join("there/share/man/man1/nanofolks.1").is_file());
}

#[test]
fn a_target_that_cannot_be_written_is_refused_before_anything_is_built() {
    let machine = Machine::checkout("1.2.0");
    machine.write_home("blocked", "a file, where a folder should be");
    let blocked = machine.home().join("blocked");
    let before = machine.tree();
    // Where even root cannot write: below a file, and in the system's own folder.
    for prefix in [blocked.join("deep"), "/proc/nanofolks".into()] {
        let done = machine.install(&["--prefix", prefix.to_str().unwrap()]).exits(1);
        done.says("cannot write to");
        assert_eq!(done.err.lines().count(), 1, "{}", done.err);
        assert_eq!(machine.tree(), before);
    }
    assert!(!machine.calls("cargo").contains(&machine.build_call()));
}

#[test]
fn a_missing_or_old_compiler_is_one_clear_line() {
    let machine = Machine::checkout("1.2.0");
    machine.cargo_says("cargo 1.80.1 (376290515 2024-07-16)");
    machine.install(&[]).exits(7).says("Rust 1.95 or newer is needed, cargo says \"1.80.1\"");
    machine.remove_tool("cargo");
    machine.install(&[]).exits(7).says("cargo is not here");

    let machine = Machine::checkout("1.2.0");
    machine.remove_tool("cc");
    machine.install(&[]).exits(7).says("no C compiler is here");
}

#[test]
fn a_failed_build_leaves_nothing_behind() {
    let machine = Machine::checkout("1.2.0");
    let before = machine.tree();
    machine.break_build();
    machine.install(&[]).exits(1).says("the build failed");
    assert_eq!(machine.tree(), before);
}

#[test]
fn an_archive_is_verified_and_installed() {
    let machine = Machine::bare();
    let archive = machine.archive(&Archive::default());
    let done = machine.install(&["--archive", &archive, "--public-key", "KEY"]).exits(0);
    assert!(done.out.contains("checksum   ok"), "{}", done.out);
    assert!(done.out.contains("signature  ok"), "{}", done.out);
    assert_eq!(machine.installed_version(), "1.2.0");
    assert!(machine.home().join(".local/share/man/man1/nanofolks.1").is_file());
    assert_eq!(machine.calls("curl"), Vec::<String>::new());
}

#[test]
fn a_release_is_fetched_with_its_checksum_and_signature_and_nothing_else() {
    let machine = Machine::bare();
    machine.publish(&Archive::default());
    let options = ["--public-key", "KEY", "--no-model"];
    machine.install(&options).exits(0);
    let base = "https://github.com/nanofolks/nanofolks/releases/latest/download/\
                nanofolks-x86_64-unknown-linux-musl.tar.gz";
    assert_eq!(
        machine.urls(),
        [base.to_owned(), format!("{base}.sha256"), format!("{base}.minisig")]
    );
    machine.install(&["--release", "v1.2.0", options[0], options[1], options[2]]).exits(0);
    assert!(machine.urls()[3].contains("/releases/download/v1.2.0/"), "{:?}", machine.urls());
}

#[test]
fn a_corrupted_download_is_refused() {
    let machine = Machine::bare();
    let before = machine.tree();
    machine.publish(&Archive { corrupted: true, ..Archive::default() });
    machine.install(&["--public-key", "KEY"]).exits(1).says("is damaged: its SHA-256 is");
    assert_eq!(machine.tree(), before);
    assert_eq!(machine.calls("nanofolks"), Vec::<String>::new());
}

#[test]
fn a_wrong_signature_is_refused_whatever_the_options() {
    let machine = Machine::bare();
    let archive = machine.archive(&Archive { signature: Some("forged"), ..Archive::default() });
    for options in [&[][..], &["--allow-unsigned"]] {
        let mut all = vec!["--archive", &archive, "--public-key", "KEY"];
        all.extend(options);
        machine.install(&all).exits(1).says("the signature of");
    }
}

#[test]
fn without_minisign_a_signature_that_is_none_or_another_keys_is_refused() {
    let other = "RWQkbcdefghij11111111111111111111111111111111111111111111";
    let forged = Archive { signature: Some("forged"), ..Archive::default() };
    for (archive, key) in [(forged, PUBLIC_KEY), (Archive::default(), other)] {
        let machine = Machine::bare();
        machine.remove_tool("minisign");
        let archive = machine.archive(&archive);
        let options = ["--archive", &archive, "--public-key", key, "--allow-unsigned"];
        machine.install(&options).exits(1).says("the signature of");
    }
    let machine = Machine::bare();
    machine.remove_tool("minisign");
    let archive = machine.archive(&Archive::default());
    let options = ["--archive", &archive, "--public-key", PUBLIC_KEY, "--allow-unsigned"];
    let done = machine.install(&options).exits(0);
    assert!(done.out.contains("NOT VERIFIED: minisign is not installed"), "{}", done.out);
}

#[test]
fn an_archive_that_cannot_be_verified_needs_a_word() {
    let machine = Machine::bare();
    let unsigned = machine.archive(&Archive { signature: None, ..Archive::default() });
    machine.install(&["--archive", &unsigned, "--public-key", "KEY"]).exits(1).says("no signature");

    let signed = machine.archive(&Archive::default());
    machine.install(&["--archive", &signed]).exits(1).says("no release key");
    machine.remove_tool("minisign");
    let options = ["--archive", &signed, "--public-key", "KEY"];
    machine.install(&options).exits(1).says("minisign is not installed; --allow-unsigned");
    let done = machine.install(&[options[0], options[1], "--allow-unsigned"]).exits(0);
    assert!(done.out.contains("NOT VERIFIED"), "{}", done.out);
}

#[test]
fn an_archive_without_a_checksum_is_refused() {
    let machine = Machine::bare();
    let archive = machine.archive(&Archive::default());
    std::fs::remove_file(format!("{archive}.sha256")).unwrap();
    machine.install(&["--archive", &archive]).exits(1).says("sha256 is missing; cannot verify");
}

#[test]
fn an_archive_whose_names_lead_out_of_it_is_refused() {
    let machine = Machine::bare();
    let archive = machine.archive(&Archive { climbs: true, ..Archive::default() });
    let done = machine.install(&["--archive", &archive, "--public-key", "KEY"]).exits(1);
    done.says("holds names that lead out of it");
}

#[test]
fn a_machine_without_a_release_is_told_so() {
    let machine = Machine::bare();
    machine.set_machine("Linux", "riscv64");
    machine.install(&[]).exits(7).says("there is no release for Linux on riscv64");
    machine.set_machine("FreeBSD", "amd64");
    machine.install(&[]).exits(7).says("there is no release for FreeBSD");
    assert_eq!(machine.urls(), Vec::<String>::new());
}

#[test]
fn an_archive_for_another_machine_is_refused_by_name_and_by_trial() {
    let machine = Machine::bare();
    machine.set_machine("Linux", "aarch64");
    let archive = machine.archive(&Archive::default());
    let key = ["--public-key", "KEY"];
    machine
        .install(&["--archive", &archive, key[0], key[1]])
        .exits(7)
        .says("this one needs aarch64-unknown-linux-musl");

    let archive =
        machine.archive(&Archive { runs: false, name: "renamed.tar.gz", ..Archive::default() });
    machine
        .install(&["--archive", &archive, key[0], key[1]])
        .exits(7)
        .says("the program does not run on this machine (Linux aarch64)");
    assert!(!machine.home().join(".local").exists());
}

#[test]
fn verifying_changes_nothing() {
    let machine = Machine::bare();
    let before = machine.tree();
    let archive = machine.archive(&Archive::default());
    machine.install(&["--verify-only", "--archive", &archive, "--public-key", "KEY"]).exits(0);
    assert_eq!(machine.tree(), before);

    let machine = Machine::checkout("1.2.0");
    machine.install(&["--verify-only"]).exits(1).says("is not installed below");
    machine.install(&[]).exits(0);
    machine.install(&["--verify-only"]).exits(0);
    machine.write_home(".local/share/man/man1/nanofolks.1", "something else");
    machine.install(&["--verify-only"]).exits(1).says("nanofolks.1 was changed");
}

#[test]
fn a_download_goes_over_https_or_not_at_all() {
    let machine = Machine::bare();
    machine
        .install(&["--archive", "http://example.com/nanofolks-x86_64-unknown-linux-musl.tar.gz"])
        .exits(2)
        .says("is not an https address");
    assert_eq!(machine.urls(), Vec::<String>::new());
}

#[test]
fn a_wrong_option_is_a_usage_error() {
    let machine = Machine::checkout("1.2.0");
    machine.install(&["--frobnicate"]).exits(2).says("unknown option --frobnicate");
    machine.install(&["--prefix"]).exits(2).says("--prefix needs a value");
    machine.install(&["--archive", "a", "--release", "1"]).exits(2).says("exclude each other");
    assert!(machine.install(&["--help"]).exits(0).out.starts_with("usage: ./install.sh"));
    assert_eq!(machine.install(&["--version"]).exits(0).out, "install.sh 1.2.0\n");
}

#[test]
fn the_script_is_short() {
    let script = include_str!("../../install.sh");
    let lines = script.lines().count();
    assert!(lines <= 400, "install.sh has {lines} lines");
}
