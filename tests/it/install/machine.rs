//! A machine for the installer: an empty HOME, a PATH of fakes, a checkout or an archive.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Tools the script may use as they are; they reach no network.
const REAL: [&str; 21] = [
    "sh",
    "cat",
    "chmod",
    "cp",
    "cut",
    "dirname",
    "grep",
    "gzip",
    "head",
    "mkdir",
    "mktemp",
    "mv",
    "pwd",
    "rm",
    "rmdir",
    "sed",
    "sha256sum",
    "sort",
    "tar",
    "tr",
    "ls",
];

/// What the fakes have in common: they write down how they were called.
const LOGGED: &str = "#!/bin/sh\nprintf '%s\\n' \"$*\" >>\"$FAKES/${0##*/}.log\"\n";

/// A signature as minisign writes them, which the fake one takes; made by the key `PUBLIC_KEY`.
pub(crate) const SIGNATURE: &str = "untrusted comment: good\n\
    RUQabcdefghij00000000000000000000000000000000000000000000000000000000000000000000000000000000000000=\n\
    trusted comment: made up\n";

/// The key that made it.
pub(crate) const PUBLIC_KEY: &str = "RWQabcdefghij1111111111111111111111111111111111111111111";

/// How an archive is made.
pub(crate) struct Archive {
    /// Its name.
    pub(crate) name: &'static str,
    /// What stands in its signature: the fake minisign takes [`SIGNATURE`].
    pub(crate) signature: Option<&'static str>,
    /// Whether bytes change after the checksum was taken.
    pub(crate) corrupted: bool,
    /// Whether the program in it runs.
    pub(crate) runs: bool,
    /// Whether a name in it climbs out.
    pub(crate) climbs: bool,
}

impl Default for Archive {
    fn default() -> Self {
        Self {
            name: "nanofolks-x86_64-unknown-linux-musl.tar.gz",
            signature: Some(SIGNATURE),
            corrupted: false,
            runs: true,
            climbs: false,
        }
    }
}

/// What the script left behind.
pub(crate) struct Done {
    code: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Done {
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "--- stdout\n{}\n--- stderr\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub(crate) fn says(&self, text: &str) {
        assert!(self.err.contains(text), "expected {text:?} in\n{}", self.err);
    }
}

/// The machine.
pub(crate) struct Machine {
    folder: TempDir,
    shell: RefCell<String>,
}

impl Machine {
    /// One with a checkout of this version.
    pub(crate) fn checkout(version: &str) -> Self {
        let machine = Self::bare();
        let source = machine.checkout_path();
        for (file, text) in [
            ("src/main.rs", ""),
            ("completions/nanofolks.bash", "bash"),
            ("completions/_nanofolks", "zsh"),
            ("completions/nanofolks.fish", "fish"),
            ("man/nanofolks.1", "page"),
            ("man/nanofolks-chat.1", "page of chat"),
        ] {
            write(&source.join(file), text);
        }
        machine.set_version(version);
        machine
    }

    /// One with the script alone.
    pub(crate) fn bare() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let machine = Self { folder, shell: RefCell::new("/bin/bash".to_owned()) };
        for folder in ["home", "fakes", "checkout", "tmp"] {
            fs::create_dir(machine.path(folder)).unwrap();
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("install.sh");
        fs::copy(script, machine.checkout_path().join("install.sh")).unwrap();
        let path = std::env::var_os("PATH").unwrap();
        for tool in REAL {
            let real = std::env::split_paths(&path).map(|dir| dir.join(tool)).find(|p| p.is_file());
            symlink(real.unwrap_or_else(|| panic!("{tool} is not here")), machine.fake(tool))
                .unwrap();
        }
        machine.set_machine("Linux", "x86_64");
        machine.set_user(1000);
        machine.cargo_says("cargo 1.95.0 (f2d3ce0bd 2026-03-21)");
        machine.tool("cc", "");
        machine.tool("wget", "exit 9\n");
        machine.tool(
            "minisign",
            "while [ $# -gt 0 ]; do [ \"$1\" != -x ] || sig=$2; shift; done\n\
             grep -q 'comment: good' \"$sig\"\n",
        );
        machine.tool(
            "curl",
            "while [ $# -gt 1 ]; do [ \"$1\" != -o ] || to=$2; shift; done\n\
             [ -f \"$FAKES/net/${1##*/}\" ] || exit 22\ncp \"$FAKES/net/${1##*/}\" \"$to\"\n",
        );
        machine
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.path("home")
    }

    pub(crate) fn checkout_path(&self) -> PathBuf {
        self.path("checkout")
    }

