//! What leaves, and who may: channels, turns of processes that hang, calls lost in a crash.

mod channels;
mod takeover;
