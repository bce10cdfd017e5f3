//! The first run: what was found, what can be chosen, what is fetched. Words between this
//! front end and the roof, which looks and does; `app/first` and `view/first` show it.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use nanofolks_protocol::{Problem, Secret};

/// Work of the house that goes on beside the conversation. Dropping it stops it.
pub type Job<T> = BoxFuture<'static, Result<T, Problem>>;

/// Hears how far a job has come.
pub type Hear = Arc<dyn Fn(Progress) + Send + Sync>;

/// What was found, and what there is to choose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// What was found: a label and a few words, never a key.
    pub here: Vec<(String, String)>,
    /// What can be chosen, the best first.
    pub offers: Vec<Offer>,
    /// The providers a key can be typed for.
    pub vendors: Vec<Vendor>,
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What is chosen.
    pub what: String,
    /// Why it is offered.
    pub because: String,
    /// What has to be known besides.
    pub needs: Needs,
}

/// What has to be known before a choice can be made so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// Which of these models.
    OneOf(Vec<String>),
    /// Whose key, and the key.
    Key,
    /// Nothing, but it takes a while: something is fetched.
    Time,
}

/// A provider that wants a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vendor {
    /// Its name in the configuration.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The model it is asked for.
    pub model: String,
}

/// What the person chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Which offer, in its words; `None` when the person wants none of them.
    pub offer: Option<String>,
    /// Which of its models.
    pub model: Option<String>,
    /// A provider and its key.
    pub key: Option<(String, Secret)>,
}

/// What became of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settled {
    /// What the person should know about it.
    pub remarks: Vec<String>,
    /// Whether who was chosen was reached, and why not otherwise; `None` when nobody tried.
    pub reached: Option<Result<(), Problem>>,
}

/// How far something long has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub what: String,
    /// So far and in the end, in bytes, where that is known.
    pub done: Option<(u64, Option<u64>)>,
}
