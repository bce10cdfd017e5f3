//! `/bot`: who answers.

use nanofolks_protocol::command::{Category, Choice, Completes, Then};
use nanofolks_protocol::{BotId, CommandOutput, Problem, ProblemKind};

use super::activity::Activity;
use super::{Asked, Command, Told, may};

pub(super) static COMMAND: Command = Command::new(
    "bot",
    Category::Settings,
    "show the team and what it does, or choose who answers",
)
.aliases(&["bots"])
.takes(&[may("NAME", Completes::Bot)])
.does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    let bots = asked.shared.services.roster.bots();
    let names: Vec<_> = bots.iter().map(ToString::to_string).collect();
    if asked.rest.is_empty() {
        let chosen = asked.options.bot.as_ref().map_or("leader", |bot| bot.as_str());
        let activity = Activity::of(&asked.shared).await?;
        let choice = |bot: &BotId| Choice {
            label: bot.to_string(),
            about: activity.of_bot(bot).or_else(|| field(&asked, bot)).unwrap_or_default(),
            line: format!("/bot {bot}"),
            is_current: bot.as_str() == chosen,
        };
        return Ok(CommandOutput {
            text: format!("answers: {chosen}; the bots are {}", names.join(", ")),
            choices: bots.iter().map(choice).collect(),
            ..CommandOutput::default()
        });
    }
    let bare = asked.rest.trim_start_matches('@').to_lowercase();
    let Some(bot) = bots.into_iter().find(|bot| bot.as_str() == bare) else {
        let message = format!("there is no bot {:?}", asked.rest);
        return Err(Problem::new(ProblemKind::Usage, "bot_unknown", message)
            .hint(format!("the bots are {}", names.join(", "))));
    };
    let text = format!("answers: {bot}; the bots are {}", names.join(", "));
    Ok(CommandOutput::text(text).then(Then::Bot(bot)))
}

/// What a bot is for.
fn field(asked: &Asked, bot: &BotId) -> Option<String> {
    let profile = asked.shared.services.roster.profile(bot)?;
    Some(format!("{}: {}", profile.title, profile.domain))
}
