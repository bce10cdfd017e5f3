//! A home for a child process, and the child process.

use std::ffi::{OsStr, OsString};
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::{Dialect, FakeModelServer, PATIENCE};

/// A home directory of its own, a working folder, and the binary that lives there. The
/// child sees nothing of the environment of the test, so no key of a vendor either.
pub struct TestHome {
    folder: TempDir,
    binary: PathBuf,
}

impl TestHome {
    /// An empty home for a binary: `env!("CARGO_BIN_EXE_nanofolks")`.
    ///
    /// # Panics
    /// When there is no place for temporary files.
    #[must_use]
    pub fn new(binary: impl AsRef<Path>) -> Self {
        let folder = tempfile::Builder::new().prefix("nanofolks-test-").tempdir().unwrap();
        std::fs::create_dir(folder.path().join("home")).unwrap();
        std::fs::create_dir(folder.path().join("work")).unwrap();
        Self { folder, binary: binary.as_ref().to_owned() }
    }

    /// A home whose only provider `fake` is this server; the model is `fake/test-model`.
    #[must_use]
    pub fn with_server(
        binary: impl AsRef<Path>,
        server: &FakeModelServer,
        dialect: Dialect,
    ) -> Self {
        let home = Self::new(binary);
        home.config(&Self::provider(server, dialect));
        home
    }

    /// The configuration of [`TestHome::with_server`], to be added to.
    #[must_use]
    pub fn provider(server: &FakeModelServer, dialect: Dialect) -> String {
        format!(
            "model = \"fake/test-model\"\n\n[providers.fake]\nkind = \"{}\"\n\
             base_url = \"{}\"\napi_key = \"test-key\"\n",
            dialect.kind(),
            server.base_url(dialect),
        )
    }

    /// Where everything is; removed at the end.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// `HOME` of the child.
    #[must_use]
    pub fn home(&self) -> PathBuf {
        self.path().join("home")
    }

    /// The data root: `HOME/.nanofolks`, which is there only once somebody made it.
    #[must_use]
    pub fn root(&self) -> PathBuf {
        self.home().join(".nanofolks")
    }

    /// The folder in which the child is started.
    #[must_use]
    pub fn work(&self) -> PathBuf {
        self.path().join("work")
    }

    /// Writes `config.toml`.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn config(&self, text: &str) -> PathBuf {
        self.write_root("config.toml", text)
    }

    /// Writes a file of the data root.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write_root(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        std::fs::create_dir_all(self.root()).unwrap();
        private(&self.root());
        let path = self.root().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Writes a file of the working folder.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write_work(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.work().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// The environment of the child.
    #[must_use]
    pub fn env(&self) -> Vec<(OsString, OsString)> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        [
            ("PATH", path),
            ("HOME", self.home().into_os_string()),
            ("NANOFOLKS_HOME", self.root().into_os_string()),
            ("TMPDIR", self.path().as_os_str().to_owned()),
            ("LANG", OsString::from("C.UTF-8")),
            ("TERM", OsString::from("xterm-256color")),
        ]
        .map(|(name, value)| (OsString::from(name), value))
        .to_vec()
    }

    /// The binary.
    #[must_use]
    pub fn binary(&self) -> &Path {
        &self.binary
    }

    /// Prepares a start of the binary.
    #[must_use]
    pub fn call<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Invocation {
        self.program(&self.binary.clone(), arguments)
    }

    /// Starts the binary, without input, and waits for its end.
    #[must_use]
    pub fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Finished {
        self.call(arguments).run()
    }

    /// Prepares a start of the binary under `sh`, which first does `before`: `ulimit -f 64`.
    #[must_use]
    pub fn call_after<S: AsRef<OsStr>>(
        &self,
        before: &str,
        arguments: impl IntoIterator<Item = S>,
    ) -> Invocation {
        self.call_in_shell(&format!("{before}; exec \"$0\" \"$@\""), arguments)
    }

    /// Prepares a script for `sh` that starts the binary as `"$0" "$@"`.
    #[must_use]
    pub fn call_in_shell<S: AsRef<OsStr>>(
        &self,
        script: &str,
        arguments: impl IntoIterator<Item = S>,
    ) -> Invocation {
        let mut call = self.program(Path::new("/bin/sh"), ["-c", script]);
        call.command.arg(&self.binary).args(arguments);
        call
    }

    #[expect(clippy::disallowed_methods, reason = "the binary under test is a process")]
    fn program<S: AsRef<OsStr>>(
        &self,
        program: &Path,
        arguments: impl IntoIterator<Item = S>,
    ) -> Invocation {
        let mut command = Command::new(program);
        command.args(arguments).env_clear().envs(self.env()).current_dir(self.work());
        Invocation { command, input: None }
    }
}

/// Makes a folder private, as the program does.
fn private(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).unwrap();
}

/// A start that is being prepared.
pub struct Invocation {
    command: Command,
    input: Option<Vec<u8>>,
}

