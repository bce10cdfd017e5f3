//! The terminal as a device: raw mode while we are there, everything as it was afterwards.

use std::io::{self, Write as _};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use ratatui::layout::Size;

/// Bracketed paste, focus; the cursor is drawn by us.
const ENTER: &[u8] = b"\x1b[?2004h\x1b[?1004h\x1b[?25l";
/// The same without what simple terminals print instead of obeying.
const ENTER_SIMPLE: &[u8] = b"\x1b[?2004h\x1b[?25l";
/// Keys that are told apart, where the terminal can.
const TELL_APART: &[u8] = b"\x1b[>1u";
/// All of it off, plain ink, wrapping, the end of any update that was cut short.
const LEAVE: &[u8] = b"\x1b[?2026l\x1b[m\x1b[?7h\x1b[?1004l\x1b[?2004l\x1b[?25h";
const LEAVE_SIMPLE: &[u8] = b"\x1b[m\x1b[?7h\x1b[?2004l\x1b[?25h";
const TELL_NO_MORE: &[u8] = b"\x1b[<u";
/// The mouse: buttons and the wheel, in numbers of any size.
const MOUSE: &[u8] = b"\x1b[?1000h\x1b[?1006h";
const NO_MOUSE: &[u8] = b"\x1b[?1006l\x1b[?1000l";

/// Back from the other screen, after a panic.
const FIRST_SCREEN: &[u8] = b"\x1b[?1049l";
static IS_OTHER: AtomicBool = AtomicBool::new(false);

/// Notes whether the terminal shows its other screen.
pub fn is_other(other: bool) {
    IS_OTHER.store(other, Ordering::Relaxed);
}

/// What the terminal understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reach {
    /// Nothing but the basics.
    pub simple: bool,
    /// It tells Shift+Enter from Enter when it is asked to: the kitty keyboard.
    pub keys: bool,
    /// It says at once where its cursor is.
    pub place: bool,
}

impl Reach {
    fn enter(self) -> Vec<u8> {
        let mut bytes = if self.simple { ENTER_SIMPLE } else { ENTER }.to_vec();
        if self.keys && !self.simple {
            bytes.extend_from_slice(TELL_APART);
        }
        bytes
    }

    fn leave(self, mouse: bool) -> Vec<u8> {
        let mut bytes = Vec::new();
        if mouse {
            bytes.extend_from_slice(NO_MOUSE);
        }
        if self.keys && !self.simple {
            bytes.extend_from_slice(TELL_NO_MORE);
        }
        bytes.extend_from_slice(if self.simple { LEAVE_SIMPLE } else { LEAVE });
        bytes
    }
}

/// How a person who looks elsewhere is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// A message, as iTerm began it (OSC 9).
    Osc9,
    /// A message with a title, as rxvt began it (OSC 777).
    Osc777,
    /// The bell: terminals and tmux mark the window.
    Bell,
}

impl Call {
    /// The bytes for a text; nothing in it can end the sequence.
    #[must_use]
    pub fn bytes(self, text: &str) -> Vec<u8> {
        let text: String = text.chars().filter(|c| !c.is_control()).take(120).collect();
        match self {
            Self::Osc9 => format!("\x1b]9;{text}\x07").into_bytes(),
            Self::Osc777 => {
                format!("\x1b]777;notify;nanofolks;{}\x07", text.replace(';', ",")).into_bytes()
            }
            Self::Bell => b"\x07".to_vec(),
        }
    }
}

/// A terminal in raw mode. Dropping it puts everything back.
#[derive(Debug)]
pub struct Terminal {
    reach: Reach,
    raw: bool,
    mouse: bool,
}

impl Terminal {
    /// Takes the terminal. A panic gives it back, too.
    ///
    /// # Errors
    /// When there is none.
    pub fn enter(reach: Reach) -> io::Result<Self> {
        restore_on_panic(reach);
        let mut terminal = Self { reach, raw: false, mouse: false };
        terminal.again()?;
        Ok(terminal)
    }

    /// Takes it again after [`Terminal::leave`].
    ///
    /// # Errors
    /// When it is gone.
    pub fn again(&mut self) -> io::Result<()> {
        // Whatever was said in another way comes first.
        io::stdout().flush()?;
        crossterm::terminal::enable_raw_mode()?;
        self.raw = true;
        write(&self.reach.enter())?;
        if self.mouse { write(MOUSE) } else { Ok(()) }
    }

    /// What it understands.
    #[must_use]
    pub const fn reach(&self) -> Reach {
        self.reach
    }

    /// Takes the mouse, or gives it back.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn mouse(&mut self, ours: bool) -> io::Result<()> {
        self.mouse = ours;
        write(if ours { MOUSE } else { NO_MOUSE })
    }

    /// Gives it back.
    ///
    /// # Errors
    /// When it is gone.
    pub fn leave(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.raw) {
            write(&self.reach.leave(self.mouse))?;
            crossterm::terminal::disable_raw_mode()?;
        }
        Ok(())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Gone or given back: there is nobody to tell.
        let _restored = self.leave().is_ok();
    }
}

/// Writes bytes to the terminal at once, and in one piece where it takes them so.
///
/// # Errors
/// When the terminal is gone.
pub fn write(mut bytes: &[u8]) -> io::Result<()> {
    let out = rustix::stdio::stdout();
    while !bytes.is_empty() {
        match rustix::io::write(out, bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The size of the window now; 80×24 where nobody knows.
#[must_use]
pub fn size() -> Size {
    let own = rustix::termios::tcgetwinsize(rustix::stdio::stdout()).ok();
    let known = |(width, height): &(u16, u16)| *width > 0 && *height > 0;
    own.map(|size| (size.ws_col, size.ws_row))
        .filter(known)
        .or_else(|| crossterm::terminal::size().ok().filter(known))
        .map_or(Size::new(80, 24), |(width, height)| Size::new(width, height))
}

fn restore_on_panic(reach: Reach) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if IS_OTHER.load(Ordering::Relaxed) {
                let _back = write(FIRST_SCREEN).is_ok();
            }
            let _restored = write(&reach.leave(!reach.simple)).is_ok();
            let _cooked = crossterm::terminal::disable_raw_mode().is_ok();
            before(info);
        }));
    });
}
