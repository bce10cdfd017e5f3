//! `/queue`: what waits, seen, added to, changed, taken back.

use nanofolks_protocol::command::{Category, Choice, Completes, Table, WhileBusy};
use nanofolks_protocol::{CommandOutput, Control, Op, Problem, ProblemKind, Queued};

use super::{Asked, Command, Told, may, said, sent, short};

pub(super) static COMMAND: Command = Command::new(
    "queue",
    Category::Turn,
    "show what waits; TEXT waits as well; `edit N TEXT`, `delete N` change it",
)
.takes(&[may("TEXT", Completes::Text)])
.while_busy(WhileBusy::Queue)
.does(|asked| Box::pin(run(asked)));

/// What a line asks for.
#[derive(Debug, PartialEq, Eq)]
enum Wish<'a> {
    Show,
    Edit(usize, &'a str),
    Delete(usize),
    Add(&'a str),
}

fn understand(rest: &str) -> Wish<'_> {
    let (verb, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let after = after.trim();
    let (number, text) = after.split_once(char::is_whitespace).unwrap_or((after, ""));
    match (verb, number.parse()) {
        ("", _) => Wish::Show,
        ("edit", Ok(number)) if !text.is_empty() => Wish::Edit(number, text.trim()),
        ("delete" | "drop", Ok(number)) if text.is_empty() => Wish::Delete(number),
        _ => Wish::Add(rest),
    }
}

async fn run(asked: Asked) -> Told {
    match understand(&asked.rest) {
        Wish::Show => show(&asked).await,
        Wish::Edit(number, text) => {
            let envelope = nth(&asked, number).await?.envelope.id;
            asked.control(Control::Edit { envelope, text: text.to_owned() }).await?;
            Ok(CommandOutput::text(format!("message {number} says something else now")))
        }
        Wish::Delete(number) => {
            let envelope = nth(&asked, number).await?.envelope.id;
            asked.control(Control::Withdraw { envelope }).await?;
            Ok(CommandOutput::text(format!("message {number} is taken out of the queue")))
        }
        Wish::Add(text) => {
            let (envelope, options) = (asked.message(text), Box::new(asked.options.clone()));
            let receipt = asked.handle.submit(Op::Post { envelope, options }).await?;
            Ok(sent(&receipt, "it waits for its turn; /queue shows what waits"))
        }
    }
}

async fn waiting(asked: &Asked) -> Result<Vec<Queued>, Problem> {
    asked.shared.services.archive.queue(asked.room()).await.map_err(said)
}

async fn nth(asked: &Asked, number: usize) -> Result<Queued, Problem> {
    let mut waiting = waiting(asked).await?;
    if (1..=waiting.len()).contains(&number) {
        return Ok(waiting.swap_remove(number - 1));
    }
    let message = format!("there is no message {number} in the queue; {} wait", waiting.len());
    Err(Problem::new(ProblemKind::Usage, "not_waiting", message).hint("/queue shows them"))
}

async fn show(asked: &Asked) -> Told {
    let waiting = waiting(asked).await?;
    if waiting.is_empty() {
        return Ok(CommandOutput::text("nothing waits"));
    }
    let row = |(at, queued): (usize, &Queued)| {
        let envelope = &queued.envelope;
        vec![(at + 1).to_string(), envelope.sender.name.clone(), short(&envelope.text, 60)]
    };
    let rows: Vec<_> = waiting.iter().enumerate().map(row).collect();
    let choice = |number: usize| {
        let line = format!("/queue delete {number}");
        Choice { label: format!("take message {number} out"), line, ..Choice::default() }
    };
    let head = ["N", "FROM", "TEXT"].map(str::to_owned).to_vec();
    Ok(CommandOutput {
        choices: (1..=waiting.len()).map(choice).collect(),
        table: Some(Table { head, rows }),
        ..CommandOutput::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_said_in_full_changes_the_queue() {
        assert_eq!(understand(""), Wish::Show);
        assert_eq!(understand("edit 2 do it twice"), Wish::Edit(2, "do it twice"));
        assert_eq!(understand("delete 1"), Wish::Delete(1));
        assert_eq!(understand("delete 1 file"), Wish::Add("delete 1 file"));
        assert_eq!(understand("edit the readme"), Wish::Add("edit the readme"));
        assert_eq!(understand("edit 2"), Wish::Add("edit 2"));
    }
}
