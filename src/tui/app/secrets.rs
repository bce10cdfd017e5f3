//! Secrets that are missing: the passphrase of the vault, the key of a provider. They are typed
//! unseen, go to the house and to nobody else, and then what they were needed for is done again.

use std::collections::BTreeSet;

use nanofolks_protocol::command::command_line;
use nanofolks_protocol::{Op, Problem, Secret, SecretKind, WantedSecret};

use super::modal::{ModalKind, Unseen};
use super::{App, Effect, Wish};
use crate::theme::Role;

#[cfg(test)]
mod tests;

/// How often a passphrase may be wrong before nobody is asked any more.
const TRIES: u8 = 3;

/// What is asked for, and what comes after it.
#[derive(Debug, Default)]
pub(super) struct Secrets {
    /// What the turn that fails just now would have needed, and why.
    wanted: Option<(WantedSecret, String)>,
    /// What a turn of the room has asked for: once it is there, the room is told, and the last
    /// message is said again.
    asked: Option<WantedSecret>,
    /// The key that is being stored: the vault may have to be opened for it first.
    keeping: Option<(String, Secret)>,
    /// How often the passphrase was wrong.
    wrong: u8,
    /// Whether the room is looked into once the vault is open, or stays locked.
    holds: bool,
    /// What the person did not want to give.
    declined: BTreeSet<String>,
}

impl App {
    /// Opens the vault before the room goes on: what waits there may need its keys.
    pub(crate) fn hold_for_vault(&mut self, why: &str) {
        self.secrets.holds = true;
        self.ask_passphrase(why, false);
    }

    /// Whether what is said waits until the vault is open or stays locked.
    pub(super) fn holds_for_vault(&self, text: &str) -> bool {
        self.secrets.holds && command_line(text).is_none()
    }

    /// `/unlock`: asks for the passphrase, if there is something to open.
    pub(super) fn vault_waits(&mut self, waits: Result<bool, Problem>) {
        match waits {
            Ok(true) => self.ask_passphrase("", true),
            Ok(false) => {
                let text = "there is no vault with a passphrase";
                self.remark(Role::Dim, &format!("{} {text}", self.glyphs.note));
            }
            Err(problem) => self.problem(&problem),
        }
    }

    /// A turn could not be worked on for want of a secret; its end says so.
    pub(super) fn secret_wanted(&mut self, secret: &WantedSecret, reason: &str) {
        if self.turn.as_ref().is_some_and(|turn| turn.ours) && !self.replaying {
            self.secrets.wanted = Some((secret.clone(), reason.to_owned()));
        }
    }

    /// The turn has ended: what it would have needed is asked for. Who said no once is told how
    /// to be asked again.
    pub(super) fn ask_wanted(&mut self) {
        let Some((secret, reason)) = self.secrets.wanted.take() else { return };
        if self.secrets.declined.contains(&secret.name) {
            let name = &secret.name;
            let hint = match secret.kind {
                SecretKind::Passphrase => "/unlock asks for the passphrase, unseen".to_owned(),
                SecretKind::Key => format!("/auth {name} asks for it, unseen"),
            };
            self.remark(Role::Dim, &format!("{} {hint}", self.glyphs.note));
            return;
        }
        self.secrets.asked = Some(secret.clone());
        match secret.kind {
            SecretKind::Passphrase => self.ask_passphrase(&reason, false),
            SecretKind::Key => {
                let unseen = Unseen { why: reason, ..Unseen::key_of(&secret.name) };
                self.modals.ask(ModalKind::Secret(unseen), self.now);
            }
        }
    }

    pub(super) fn ask_passphrase(&mut self, why: &str, called: bool) {
        if self.modals.asks_for(SecretKind::Passphrase) {
            return;
        }
        let unseen = Unseen { why: why.to_owned(), ..Unseen::passphrase() };
        match called {
            true => self.modals.call(ModalKind::Secret(unseen), self.now),
            false => self.modals.ask(ModalKind::Secret(unseen), self.now),
        }
    }

