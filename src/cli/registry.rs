//! The commands, one line each.
//!
//! A command's flags are built only when that command is named, so the price of a new
//! command at start-up is one name.

use clap::{Arg, ArgAction, ArgMatches, Args as _};

use super::{CliError, Cx, Globals};

/// A command: its flags, and what it does with them.
pub(crate) trait Run: clap::Args {
    /// Does it.
    fn run(self, cx: &mut Cx) -> Result<(), CliError>;
}

/// One line of the table of commands.
struct Entry {
    name: &'static str,
    /// Other spellings; the first is shown in the help.
    aliases: &'static [&'static str],
    about: &'static str,
    hidden: bool,
    build: fn(clap::Command) -> clap::Command,
    run: fn(&ArgMatches, &mut Cx) -> Result<(), CliError>,
}

impl Entry {
    const fn of<C: Run>(name: &'static str, about: &'static str) -> Self {
        Self { name, aliases: &[], about, hidden: false, build: C::augment_args, run: parsed::<C> }
    }

    #[expect(dead_code, reason = "for the commands that follow")]
    const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    const fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    fn command(&self) -> clap::Command {
        clap::Command::new(self.name)
            .visible_aliases(self.aliases.iter().copied())
            .about(self.about)
            .hide(self.hidden)
            .defer(self.build)
    }
}

fn parsed<C: Run>(matches: &ArgMatches, cx: &mut Cx) -> Result<(), CliError> {
    C::from_arg_matches(matches).map_err(CliError::Usage)?.run(cx)
}

/// All commands, in the order of the help.
static COMMANDS: &[Entry] = &[
    Entry::of::<super::chat::Args>("chat", "Talk with the bots, or ask one question"),
    Entry::of::<super::tui::Args>("tui", "Talk with the bots in the terminal"),
    Entry::of::<super::onboard::Args>("onboard", "Set up: what is here, who answers, a first room"),
    Entry::of::<super::session::Args>(
        "session",
        "List, search, change, export and import conversations",
    ),
    Entry::of::<super::export::Args>(
        "export",
        "Write conversations for people, as Markdown, JSON or PDF",
    ),
    Entry::of::<super::room::Args>("room", "List rooms; show and change what waits in them"),
    Entry::of::<super::approval::Args>("approval", "Answer questions of bots"),
    Entry::of::<super::channel::Args>(
        "channel",
        "Take messages in from folders, and watch over what is sent",
    ),
    Entry::of::<super::send::Args>("send", "Send a message by a channel"),
    Entry::of::<super::model::Args>("model", "Show and choose models; fetch embedded ones"),
    Entry::of::<super::auth::Args>("auth", "Store, show and forget the keys of providers"),
    Entry::of::<super::config::Args>("config", "Show and change settings"),
    Entry::of::<super::status::Args>(
        "status",
        "Show version, home, model, providers and what is stored",
    ),
    Entry::of::<super::doctor::Args>("doctor", "Check that everything is in order"),
    Entry::of::<super::spending::Args>("usage", "Show tokens used and what they cost"),
    Entry::of::<super::replay::Args>("replay", "Run a turn again from its record, offline"),
    Entry::of::<super::report::Args>("report", "Pack a turn into a file that replays elsewhere"),
    Entry::of::<super::backup::Args>("backup", "Make, check and take back safety copies"),
    Entry::of::<super::logs::Args>("logs", "Show what was recorded"),
    Entry::of::<super::completions::Args>("completions", "Print a completion script for a shell"),
    Entry::of::<super::man::Args>("man", "Print or write the manual pages"),
    Entry::of::<super::version::Args>("version", "Show the version and what was built in"),
    Entry::of::<super::generate::Args>(
        "generate",
        "Write completions/ and man/ from the command line",
    )
    .hidden(),
];

/// The whole command line; the parts of a command are built when it is named.
pub(crate) fn root() -> clap::Command {
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .global(true)
        .action(ArgAction::HelpShort)
        .help("Print this help");
    Globals::augment_args(clap::Command::new("nanofolks"))
        .version(env!("CARGO_PKG_VERSION"))
        .about("A team of bots in rooms, in your terminal")
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .arg(help)
        .subcommand_value_name("COMMAND")
        .after_help(
            "Without a command: a conversation on a terminal.\n\
             `nanofolks COMMAND --help` says more about a command.",
        )
        .subcommands(COMMANDS.iter().map(Entry::command))
}

/// Whether there is a command of this name.
pub(super) fn knows(name: &str) -> bool {
    COMMANDS.iter().any(|entry| entry.name == name || entry.aliases.contains(&name))
}

/// Runs a command that clap has found in this table.
pub(super) fn run(name: &str, matches: &ArgMatches, cx: &mut Cx) -> Result<(), CliError> {
    match COMMANDS.iter().find(|entry| entry.name == name) {
        Some(entry) => (entry.run)(matches, cx),
        None => Err(CliError::usage("command_unknown", format!("there is no command `{name}`"))),
    }
}

/// `nanofolks` alone: a conversation on a terminal, the help elsewhere.
pub(super) fn run_bare(cx: &mut Cx) -> Result<(), CliError> {
    if super::tui::is_possible(cx) {
        return super::tui::run(&super::chat::Args::default(), cx);
    }
    if cx.out.is_interactive() {
        return super::chat::Args::default().run(cx);
    }
    cx.out.note(&root().render_help().to_string());
    Err(CliError::Said(2))
}
