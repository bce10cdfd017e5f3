//! The journeys: the real binary, real files, real sockets on loopback.
//!
//! One module per journey. Every test has a home and a model server of its own, so tests
//! run side by side and in any order.

#![expect(clippy::unwrap_used, reason = "a journey that breaks down should fail, loudly")]
#![expect(clippy::panic, reason = "a journey that breaks down should fail, loudly")]

mod answers;
mod architecture;
mod auth;
mod backup;
mod bad_input;
mod chat;
mod control;
mod crash;
mod export;
mod generated;
mod install;
mod journey;
mod line_mode;
mod onboard;
mod operator;
mod outward;
mod recovery;
mod replay;
mod sessions;
mod spending;
mod tui;
mod window;
mod wire;
