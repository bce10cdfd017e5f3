//! `/context`: how full the model's window is, and with what.

use nanofolks_protocol::command::{Category, Table};
use nanofolks_protocol::{CommandOutput, Op, Receipt};

use super::{Asked, Command, Told};

pub(super) static COMMAND: Command =
    Command::new("context", Category::Info, "show how full the model's window is, and with what")
        .aliases(&["window"])
        .does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    let (room, options) = (asked.room().clone(), Box::new(asked.options.clone()));
    let told = asked.handle.submit(Op::Context { room, options }).await?;
    let Receipt::Context(report) = told else { return Ok(CommandOutput::default()) };
    let percent = report.used.saturating_mul(100) / report.window.max(1);
    let mut text =
        format!("{} of {} tokens ({percent} %), {}", report.used, report.window, report.model);
    if report.window < report.said_window {
        text.push_str(&format!(
            "\nthe model is said to have room for {}; it turned out to be less",
            report.said_window
        ));
    }
    if !report.compaction {
        text.push_str("\nlong conversations are not shortened: context.mode is off");
    }
    let summed_up = match report.summed_up {
        0 => String::new(),
        count => format!("for {count} messages"),
    };
    let row =
        |name: &str, tokens: u64, what: String| vec![name.to_owned(), tokens.to_string(), what];
    let rows = vec![
        row("system", report.system, String::new()),
        row("tools", report.tools, String::new()),
        row("summary", report.summary, summed_up),
        row("history", report.history, format!("{} messages", report.messages)),
        row("this turn", report.turn, String::new()),
    ];
    let head = ["", "TOKENS", ""].map(str::to_owned).to_vec();
    Ok(CommandOutput { table: Some(Table { head, rows }), ..CommandOutput::text(text) })
}