impl Invocation {
    /// Gives it input; without, its standard input is `/dev/null`.
    #[must_use]
    pub fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = Some(bytes.into());
        self
    }

    /// Sets a variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Starts in another folder.
    #[must_use]
    pub fn folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Changes the command in any other way.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Command)) -> Self {
        change(&mut self.command);
        self
    }

    /// Starts and waits for the end.
    #[must_use]
    pub fn run(self) -> Finished {
        self.start().wait()
    }

    /// Starts.
    ///
    /// # Panics
    /// When the program cannot be started.
    #[must_use]
    pub fn start(mut self) -> Running {
        let stdin = if self.input.is_some() { Stdio::piped() } else { Stdio::null() };
        let mut child = self
            .command
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        if let (Some(mut pipe), Some(input)) = (child.stdin.take(), self.input) {
            // The child may stop reading at any point; that is its right.
            std::thread::spawn(move || drop(pipe.write_all(&input)));
        }
        let (lines, seen) = channel();
        let stdout = child.stdout.take().unwrap();
        let stdout = std::thread::spawn(move || {
            read_lines(stdout, |line| drop(lines.send(line.to_owned())))
        });
        let stderr = child.stderr.take().unwrap();
        let stderr = std::thread::spawn(move || read_lines(stderr, |_| {}));
        Running { child: Some(child), stdout: Some(stdout), stderr: Some(stderr), seen }
    }
}

/// Reads everything and reports each line as it comes.
fn read_lines(mut from: impl Read, mut report: impl FnMut(&str)) -> Vec<u8> {
    let (mut all, mut start) = (Vec::new(), 0);
    let mut chunk = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut chunk) {
        all.extend_from_slice(&chunk[..count]);
        while let Some(end) = all[start..].iter().position(|byte| *byte == b'\n') {
            report(&String::from_utf8_lossy(&all[start..start + end]));
            start += end + 1;
        }
    }
    all
}

/// A child that runs. It is killed when this is dropped.
pub struct Running {
    child: Option<Child>,
    stdout: Option<JoinHandle<Vec<u8>>>,
    stderr: Option<JoinHandle<Vec<u8>>>,
    seen: Receiver<String>,
}

impl Running {
    /// Waits for a line on standard output that has this text in it.
    ///
    /// # Panics
    /// When none comes within [`PATIENCE`].
    pub fn wait_line(&self, text: &str) -> String {
        loop {
            let line = self.seen.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|_| panic!("no line with {text:?} came"));
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Its number among the processes of this machine.
    ///
    /// # Panics
    /// When the child is gone.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.as_ref().map(Child::id).unwrap()
    }

    /// Sends a signal.
    ///
    /// # Panics
    /// When the child is gone.
    pub fn signal(&self, signal: Signal) {
        let id = self.child.as_ref().map(Child::id).unwrap();
        let pid = Pid::from_raw(i32::try_from(id).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Ctrl-C.
    pub fn interrupt(&self) {
        self.signal(Signal::INT);
    }

    /// `kill -9`, and waits until it is gone.
    pub fn kill(self) -> Finished {
        self.signal(Signal::KILL);
        self.wait()
    }

    /// Waits for the end.
    ///
    /// # Panics
    /// When it does not come within four times [`PATIENCE`].
    pub fn wait(mut self) -> Finished {
        let mut child = self.child.take().unwrap();
        let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
        let (done, ended) = channel();
        let waiter = std::thread::spawn(move || drop(done.send(child.wait())));
        let status = ended.recv_timeout(PATIENCE * 4);
        if status.is_err() {
            kill_process(pid, Signal::KILL).ok();
        }
        waiter.join().unwrap();
        let stdout = self.stdout.take().unwrap().join().unwrap();
        let stderr = self.stderr.take().unwrap().join().unwrap();
        let Ok(status) = status else {
            panic!(
                "it does not end; it said:\n{}\n{}",
                String::from_utf8_lossy(&stdout),
                String::from_utf8_lossy(&stderr)
            );
        };
        Finished { status: status.unwrap(), stdout, stderr }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

/// What a child left behind.
#[derive(Debug, Clone)]
pub struct Finished {
    /// How it ended.
    pub status: ExitStatus,
    /// What it wrote to standard output.
    pub stdout: Vec<u8>,
    /// What it wrote to standard error.
    pub stderr: Vec<u8>,
}

impl Finished {
    /// The exit code; a signal is 128 and its number, as in a shell.
    #[must_use]
    pub fn code(&self) -> i32 {
        use std::os::unix::process::ExitStatusExt as _;
        self.status.code().unwrap_or_else(|| 128 + self.status.signal().unwrap_or(0))
    }

    /// Standard output as text.
    ///
    /// # Panics
    /// When it is not UTF-8.
    #[must_use]
    pub fn out(&self) -> String {
        String::from_utf8(self.stdout.clone()).unwrap()
    }

    /// Standard error as text.
    ///
    /// # Panics
    /// When it is not UTF-8.
    #[must_use]
    pub fn err(&self) -> String {
        String::from_utf8(self.stderr.clone()).unwrap()
    }

    /// Checks the exit code; shows everything when it is another one.
    ///
    /// # Panics
    /// When it is another one.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert!(
            self.code() == code,
            "exit code {} instead of {code}\n--- stdout\n{}\n--- stderr\n{}",
            self.code(),
            String::from_utf8_lossy(&self.stdout),
            String::from_utf8_lossy(&self.stderr),
        );
        self
    }

    /// Standard output as one JSON value and a newline.
    ///
    /// # Panics
    /// When it is not.
    #[track_caller]
    #[must_use]
    pub fn json(&self) -> Value {
        let text = self.out();
        assert!(text.ends_with('\n'), "no newline at the end of {text:?}");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// Standard output as one JSON value a line.
    ///
    /// # Panics
    /// When it is not.
    #[track_caller]
    #[must_use]
    pub fn json_lines(&self) -> Vec<Value> {
        let text = self.out();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
            .collect()
    }
}
