//! `nanofolks usage`: tokens and money.

use clap::ValueEnum;
use nanofolks_protocol::budget::dollars;
use nanofolks_protocol::{Timestamp, Usage, UsageFilter, UsageGroup, UsageRow};
use serde_json::json;

use super::output::{Tone, one_line};
use super::{CliError, Cx, Run, when};

/// Tokens used and what they cost
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nanofolks usage                        by day
  nanofolks usage --by model --since 7d
  nanofolks usage --by room --since 2025-11-01 --until 2025-12-01

A cost with > in front is more than that: the price of some calls is not known.
A ? means that none is.")]
pub(crate) struct Args {
    /// What it is added up by
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    by: By,
    /// From then on: 2025-11-20, 7d, 24h, today, yesterday
    #[arg(long, value_name = "TIME", value_parser = when::past)]
    since: Option<Timestamp>,
    /// Before then
    #[arg(long, value_name = "TIME", value_parser = when::past)]
    until: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum By {
    #[default]
    Day,
    Model,
    Bot,
    Room,
    Session,
    /// What the calls were for: answers in turns, summaries, …
    Kind,
}

impl By {
    const fn group(self) -> UsageGroup {
        match self {
            Self::Day => UsageGroup::Day,
            Self::Model => UsageGroup::Model,
            Self::Bot => UsageGroup::Bot,
            Self::Room => UsageGroup::Room,
            Self::Session => UsageGroup::Session,
            Self::Kind => UsageGroup::Kind,
        }
    }

    const fn heading(self) -> &'static str {
        match self {
            Self::Day => "DAY",
            Self::Model => "MODEL",
            Self::Bot => "BOT",
            Self::Room => "ROOM",
            Self::Session => "SESSION",
            Self::Kind => "KIND",
        }
    }
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        if let (Some(since), Some(until)) = (self.since, self.until)
            && since >= until
        {
            return Err(CliError::usage("argument_conflict", "--since is not before --until"));
        }
        let filter = UsageFilter {
            since: self.since,
            until: self.until,
            group: self.by.group(),
            offset_minutes: when::offset_minutes(),
        };
        let archive = cx.house.archive()?;
        let of_kind = UsageFilter { group: UsageGroup::Kind, ..filter };
        let (rows, kinds) = cx.block_on(async {
            Ok((archive.usage(filter).await?, archive.usage(of_kind).await?))
        })?;
        let total = total(&rows);
        let besides: Vec<UsageRow> = kinds.into_iter().filter(|row| row.key != "turn").collect();
        if cx.out.is_json() {
            cx.out.object(&json!({
                "schema": "nanofolks.usage.v1",
                "by": self.by.group(),
                "since": self.since,
                "until": self.until,
                "rows": rows,
                "total": total,
                "auxiliary": besides,
            }));
            return Ok(());
        }
        if rows.is_empty() {
            cx.out.note("nothing was used");
            return Ok(());
        }
        let mut lines: Vec<Vec<String>> = rows.iter().map(|row| cells(row, &row.key)).collect();
        if rows.len() > 1 {
            lines.push(cells(&total, "total"));
        }
        if self.by != By::Kind {
            // What was no bot's answer is part of the sums above; here it is on its own.
            lines.extend(besides.iter().map(|row| cells(row, &format!("of it {}", row.key))));
        }
        let head = [self.by.heading(), "CALLS", "INPUT", "CACHED", "OUTPUT", "REASONING", "COST"];
        cx.out.table(&head, &lines);
        if !total.cost_known {
            let note = cx.out.paint_note(Tone::Dim, "the price of some calls is not known");
            cx.out.note(&note);
        }
        if total.lost_requests > 0 {
            let (calls, usd) = (total.lost_requests, dollars(total.lost_usd, total.cost_known));
            let text = format!(
                "{calls} of these calls ended before their provider said what they used; what \
                 they could have used is counted ({usd})"
            );
            let note = cx.out.paint_note(Tone::Dim, &text);
            cx.out.note(&note);
        }
        Ok(())
    }
}

fn cells(row: &UsageRow, key: &str) -> Vec<String> {
    let key = if key.is_empty() { "(none)".to_owned() } else { one_line(key) };
    let Usage { input_tokens, cached_input_tokens, output_tokens, reasoning_tokens, .. } =
        row.usage;
    let mut cells = vec![key, row.requests.to_string()];
    cells.extend(
        [input_tokens, cached_input_tokens, output_tokens, reasoning_tokens]
            .map(|count| count.to_string()),
    );
    cells.push(dollars(row.cost_usd, row.cost_known));
    cells
}

fn total(rows: &[UsageRow]) -> UsageRow {
    let nothing = UsageRow {
        key: String::new(),
        requests: 0,
        usage: Usage::default(),
        cost_usd: 0.0,
        cost_known: true,
        lost_requests: 0,
        lost_usd: 0.0,
    };
    rows.iter().fold(nothing, |sum, row| UsageRow {
        requests: sum.requests.saturating_add(row.requests),
        usage: sum.usage.plus(row.usage),
        cost_usd: sum.cost_usd + row.cost_usd,
        cost_known: sum.cost_known && row.cost_known,
        lost_requests: sum.lost_requests.saturating_add(row.lost_requests),
        lost_usd: sum.lost_usd + row.lost_usd,
        ..sum
    })
}
