//! What bots can do: the registry and the built-in tools.
//!
//! A tool is one file in `builtin/` and one line in `builtin::CATALOG`. It decides
//! nothing about permission; it only promises to stay inside the working folder.

mod builtin;
mod folder;
mod job;
mod registry;
mod repair;
mod schema;
mod secret_file;
mod seen;
mod text;

#[cfg(test)]
mod tests;

pub use builtin::is_draft;
pub use registry::{AddError, Tools, ToolsOptions, names_missing_tools};