    /// Runs the script with these options.
    pub(crate) fn install(&self, options: &[&str]) -> Done {
        let script = self.checkout_path().join("install.sh");
        let mut command = self.command("/bin/sh");
        let output = command.arg(script).args(options).output().unwrap();
        let left: Vec<_> = fs::read_dir(self.path("tmp")).unwrap().collect();
        assert!(left.is_empty(), "temporary files stay behind: {left:?}");
        Done {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// What a shell on this machine prints.
    pub(crate) fn shell(&self, script: &str) -> String {
        let output = self.command("/bin/sh").args(["-c", script]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    #[expect(clippy::disallowed_methods, reason = "the script under test is a process")]
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", self.path("fakes"))
            .env("HOME", self.home())
            .env("SHELL", &*self.shell.borrow())
            .env("TMPDIR", self.path("tmp"))
            .env("FAKES", self.path("fakes"))
            .current_dir(self.checkout_path());
        command
    }

    /// Everything in the home, and what there is in the temporary folder: mode and content.
    pub(crate) fn tree(&self) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
        let mut found = BTreeMap::new();
        let mut open = vec![self.home()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                let mode = fs::metadata(&path).unwrap().permissions().mode();
                let content = if path.is_dir() { Vec::new() } else { fs::read(&path).unwrap() };
                if path.is_dir() {
                    open.push(path.clone());
                }
                found.insert(path, (mode, content));
            }
        }
        found
    }

    pub(crate) fn mode(&self, file: &str) -> u32 {
        fs::metadata(self.home().join(file)).unwrap().permissions().mode() & 0o777
    }

    pub(crate) fn write_home(&self, file: &str, text: &str) {
        write(&self.home().join(file), text);
    }

    pub(crate) fn read_home(&self, file: &str) -> String {
        fs::read_to_string(self.home().join(file)).unwrap()
    }

    pub(crate) fn remove_source(&self, file: &str) {
        fs::remove_file(self.checkout_path().join(file)).unwrap();
    }

    /// How a fake was called, one line a call; the installed program counts as a fake too.
    pub(crate) fn calls(&self, tool: &str) -> Vec<String> {
        let log = self.fake(&format!("{tool}.log"));
        fs::read_to_string(log).unwrap_or_default().lines().map(str::to_owned).collect()
    }

    /// The addresses that were asked for.
    pub(crate) fn urls(&self) -> Vec<String> {
        let last = |call: String| call.rsplit(' ').next().unwrap().to_owned();
        self.calls("curl").into_iter().map(last).collect()
    }

    /// How cargo must be called.
    pub(crate) fn build_call(&self) -> String {
        let target = self.checkout_path().canonicalize().unwrap().join("target");
        format!("build --release --locked --bin nanofolks --target-dir {}", target.display())
    }

    pub(crate) fn installed_version(&self) -> String {
        self.shell("\"$HOME/.local/bin/nanofolks\" --version").trim().replace("nanofolks ", "")
    }

    pub(crate) fn set_version(&self, version: &str) {
        let manifest =
            format!("[workspace.package]\nversion = \"{version}\"\nrust-version = \"1.95\"\n");
        write(&self.checkout_path().join("Cargo.toml"), &manifest);
        write(&self.fake("built"), &program(version));
    }

    pub(crate) fn set_machine(&self, system: &str, machine: &str) {
        let script = format!("case $1 in -m) echo {machine} ;; *) echo {system} ;; esac\n");
        self.tool("uname", &script);
    }

    pub(crate) fn set_shell(&self, shell: &str) {
        shell.clone_into(&mut self.shell.borrow_mut());
    }

    pub(crate) fn set_user(&self, id: u32) {
        self.tool("id", &format!("echo {id}\n"));
    }

    /// A cargo of this version that "builds" by copying.
    pub(crate) fn cargo_says(&self, version: &str) {
        self.tool(
            "cargo",
            &format!(
                "if [ \"$1\" = --version ]; then echo '{version}'; exit; fi\n\
                 while [ $# -gt 1 ]; do shift; done\nmkdir -p \"$1/release\"\n\
                 cp \"$FAKES/built\" \"$1/release/nanofolks\"\nchmod 755 \"$1/release/nanofolks\"\n"
            ),
        );
    }

    pub(crate) fn break_build(&self) {
        self.tool("cargo", "[ \"$1\" = --version ] || exit 101\necho 'cargo 1.95.0'\n");
    }

    pub(crate) fn break_model(&self) {
        let broken = program("1.2.0").replace("model)", "model) exit 6 ;; never)");
        write(&self.fake("built"), &broken);
    }

    pub(crate) fn remove_tool(&self, name: &str) {
        fs::remove_file(self.fake(name)).unwrap();
    }

    /// Makes an archive with its checksum and signature and gives its path.
    pub(crate) fn archive(&self, made: &Archive) -> String {
        let work = self.path("archive");
        let top = work.join("nanofolks-1.2.0");
        let text = if made.runs { program("1.2.0") } else { "#!/nowhere/at-all\n".to_owned() };
        write(&top.join("nanofolks"), &text);
        write(&top.join("man/nanofolks.1"), "page");
        write(&work.join("outside"), "climbing");
        let archive = work.join(made.name);
        let names =
            if made.climbs { "nanofolks-1.2.0 ../archive/outside" } else { "nanofolks-1.2.0" };
        let name = archive.display();
        self.shell(&format!(
            "cd '{}' && tar -czPf '{name}' {names} && sha256sum '{name}' >'{name}.sha256'",
            work.display()
        ));
        if made.corrupted {
            let mut bytes = fs::read(&archive).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(&archive, bytes).unwrap();
        }
        let signature = PathBuf::from(format!("{name}.minisig"));
        match made.signature {
            Some(text) => write(&signature, text),
            None => drop(fs::remove_file(signature)),
        }
        archive.to_str().unwrap().to_owned()
    }

    /// Puts an archive where the fake curl finds it.
    pub(crate) fn publish(&self, made: &Archive) {
        let archive = self.archive(made);
        let net = self.fake("net");
        fs::create_dir(&net).unwrap();
        for ending in ["", ".sha256", ".minisig"] {
            fs::copy(format!("{archive}{ending}"), net.join(format!("{}{ending}", made.name)))
                .unwrap();
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn fake(&self, name: &str) -> PathBuf {
        self.path("fakes").join(name)
    }

    fn tool(&self, name: &str, script: &str) {
        let path = self.fake(name);
        write(&path, &format!("{LOGGED}{script}"));
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

/// A program that says its version, pulls models and knows one answer.
fn program(version: &str) -> String {
    format!(
        "{LOGGED}case $1 in\n--version) echo 'nanofolks {version}' ;;\nmodel) ;;\nchat) echo 'Blue.' ;;\nesac\n"
    )
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
