//! What comes into the state machine and what goes out of it.

use std::sync::Arc;

use crossterm::event::{KeyEvent, MouseEvent};
use nanofolks_protocol::command::Completes;
use nanofolks_protocol::{
    Attachment, EnvelopeId, Event, Op, Problem, Receipt, RoomId, Secret, SessionId,
};
use ratatui::layout::Size;

use super::{Opened, Past, Suggestion};
use crate::composer::{Draft, Sending};
use crate::desk::{Copied, Source};
use crate::first::{Chosen, Found, Progress, Settled};
use crate::theme::Theme;

/// Something that happened.
#[derive(Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(KeyEvent),
    /// Text was pasted.
    Paste(String),
    /// The window has another size.
    Resize(Size),
    /// The window got or lost the focus.
    Focus(bool),
    /// The terminal said whether its background is a light one.
    Background(bool),
    /// The file of the theme says something else now; or what is wrong with it.
    Theme(Result<Theme, String>),
    /// The theme of this name; or what is wrong with it.
    ThemeCame(String, Result<Theme, String>),
    /// The house is open.
    Opened(Box<Opened>),
    /// The house cannot be opened.
    NotOpened(Problem),
    /// Who answers is to be chosen.
    First,
    /// What is here was looked for.
    Found(Result<Found, Problem>),
    /// Something long has come further.
    Progress(Progress),
    /// What was chosen is so.
    Settled(Result<Settled, Problem>),
    /// Another room was entered.
    Entered(Box<Past>),
    /// An event.
    Event(Arc<Event>),
    /// Events were lost.
    Gap,
    /// Something was written to the home, here or by another process.
    News,
    /// The engine has stopped.
    Closed,
    /// The answer to a wish.
    Answered(Wish, Result<Receipt, Problem>),
    /// The text as the editor left it.
    Written(Result<String, Problem>),
    /// A picture was read.
    Pictured(Source, Result<Attachment, Problem>),
    /// The files of the folder were listed.
    Listed(Vec<String>),
    /// A text was copied.
    Copied(Result<Copied, Problem>),
    /// A command of the front has ended; what it printed.
    Printed(Result<String, Problem>),
    /// The mouse did something at this row of the live region.
    Mouse(MouseEvent, u16),
    /// What completes an argument, as it was asked for.
    Offers(Completes, Vec<Suggestion>),
    /// The key of a provider is stored: where.
    Kept(Result<String, Problem>),
    /// Whether there is a vault with a passphrase.
    VaultWaits(Result<bool, Problem>),
    /// The vault is open.
    Unlocked(Result<(), Problem>),
    /// Something the person should know.
    Problem(Problem),
    /// Time passed.
    Tick,
}

/// What the front wants of the engine.
#[derive(Debug, Clone)]
pub enum Wish {
    /// A message, with the name it will have.
    Post(EnvelopeId, Box<Sending>),
    /// A message for the turn that runs.
    Steer(EnvelopeId, Box<Sending>),
    /// A message that waits, back in the line.
    TakeBack(EnvelopeId, Box<Draft>),
    /// A slash command.
    Command(String),
    /// Anything that has its shape already.
    Plain(Box<Op>),
}

/// What is to be done.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Ask the engine.
    Submit(Wish),
    /// Go to another room.
    Enter(RoomId),
    /// Show the session that is gone on with, unless it is a branch of this one: what it
    /// inherited is on the screen already.
    Resume(SessionId, Option<SessionId>),
    /// A command of the front that needs the whole house.
    Own {
        /// Its name.
        name: &'static str,
        /// What followed it.
        rest: String,
    },
    /// Find out what completes an argument.
    Offers(Completes),
    /// Store the key of a provider.
    Keep {
        /// The provider.
        provider: String,
        /// The key.
        key: Secret,
    },
    /// Look whether there is a vault with a passphrase.
    LookAtVault,
    /// Open the vault with this passphrase.
    Unlock(Secret),
    /// Keep a line for later conversations.
    Remember(String),
    /// Edit a text in the person's editor.
    Editor(String),
    /// Keep the line of a room until it is sent.
    Draft(RoomId, Draft),
    /// Read a picture.
    Picture(Source),
    /// List the files of the folder, for completion.
    List,
    /// Put a text where it can be pasted from.
    Copy(String),
    /// Tell the terminal something.
    Write(Vec<u8>),
    /// Take the mouse, or give it back.
    Mouse(bool),
    /// Go to the background.
    Suspend,
    /// Draw everything again.
    Redraw,
    /// Look for a theme of the person.
    Theme(String),
    /// Tell the person although they look elsewhere.
    Notify(String),
    /// Look what is here, for the first run.
    Look,
    /// Make a choice of the first run so.
    Settle(Chosen),
    /// Stop what the house does beside the conversation.
    StopWork,
    /// Open the house, or open it again after a change.
    Open,
    /// Leave.
    Leave,
}
