//! One turn: the handling of one envelope, from claim to ending.
//!
//! `machine` decides, `driver` does. `prepare` builds the first request, `context` fits the
//! conversation into the model's window, `speech` asks the model and passes on what it says,
//! `reply` keeps what it said, `request` asks the next one, `book` writes down what happens, `rounds`
//! leads a round of tool calls, `tools` judges and runs them, `ask` puts questions to people,
//! `budget` holds back what a call may cost, `oversize` keeps large outputs out of the prompt,
//! `fallback` goes on with another model, `chorus` lets several bots answer side by side,
//! `ending` writes how it all ended.

mod ask;
mod book;
mod budget;
mod chorus;
pub(crate) mod context;
mod driver;
mod ending;
mod fallback;
mod hold;
mod machine;
mod oversize;
mod pace;
mod prepare;
mod prompt;
mod reply;
mod request;
mod rounds;
mod source;
mod speech;
mod steer;
mod stop;
mod tools;
mod trim;
mod used;
mod window;

pub(crate) use ask::Grants;
pub(crate) use book::lease_lost;
pub use budget::Budget;
pub(crate) use budget::{Payer, Worst, hold, over as over_budget, reserve_first};
pub(crate) use driver::{Outcome, run};
pub(crate) use ending::{claim_next, claim_next_if_open, ending_writes, lease_until, renew_lease};
pub(crate) use hold::{Hold, silence};
pub(crate) use prepare::{Asked, HISTORY, Job, Prepared, Resume, prepare, user_message};
pub(crate) use request::request_record;
pub(crate) use source::Source;
pub(crate) use steer::{mark as mark_steering, may_join};
pub(crate) use stop::Stop;
pub(crate) use used::{Call, Course};

/// How long tools without effects may run before their start is written on its own.
const QUICK: std::time::Duration = std::time::Duration::from_millis(150);
