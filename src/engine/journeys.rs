//! Whole turns: the real store, a scripted model, scripted tools.

mod approvals;
mod fallback;
mod order;
mod outbox;
mod recovery;
mod replay;
mod takeover;
mod turns;
mod world;
