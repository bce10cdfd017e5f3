//! What the shell needs of the roof.

use futures_util::future::BoxFuture;
use nanofolks_protocol::command::Completes;
use nanofolks_protocol::{EngineHandle, Envelope, Problem, RoomId, Secret, SessionId, Timestamp};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::app::{Opened, Past, Suggestion};
use crate::desk::Desk;
use crate::first::{Chosen, Found, Hear, Job, Settled};
use crate::glyphs::Glyphs;
use crate::screen::{ColorDepth, Sight};
use crate::terminal::{Call, Reach};
use crate::theme::Theme;

/// What a theme's file says, each time it changes.
pub type ThemeChanges = UnboundedReceiver<Result<Theme, String>>;

/// What the roof does for this front end.
pub trait House: Desk {
    /// The time.
    fn now(&self) -> Timestamp;

    /// Opens everything; called once the prompt is on the screen.
    ///
    /// # Errors
    /// What is wrong with the home, the configuration or the flags.
    fn open(&mut self) -> impl Future<Output = Result<(EngineHandle, Opened), Problem>>;

    /// Whether the person is asked who answers before anything is opened. Looks, opens nothing.
    ///
    /// # Errors
    /// What is wrong with the home, the configuration or the flags.
    fn is_first(&mut self) -> Result<bool, Problem>;

    /// Looks what is here: keys, servers, models. Asks nobody but this machine.
    fn look(&mut self) -> Job<Found>;

    /// Makes a choice so. The house is another one then, and is to be opened again.
    fn settle(&mut self, chosen: Chosen, hear: Hear) -> Job<Settled>;

    /// A room and its newest events.
    ///
    /// # Errors
    /// When it cannot be read.
    fn enter(&mut self, room: &RoomId) -> impl Future<Output = Result<Past, Problem>>;

    /// A session of the room and the newest that was said in it; `None` when it branched from
    /// the session `from`.
    ///
    /// # Errors
    /// When it cannot be read.
    fn resume(
        &mut self,
        session: SessionId,
        from: Option<SessionId>,
    ) -> impl Future<Output = Result<Option<Past>, Problem>>;

    /// A theme of this name, and the one that is watched from now on; what is wrong with it
    /// otherwise.
    ///
    /// # Errors
    /// When there is none of this name, or it is wrong.
    fn theme(&mut self, name: &str) -> Result<Theme, String>;

    /// Watches the theme's file, when there is one. Called once the house is open.
    fn theme_changes(&mut self) -> Option<ThemeChanges>;

    /// Reads what the terminal shows, where that is [`Tmux::Near`].
    fn sight(&mut self) -> Job<Sight>;

    /// Waits until something is written to the home, here or by another process, from the first
    /// poll on. `None` until the house is open.
    fn written(&self) -> Option<BoxFuture<'static, ()>>;

    /// A message of the person.
    fn envelope(&self, room: &RoomId, session: Option<SessionId>, text: String) -> Envelope;

    /// What an argument can be, found out beside everything else.
    fn offers(&self, completes: Completes) -> BoxFuture<'static, Vec<Suggestion>>;

    /// Stores the key of a provider and says where it is. Asks nobody.
    fn keep(&mut self, provider: String, key: Secret) -> Job<String>;

    /// Whether there is a vault that a passphrase opens.
    ///
    /// # Errors
    /// When it cannot be read.
    fn has_passphrase(&mut self) -> Result<bool, Problem>;

    /// Opens the vault with this passphrase. Asks nobody.
    fn unlock(&mut self, passphrase: Secret) -> Job<()>;

    /// Keeps a line for later conversations.
    fn remember(&mut self, line: &str);

    /// Edits a text in the person's editor, who has the terminal meanwhile.
    fn edit(&mut self, text: String) -> Job<String>;

    /// Carries out a command that needs the whole house; gives what it printed.
    fn own(&mut self, name: &str, rest: &str, session: Option<SessionId>) -> Job<String>;
}

/// Whether the terminal is tmux.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tmux {
    /// It is not.
    No,
    /// It is, perhaps on another machine.
    Far,
    /// It is, and it says what it shows.
    Near,
}

/// How the terminal is used.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The look of each role.
    pub theme: Theme,
    /// What is wrong with the theme that was wished.
    pub trouble: Option<String>,
    /// The marks.
    pub glyphs: Glyphs,
    /// How many colours there are.
    pub depth: ColorDepth,
    /// Whether the terminal knows links.
    pub links: bool,
    /// Whether it wraps its rows anew when the window narrows, as far as that is known.
    pub reflows: Option<bool>,
    /// Whether it is tmux.
    pub tmux: Tmux,
    /// How a person who looks elsewhere is called.
    pub call: Call,
    /// Whether the theme goes by its background, when it says which one it has.
    pub by_background: bool,
    /// What it understands.
    pub reach: Reach,
    /// The line that is said first.
    pub greeting: String,
}
