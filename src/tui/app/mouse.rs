//! What the mouse does while it is ours.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::App;

impl App {
    /// The mouse did something at this row of the live region.
    pub(super) fn mouse(&mut self, event: MouseEvent, row: u16) {
        match event.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                let Some(row) = row.checked_sub(self.line_from) else { return };
                let mark = unicode_width::UnicodeWidthStr::width(self.glyphs.prompt);
                let mark = u16::try_from(mark).unwrap_or(0);
                self.composer.click(row + self.line_skipped, event.column, mark);
                self.look_up();
            }
            MouseEventKind::ScrollUp => self.wheel(KeyCode::Up, KeyCode::PageUp),
            MouseEventKind::ScrollDown => self.wheel(KeyCode::Down, KeyCode::PageDown),
            _ => {}
        }
    }

    /// The wheel is a key of what is shown; it never walks through the history.
    fn wheel(&mut self, in_list: KeyCode, in_question: KeyCode) {
        let code = if self.popup.is_some() {
            in_list
        } else if self.modals.first().is_some_and(|modal| modal.is_ready(self.now)) {
            in_question
        } else {
            return;
        };
        self.key(KeyEvent::new(code, KeyModifiers::NONE));
    }
}
