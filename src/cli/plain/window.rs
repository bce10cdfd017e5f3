//! `/compact` and `/context`: how full the model's window is, and making room in it.

use nanofolks_protocol::history::ContextReport;
use nanofolks_protocol::{Op, Receipt};

use super::Talk;
use crate::cli::output::{Tone, one_line};
use crate::cli::{CliError, Cx};

/// Sums up the older part of the conversation.
pub(super) async fn compact(talk: &Talk, cx: &mut Cx) -> Result<(), CliError> {
    cx.out.note("summing up …");
    cx.out.flush();
    let options = Box::new(talk.options.clone());
    let done = talk.handle.submit(Op::Compact { room: talk.room.clone(), options }).await?;
    if let Receipt::Compacted { messages, before, after } = done {
        cx.out.line(&format!(
            "{messages} messages are summed up: {before} tokens became {after}; the messages \
             themselves are kept"
        ));
    }
    Ok(())
}

/// Shows what the next request would be made of.
pub(super) async fn show(talk: &Talk, cx: &mut Cx) -> Result<(), CliError> {
    let options = Box::new(talk.options.clone());
    let told = talk.handle.submit(Op::Context { room: talk.room.clone(), options }).await?;
    let Receipt::Context(report) = told else { return Ok(()) };
    let percent = report.used.saturating_mul(100) / report.window.max(1);
    let head =
        format!("{} of {} tokens ({percent} %), {}", report.used, report.window, report.model);
    cx.out.line(&one_line(&head));
    for (name, tokens, what) in blocks(&report) {
        let name = cx.out.paint(Tone::Dim, &format!("{name:<9}"));
        cx.out.line(&format!("{name} {tokens:>9}{what}"));
    }
    if report.window < report.said_window {
        cx.out.note(&format!(
            "the model is said to have room for {}, but it turned out to be less",
            report.said_window
        ));
    }
    if !report.compaction {
        cx.out.note("long conversations are not shortened: context.mode is off");
    }
    Ok(())
}

fn blocks(report: &ContextReport) -> [(&'static str, u64, String); 5] {
    let none = String::new;
    let summed_up = match report.summed_up {
        0 => none(),
        count => format!("  for {count} messages"),
    };
    [
        ("system", report.system, none()),
        ("tools", report.tools, none()),
        ("summary", report.summary, summed_up),
        ("history", report.history, format!("  {} messages", report.messages)),
        ("this turn", report.turn, none()),
    ]
}
