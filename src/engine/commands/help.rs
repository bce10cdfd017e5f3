//! `/help`: the commands, by what they are about.

use nanofolks_protocol::command::{Category, Completes};
use nanofolks_protocol::{Catalog, CommandOutput, CommandSpec};

use super::{Asked, Command, Told, catalog, may};

pub(super) static COMMAND: Command =
    Command::new("help", Category::Info, "show the commands, or what is known about one")
        .aliases(&["?", "commands"])
        .takes(&[may("COMMAND", Completes::Command)])
        .does(|asked| Box::pin(run(asked)));

async fn run(asked: Asked) -> Told {
    let catalog = catalog().on(&asked.envelope.channel);
    if asked.rest.is_empty() {
        return Ok(CommandOutput::text(text(&catalog)));
    }
    let spec = catalog.find(asked.rest.trim_start_matches('/'))?;
    Ok(CommandOutput::text(about(spec)))
}

/// All commands of a catalogue, grouped.
pub(super) fn text(catalog: &Catalog) -> String {
    let mut text = String::new();
    for category in Category::ALL {
        let mut commands = catalog.iter().filter(|spec| spec.category == category).peekable();
        if commands.peek().is_none() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(category.title());
        text.push('\n');
        for spec in commands {
            text.push_str(&format!("  {:<34} {}\n", spec.usage(), spec.summary));
        }
    }
    text.push_str("\n@bot asks that bot.");
    text
}

fn about(spec: &CommandSpec) -> String {
    let mut text = format!("{}: {}", spec.usage(), spec.summary);
    if !spec.aliases.is_empty() {
        let aliases: Vec<_> = spec.aliases.iter().map(|alias| format!("/{alias}")).collect();
        text.push_str(&format!("\nalso {}", aliases.join(", ")));
    }
    text
}
