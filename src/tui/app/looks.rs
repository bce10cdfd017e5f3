//! How things look, when that changes: a theme that is chosen, a file that was edited, a
//! background the terminal tells.

use super::{App, Effect};
use crate::theme::{Role, Theme};

#[cfg(test)]
mod tests;

impl App {
    /// Chooses a theme: a built-in one, or a file of the person.
    pub(super) fn choose_theme(&mut self, name: &str) {
        self.theme_chosen = true;
        // A file of the person wins over a built-in one of the same name.
        self.effects.push(Effect::Theme(name.to_owned()));
    }

    /// The theme that was chosen is there, or not.
    pub(super) fn theme_came(&mut self, name: &str, theme: Result<Theme, String>) {
        if theme.is_ok() {
            self.remark(Role::Dim, &format!("theme: {name}"));
        }
        self.new_theme(theme);
    }

    /// The theme a file has now; or what is wrong with it, and then all stays as it was.
    pub(super) fn new_theme(&mut self, theme: Result<Theme, String>) {
        match theme {
            Ok(theme) => {
                self.theme_chosen = true;
                self.theme = theme;
            }
            Err(trouble) => self.remark(Role::Warn, &format!("{} {trouble}", self.glyphs.bad)),
        }
    }

    /// The theme that fits the background, unless one was chosen.
    pub(super) fn goes_by_background(&mut self, light: bool) {
        if self.theme_chosen {
            return;
        }
        if let Ok(theme) = Theme::named(if light { "light" } else { "dark" }) {
            self.theme = theme;
        }
    }
}
