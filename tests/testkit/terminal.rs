//! A terminal: a pseudo-terminal with a screen that can be read.

use std::io::{Read as _, Write};
use std::num::NonZero;
use std::sync::mpsc::channel;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Instant;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::{PATIENCE, TestHome};

/// Lines kept above the screen.
const SCROLLBACK: usize = 10_000;

/// The question where the cursor is, which terminals answer at once.
const WHERE: &[u8] = b"\x1b[6n";

/// A key, as a terminal sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Return.
    Enter,
    /// Escape.
    Escape,
    /// Tabulator.
    Tab,
    /// Backspace.
    Backspace,
    /// Cursor up.
    Up,
    /// Cursor down.
    Down,
    /// Cursor left.
    Left,
    /// Cursor right.
    Right,
    /// A letter with Ctrl.
    Ctrl(char),
    /// A letter with Alt.
    Alt(char),
}

impl Key {
    fn bytes(self) -> Vec<u8> {
        match self {
            Self::Enter => b"\r".to_vec(),
            Self::Escape => b"\x1b".to_vec(),
            Self::Tab => b"\t".to_vec(),
            Self::Backspace => b"\x7f".to_vec(),
            Self::Up => b"\x1b[A".to_vec(),
            Self::Down => b"\x1b[B".to_vec(),
            Self::Right => b"\x1b[C".to_vec(),
            Self::Left => b"\x1b[D".to_vec(),
            Self::Ctrl(letter) => vec![letter.to_ascii_lowercase() as u8 & 0x1f],
            Self::Alt(letter) => format!("\x1b{letter}").into_bytes(),
        }
    }
}

/// A terminal with a program in it. The program is killed when this is dropped.
pub struct Terminal {
    pty: Box<dyn MasterPty + Send>,
    keys: Arc<Mutex<Box<dyn Write + Send>>>,
    child: Option<Box<dyn Child + Send + Sync>>,
    screen: Arc<Screen>,
}

struct Screen {
    seen: Mutex<Seen>,
    bell: Condvar,
}

struct Seen {
    parser: vt100::Parser,
    raw: Vec<u8>,
    over: bool,
}

impl Terminal {
    /// Starts the binary of a home in a terminal of this size.
    ///
    /// # Panics
    /// When there are no pseudo-terminals here.
    #[must_use]
    pub fn start<const N: usize>(home: &TestHome, size: (u16, u16), arguments: [&str; N]) -> Self {
        Self::start_with(home, size, arguments, &[])
    }

    /// The same with more variables.
    ///
    /// # Panics
    /// When there are no pseudo-terminals here.
    #[must_use]
    pub fn start_with<const N: usize>(
        home: &TestHome,
        size: (u16, u16),
        arguments: [&str; N],
        variables: &[(&str, &str)],
    ) -> Self {
        let (rows, cols) = size;
        let pair = native_pty_system().openpty(pty_size(rows, cols)).unwrap();
        let mut command = CommandBuilder::new(home.binary());
        command.args(arguments);
        command.env_clear();
        for (name, value) in home.env() {
            command.env(name, value);
        }
        for (name, value) in variables {
            command.env(name, value);
        }
        command.cwd(home.work());
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);

