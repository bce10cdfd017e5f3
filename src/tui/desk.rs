//! What the line being typed needs of the house: drafts, files, pictures, the clipboard.

use nanofolks_protocol::{Attachment, RoomId, TurnOptions};

use crate::composer::Draft;
use crate::first::Job;

/// Where a picture comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file, named by a person: a path, a `file://` address, quoted or not.
    Named(String),
    /// A word that was pasted and looks like the path of a picture.
    Dropped(String),
    /// What was copied somewhere else.
    Clipboard,
}

/// Files that a message names.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Gathered {
    /// Those that are sent along.
    pub attached: Vec<Attachment>,
    /// What the person should know about them.
    pub remarks: Vec<String>,
}

/// A text that was copied.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Copied {
    /// What the terminal is told; nothing where that is no use.
    pub bytes: Vec<u8>,
    /// Where the text is now, as far as that is known.
    pub remark: String,
}

/// What the roof does for the line.
pub trait Desk {
    /// Keeps the line of a room until it is sent. Returns at once.
    fn keep_draft(&mut self, room: &RoomId, draft: Draft);

    /// A picture, ready to be sent along.
    fn picture(&mut self, source: Source) -> Job<Attachment>;

    /// The files of the work folder with these names, ready to be sent along. A name that no
    /// file has is only a word.
    fn gather(&mut self, names: Vec<String>, options: &TurnOptions) -> Job<Gathered>;

    /// The files of the work folder, by their paths in it.
    fn files(&mut self, folder: Option<String>) -> Job<Vec<String>>;

    /// Puts a text where it can be pasted from.
    fn copy(&mut self, text: String) -> Job<Copied>;
}
