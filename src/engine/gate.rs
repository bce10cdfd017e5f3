//! The gate: the one place in the engine from which a model is asked.
//!
//! What a call may cost is held back in the commit that records it, or in a commit of its own
//! for an errand; only the answer to that commit is a permit. What it did cost is written
//! with its kind: a turn's calls with their responses, errands with what they were for.

use std::time::Duration;

use futures_util::StreamExt as _;
use nanofolks_protocol::ports::{Gated, ModelStream, Permit};
use nanofolks_protocol::{
    ModelCard, ModelError, ModelErrorKind, ModelEvent, ModelRef, ModelRequest, Problem,
    ProblemKind, Spending, StopReason, Usage, Write,
};

use crate::engine::Shared;
use crate::turn::{self, Call, Course, Payer, Worst, context};

/// Most bytes an errand's answer may have.
const MAX_ANSWER: usize = 1 << 20;

/// Sends a turn's request that was recorded.
///
/// # Errors
/// When there is no permit: then nothing is sent.
pub(crate) fn ask(
    provider: &Gated,
    permit: Option<Permit>,
    request: ModelRequest,
) -> Result<ModelStream, Problem> {
    match permit {
        Some(permit) => Ok(provider.ask(permit, request)),
        None => Err(Problem::new(
            ProblemKind::Failure,
            "no_permit",
            "a model was about to be asked without a record of it; nothing was sent",
        )
        .hint("`nanofolks logs` has the details; please report it")),
    }
}

/// A call that is no bot's answer.
pub(crate) struct Errand<'a> {
    /// Who it is for, and who pays.
    pub(crate) payer: Payer<'a>,
    /// What for, in a word.
    pub(crate) purpose: &'static str,
    pub(crate) model: &'a ModelRef,
    pub(crate) card: &'a ModelCard,
    /// Longest time it may take.
    pub(crate) patience: Duration,
}

/// What came of an errand.
#[must_use]
pub(crate) struct Fetched {
    /// What the model said.
    pub(crate) text: Result<String, Problem>,
    /// What it used, to be committed with whatever is made of the answer.
    pub(crate) spent: Option<Write>,
    /// What was to be committed before, when the model was not asked at all.
    pub(crate) begun: Vec<Write>,
}

impl Fetched {
    const fn nothing(problem: Problem, begun: Vec<Write>) -> Self {
        Self { text: Err(problem), spent: None, begun }
    }
}

/// Asks a model beside the conversation. `begun` is committed together with what is held
/// back; what was committed before is not taken back when the call fails.
pub(crate) async fn fetch(
    shared: &Shared,
    errand: &Errand<'_>,
    request: ModelRequest,
    mut begun: Vec<Write>,
) -> Fetched {
    let provider = match shared.services.models.open(errand.model) {
        Ok(provider) => provider,
        Err(problem) => return Fetched::nothing(problem, begun),
    };
    let sent = estimate(&request);
    let worst = Worst { card: errand.card, input: sent + sent / 2, output: request.max_output };
    let held = match turn::hold(shared, &errand.payer, &worst) {
        Ok(held) => held,
        Err(problem) => return Fetched::nothing(problem, begun),
    };
    let reservation = held.id;
    begun.push(Write::Reserve(Box::new(held)));
    let written = match shared.bus.commit(begun).await {
        Ok(written) => written,
        Err(error) => return Fetched::nothing(error.to_problem(), Vec::new()),
    };
    if let Some(problem) = turn::over_budget(&written) {
        return Fetched::nothing(problem, Vec::new());
    }
    let stream = match ask(&provider, Permit::of(&written), request) {
        Ok(stream) => stream,
        Err(problem) => return Fetched::nothing(problem, Vec::new()),
    };
    let mut heard = Heard { reported: Usage::default(), requests: 1, text: String::new() };
    let listening = listen(stream, provider.name(), &mut heard);
    let end = tokio::select! {
        biased;
        () = shared.tasks.stop().cancelled() => Err(End::GivenUp("the program is stopping")),
        end = tokio::time::timeout(errand.patience, listening) => {
            end.unwrap_or(Err(End::GivenUp("it took too long")))
        }
    };
    let course = match &end {
        Ok(()) => Course::Whole,
        Err(End::GivenUp(_)) => Course::GivenUp,
        Err(End::Failed(error)) => Course::Failed(error),
    };
    let Heard { reported, requests, text } = heard;
    let arrived = context::tokens_of_text(text.len());
    let used = Call { course, reported, sent, arrived }.used();
    let payer = &errand.payer;
    let spent = Spending {
        reservation: Some(reservation),
        turn: payer.turn,
        room: payer.room.clone(),
        session: Some(payer.session),
        bot: payer.bot.clone(),
        model: errand.model.clone(),
        purpose: errand.purpose.to_owned(),
        usage: used.usage,
        estimated: used.estimated,
        requests,
        cost_usd: errand.card.price.as_ref().map(|price| used.usage.cost(price)),
        at: shared.services.clock.now(),
    };
    let text = end.map(|()| text).map_err(|end| end.to_problem());
    Fetched { text, spent: Some(Write::Spent(Box::new(spent))), begun: Vec::new() }
}

/// What was heard of an answer so far, also when nobody waits for its end.
struct Heard {
    reported: Usage,
    requests: u32,
    text: String,
}

/// Why there is no answer.
enum End {
    Failed(ModelError),
    GivenUp(&'static str),
}

impl End {
    fn to_problem(&self) -> Problem {
        match self {
            Self::Failed(error) => error.to_problem(),
            Self::GivenUp(why) => {
                Problem::new(ProblemKind::Failure, "errand_given_up", *why).retryable()
            }
        }
    }
}

async fn listen(mut stream: ModelStream, provider: &str, heard: &mut Heard) -> Result<(), End> {
    while let Some(event) = stream.next().await {
        match event.map_err(End::Failed)? {
            ModelEvent::Text(more) => heard.text.push_str(&more),
            ModelEvent::Usage(counted) => heard.reported = counted,
            ModelEvent::Again { .. } => heard.requests = heard.requests.saturating_add(1),
            ModelEvent::Finished { reason: StopReason::End | StopReason::Length } => {
                return Ok(());
            }
            ModelEvent::Finished { .. } => break,
            ModelEvent::Reasoning(_) | ModelEvent::ReasoningSeal(_) | ModelEvent::ToolCall(_) => {}
        }
        if heard.text.len() > MAX_ANSWER {
            break;
        }
    }
    let why = "the answer is of no use";
    Err(End::Failed(ModelError::new(provider, ModelErrorKind::Malformed, why)))
}

/// Tokens of a request that was never counted; by experience it is never much more than half
/// as much again.
fn estimate(request: &ModelRequest) -> u64 {
    let messages = request.messages.iter().map(|message| context::tokens_of(message));
    let fixed =
        context::tokens_of_text(request.system.len()) + context::tokens_of_tools(&request.tools);
    messages.sum::<u64>() + fixed
}
