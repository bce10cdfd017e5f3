//! The terminal front end: one more client of the engine.
//!
//! [`screen`] writes finished rows into the scrollback, once, and redraws what changes below
//! them. [`markdown`] makes rows of text while it arrives, [`composer`] is the line that is
//! typed, [`theme`] says how everything looks. [`app`] is the state machine that holds it all,
//! [`view`] draws it, [`run()`] is the thin shell around both.

pub mod app;
pub mod background;
pub mod composer;
pub mod desk;
pub mod first;
pub mod fuzzy;
pub mod glyphs;
pub mod markdown;
pub mod run;
pub mod screen;
pub mod terminal;
pub mod text;
pub mod theme;
pub mod view;

pub use app::{Busy, OWN, Opened, Past, Said, Suggestion};
pub use composer::Draft;
pub use desk::{Copied, Desk, Gathered, Source};
pub use first::{Chosen, Found, Hear, Job, Needs, Offer, Progress, Settled, Vendor};
pub use glyphs::Glyphs;
pub use run::{House, Setup, ThemeChanges, Tmux, run};
pub use screen::{ColorDepth, Sight};
pub use terminal::{Call, Reach};
pub use theme::{Theme, ThemeError};
