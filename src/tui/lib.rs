//! The terminal front end: one more client of the engine.
//!
//! [`screen`] writes finished rows into the scrollback, once, and redraws what changes below
//! them. [`markdown`] makes rows of text while it arrives, [`composer`] is the line that is
//! typed, [`theme`] says how everything looks.

pub mod composer;
pub mod markdown;
pub mod screen;
pub mod text;
pub mod theme;