        let parser = vt100::Parser::new(nonzero(rows), nonzero(cols), SCROLLBACK);
        let seen = Mutex::new(Seen { parser, raw: Vec::new(), over: false });
        let screen = Arc::new(Screen { seen, bell: Condvar::new() });
        let mut output = pair.master.try_clone_reader().unwrap();
        let keys = Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        let (sink, answers) = (Arc::clone(&screen), Arc::clone(&keys));
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut chunk) {
                let mut seen = sink.seen.lock().unwrap();
                seen.parser.process(&chunk[..count]);
                let new = seen.raw.len().saturating_sub(WHERE.len() - 1);
                seen.raw.extend_from_slice(&chunk[..count]);
                let asked = seen.raw[new..].windows(WHERE.len()).any(|bytes| bytes == WHERE);
                let (row, column) = seen.parser.screen().cursor_position();
                drop(seen);
                sink.bell.notify_all();
                if asked {
                    let answer = format!("\x1b[{};{}R", row + 1, column + 1);
                    // Whoever asked may be gone.
                    let _told = answers.lock().unwrap().write_all(answer.as_bytes()).is_ok();
                }
            }
            sink.seen.lock().unwrap().over = true;
            sink.bell.notify_all();
        });
        Self { pty: pair.master, keys, child: Some(child), screen }
    }

    /// Types text.
    ///
    /// # Panics
    /// When the terminal is gone.
    pub fn send(&mut self, text: &str) -> &mut Self {
        self.write(text.as_bytes());
        self
    }

    /// Presses a key.
    ///
    /// # Panics
    /// When the terminal is gone.
    pub fn press(&mut self, key: Key) -> &mut Self {
        self.write(&key.bytes());
        self
    }

    /// Pastes text as terminals do that know bracketed paste.
    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.send(&format!("\x1b[200~{text}\x1b[201~"))
    }

    /// Changes the size.
    ///
    /// # Panics
    /// When the terminal is gone.
    pub fn resize(&mut self, rows: u16, cols: u16) -> &mut Self {
        self.screen.seen.lock().unwrap().parser.screen_mut().set_size(nonzero(rows), nonzero(cols));
        self.pty.resize(pty_size(rows, cols)).unwrap();
        self
    }

    fn write(&self, bytes: &[u8]) {
        let mut keys = self.keys.lock().unwrap();
        keys.write_all(bytes).unwrap();
        keys.flush().unwrap();
    }

    /// Waits until the screen shows a text.
    ///
    /// # Panics
    /// When it does not within [`PATIENCE`]; shows the screen.
    #[track_caller]
    pub fn wait_text(&self, text: &str) -> String {
        self.wait_for(&format!("{text:?}"), |screen| screen.contains(text))
    }

    /// Waits until the screen is as wished, and gives it back.
    ///
    /// # Panics
    /// When it is not within [`PATIENCE`]; shows the screen.
    #[track_caller]
    pub fn wait_for(&self, what: &str, fits: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        let mut seen = self.screen.seen.lock().unwrap();
        loop {
            let screen = seen.parser.screen().contents();
            if fits(&screen) {
                return screen;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if seen.over || left.is_zero() {
                let state = if seen.over { "the program ended" } else { "it took too long" };
                panic!("{what} did not appear: {state}\n--- screen\n{screen}\n---");
            }
            seen = self.screen.bell.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// The screen as text.
    #[must_use]
    pub fn screen(&self) -> String {
        self.screen.seen.lock().unwrap().parser.screen().contents()
    }

    /// Where the cursor is: row, column.
    #[must_use]
    pub fn cursor(&self) -> (u16, u16) {
        self.screen.seen.lock().unwrap().parser.screen().cursor_position()
    }

    /// Every byte the program wrote so far.
    #[must_use]
    pub fn raw(&self) -> Vec<u8> {
        self.screen.seen.lock().unwrap().raw.clone()
    }

    /// Sends a signal to the program.
    ///
    /// # Panics
    /// When there is no program any more.
    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = self.child.as_ref().unwrap().process_id().unwrap();
        let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// Waits until the program has written these bytes, `count` times at least.
    ///
    /// # Panics
    /// When it does not within [`PATIENCE`].
    #[track_caller]
    pub fn wait_bytes(&self, bytes: &[u8], count: usize) {
        let deadline = Instant::now() + PATIENCE;
        let mut seen = self.screen.seen.lock().unwrap();
        loop {
            let found = seen.raw.windows(bytes.len()).filter(|part| *part == bytes).count();
            if found >= count {
                return;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let text = String::from_utf8_lossy(bytes).into_owned();
            assert!(!left.is_zero(), "{text:?} came {found} times only");
            seen = self.screen.bell.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// `kill -9`, and waits until it is gone.
    ///
    /// # Panics
    /// When there is no program any more.
    pub fn kill(mut self) {
        let mut child = self.child.take().unwrap();
        let pid = i32::try_from(child.process_id().unwrap()).unwrap();
        rustix::process::kill_process(
            rustix::process::Pid::from_raw(pid).unwrap(),
            rustix::process::Signal::KILL,
        )
        .unwrap();
        child.wait().unwrap();
    }

    /// Waits for the end of the program; gives its exit code and every byte it wrote.
    ///
    /// # Panics
    /// When it does not end within [`PATIENCE`]; shows the screen.
    #[track_caller]
    pub fn wait_end(self) -> (u32, Vec<u8>) {
        let screen = Arc::clone(&self.screen);
        let code = self.wait_exit();
        let seen = screen.seen.lock().unwrap();
        let whole = screen.bell.wait_timeout_while(seen, PATIENCE, |seen| !seen.over).unwrap().0;
        (code, whole.raw.clone())
    }

    /// Waits for the end of the program and gives its exit code.
    ///
    /// # Panics
    /// When it does not end within [`PATIENCE`]; shows the screen.
    #[track_caller]
    pub fn wait_exit(mut self) -> u32 {
        let mut child = self.child.take().unwrap();
        let mut killer = child.clone_killer();
        let (done, ended) = channel();
        std::thread::spawn(move || drop(done.send(child.wait())));
        let Ok(status) = ended.recv_timeout(PATIENCE) else {
            drop(killer.kill());
            panic!("the program does not end\n--- screen\n{}\n---", self.screen());
        };
        status.unwrap().exit_code()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

const fn pty_size(rows: u16, cols: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

const fn nonzero(size: u16) -> NonZero<u16> {
    NonZero::new(size).expect("a screen has at least one row and one column")
}
