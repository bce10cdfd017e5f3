//! The terminal as a device: raw mode while we are there, everything as it was afterwards.

use std::io::{self, Write as _};
use std::sync::Once;

use ratatui::layout::Size;

/// Bracketed paste, focus, told-apart keys; the cursor is drawn by us.
const ENTER: &[u8] = b"\x1b[?2004h\x1b[?1004h\x1b[>1u\x1b[?25l";
/// The same without what simple terminals print instead of obeying.
const ENTER_SIMPLE: &[u8] = b"\x1b[?2004h\x1b[?25l";
/// All of it off, plain ink, wrapping, the end of any update that was cut short.
const LEAVE: &[u8] = b"\x1b[?2026l\x1b[m\x1b[?7h\x1b[<u\x1b[?1004l\x1b[?2004l\x1b[?25h";
const LEAVE_SIMPLE: &[u8] = b"\x1b[m\x1b[?7h\x1b[?2004l\x1b[?25h";

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
    simple: bool,
    raw: bool,
}

impl Terminal {
    /// Takes the terminal. A panic gives it back, too.
    ///
    /// # Errors
    /// When there is none.
    pub fn enter(simple: bool) -> io::Result<Self> {
        restore_on_panic(simple);
        let mut terminal = Self { simple, raw: false };
        terminal.again()?;
        Ok(terminal)
    }

    /// Takes it again after [`Terminal::leave`].
    ///
    /// # Errors
    /// When it is gone.
    pub fn again(&mut self) -> io::Result<()> {
        crossterm::terminal::enable_raw_mode()?;
        self.raw = true;
        write(if self.simple { ENTER_SIMPLE } else { ENTER })
    }

    /// Gives it back.
    ///
    /// # Errors
    /// When it is gone.
    pub fn leave(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.raw) {
            write(if self.simple { LEAVE_SIMPLE } else { LEAVE })?;
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

/// Writes bytes to the terminal at once.
///
/// # Errors
/// When the terminal is gone.
pub fn write(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// The size of the window now; 80×24 where nobody knows.
#[must_use]
pub fn size() -> Size {
    match crossterm::terminal::size() {
        Ok((width, height)) if width > 0 && height > 0 => Size::new(width, height),
        _ => Size::new(80, 24),
    }
}

fn restore_on_panic(simple: bool) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let _restored = write(if simple { LEAVE_SIMPLE } else { LEAVE }).is_ok();
            let _cooked = crossterm::terminal::disable_raw_mode().is_ok();
            before(info);
        }));
    });
}
