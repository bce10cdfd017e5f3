//! Who the bots are: roles, teams, and what a folder asks of them.

mod folder_file;
mod team;

pub use folder_file::FolderFile;
pub use team::{Overrides, Team, TeamError};