    /// A secret was typed, or none.
    pub(super) fn gave(&mut self, unseen: &Unseen, given: bool) {
        match (unseen.kind, given) {
            (SecretKind::Key, true) => self.keep_key(unseen.name.clone(), unseen.secret()),
            (SecretKind::Key, false) => {
                self.secrets.asked = None;
                self.secrets.declined.insert(unseen.name.clone());
                self.remark(Role::Dim, "no key was stored");
            }
            (SecretKind::Passphrase, true) => {
                self.hint = Some("opening the vault".to_owned());
                self.effects.push(Effect::Unlock(unseen.secret()));
            }
            (SecretKind::Passphrase, false) => {
                let text = "the vault stays locked; /unlock asks for its passphrase again";
                self.remark(Role::Warn, &format!("{} {text}", self.glyphs.note));
                self.without_vault();
            }
        }
    }

    fn keep_key(&mut self, provider: String, key: Secret) {
        self.secrets.declined.remove(&provider);
        self.secrets.keeping = Some((provider.clone(), key.clone()));
        self.effects.push(Effect::Keep { provider, key });
    }

    /// A key is stored, or it is not.
    pub(super) fn kept(&mut self, kept: Result<String, Problem>) {
        match kept {
            Ok(place) => {
                self.secrets.keeping = None;
                self.remark(Role::Dim, &place);
                self.say_again();
            }
            Err(problem) if wants_passphrase(&problem) => {
                // It goes into the vault once that is open.
                self.ask_passphrase("the key is stored in it", true);
            }
            Err(problem) => {
                self.secrets.keeping = None;
                self.secrets.asked = None;
                self.problem(&problem);
            }
        }
    }

    /// The vault is open, or it is not.
    pub(super) fn unlocked(&mut self, unlocked: Result<(), Problem>) {
        self.hint = None;
        match unlocked {
            Ok(()) => {
                self.secrets.wrong = 0;
                self.secrets.declined.remove(&WantedSecret::passphrase().name);
                self.remark(Role::Ok, &format!("{} the vault is open", self.glyphs.ok));
                if let Some((provider, key)) = self.secrets.keeping.take() {
                    self.keep_key(provider, key);
                    return;
                }
                self.go_on_with_room();
                self.say_again();
            }
            Err(problem) if wants_passphrase(&problem) && self.secrets.wrong + 1 < TRIES => {
                self.secrets.wrong += 1;
                let left = TRIES - self.secrets.wrong;
                let tries = if left == 1 { "one more try" } else { "two more tries" };
                self.ask_passphrase(&format!("{tries}: {}", problem.message), true);
            }
            Err(problem) => {
                self.problem(&problem);
                let text = "the vault stays locked; /unlock asks for its passphrase again";
                self.remark(Role::Warn, &format!("{} {text}", self.glyphs.note));
                self.without_vault();
            }
        }
    }

    /// It goes on without the keys in the vault.
    fn without_vault(&mut self) {
        let Secrets { holds, mut declined, .. } = std::mem::take(&mut self.secrets);
        declined.insert(WantedSecret::passphrase().name);
        self.secrets = Secrets { holds, declined, ..Secrets::default() };
        self.go_on_with_room();
    }

    fn go_on_with_room(&mut self) {
        if std::mem::take(&mut self.secrets.holds) {
            self.look_in();
            self.say_early();
        }
    }

    /// What could not be answered for want of a secret is asked once more.
    fn say_again(&mut self) {
        let Some(secret) = self.secrets.asked.take() else { return };
        if let Some(room) = self.room.clone() {
            self.wish(Op::SecretProvided { room, secret });
        }
        if !self.is_busy() && self.queue.is_empty() {
            self.effects.push(Effect::Submit(Wish::Command("/retry".to_owned())));
        }
    }
}

pub(super) fn wants_passphrase(problem: &Problem) -> bool {
    problem.wants.as_ref().is_some_and(|secret| secret.kind == SecretKind::Passphrase)
}
