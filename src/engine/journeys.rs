//! Whole turns: the real store, a scripted model, scripted tools.

mod approvals;
mod fallback;
mod order;
mod recovery;
mod turns;
mod world;
