//! Whole turns: the real store, a scripted model, scripted tools.

mod approvals;
mod beside;
mod branches;
mod chorus;
mod commands;
mod elsewhere;
mod fallback;
mod order;
mod outbox;
mod pacing;
mod questions;
mod recovery;
mod replay;
mod secrets;
mod steering;
mod takeover;
mod trouble;
mod turns;
mod window;
mod world;
