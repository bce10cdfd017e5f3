//! `nanofolks man`: the manual pages.

use std::path::{Path, PathBuf};

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use nanofolks_protocol::command::Category;

use super::{CliError, Cx, Run, root};

/// Print or write the manual pages
///
/// `nanofolks man | man -l -` reads the first page, `nanofolks man config set | man -l -`
/// the page of a command.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The command whose page is wanted
    #[arg(value_name = "COMMAND", conflicts_with = "out")]
    command: Vec<String>,
    /// Write all pages into this folder instead, for example ~/.local/share/man/man1
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    out: Option<PathBuf>,
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let pages = pages();
        if let Some(folder) = &self.out {
            for page in &pages {
                page.write(folder)?;
            }
            cx.out.line(&format!("{} pages written to {}", pages.len(), folder.display()));
            return Ok(());
        }
        let mut name = "nanofolks".to_owned();
        for part in &self.command {
            name = format!("{name}-{part}");
        }
        let Some(page) = pages.iter().find(|page| page.name == name) else {
            let wanted = self.command.join(" ");
            return Err(CliError::usage(
                "command_unknown",
                format!("there is no command `{wanted}`"),
            )
            .hint("`nanofolks --help` lists the commands"));
        };
        cx.out.raw(&page.text);
        Ok(())
    }
}

/// One page.
pub(crate) struct Page {
    name: String,
    text: String,
}

impl Page {
    /// The name of its file.
    pub(crate) fn file(&self) -> String {
        format!("{}.1", self.name)
    }

    /// Its text, for `man`.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    fn write(&self, folder: &Path) -> Result<(), CliError> {
        let file = folder.join(self.file());
        std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&file, &self.text)).map_err(
            |error| {
                CliError::failure(
                    "file_failed",
                    format!("cannot write {}: {error}", file.display()),
                )
            },
        )
    }
}

/// The pages of all commands.
pub(crate) fn pages() -> Vec<Page> {
    let mut root = root().disable_help_subcommand(true);
    root.build();
    let mut pages = Vec::new();
    collect(&root, true, &mut pages);
    pages
}

fn collect(command: &Command, top: bool, pages: &mut Vec<Page>) {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let mut bytes = Vec::new();
    let extra = if top { sections() } else { Roff::new() };
    let man = Man::new(command.clone()).source(concat!("nanofolks ", env!("CARGO_PKG_VERSION")));
    // Writing into memory does not fail.
    let written = man.render(&mut bytes).and_then(|()| extra.to_writer(&mut bytes));
    if written.is_ok() {
        pages.push(Page { name, text: String::from_utf8_lossy(&bytes).into_owned() });
    }
    for command in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        collect(command, false, pages);
    }
}

/// What the flags do not say: places, variables, endings.
fn sections() -> Roff {
    let mut roff = Roff::new();
    for (title, rows) in [("EXIT STATUS", EXITS), ("ENVIRONMENT", VARIABLES), ("FILES", FILES)] {
        roff.control("SH", [title]);
        for (name, about) in rows {
            roff.control("TP", []);
            roff.text([bold(*name)]);
            roff.text([roman(*about)]);
        }
    }
    slash_commands(&mut roff);
    roff
}

/// The commands of a conversation, from the list that also drives `/help`.
fn slash_commands(roff: &mut Roff) {
    let catalog = nanofolks_engine::commands::catalog().with(nanofolks_tui::OWN).on("tui");
    roff.control("SH", ["SLASH COMMANDS"]);
    roff.text([roman(
        "In a conversation a line that begins with / is a command, never a message.",
    )]);
    for category in Category::ALL {
        roff.control("SS", [category.title()]);
        for spec in catalog.iter().filter(|spec| spec.category == category) {
            roff.control("TP", []);
            roff.text([bold(spec.usage())]);
            let aliases: Vec<_> = spec.aliases.iter().map(|alias| format!("/{alias}")).collect();
            let also = if aliases.is_empty() {
                String::new()
            } else {
                format!(" (also {})", aliases.join(", "))
            };
            roff.text([roman(format!("{}{also}", spec.summary))]);
        }
    }
}

type Rows = &'static [(&'static str, &'static str)];

const EXITS: Rows = &[
    ("0", "all went well"),
    ("1", "something failed"),
    ("2", "the command line or the configuration is wrong"),
    ("3", "a policy forbids it"),
    ("4", "an approval is needed and there is nobody to ask"),
    ("5", "a ceiling of money, tokens or iterations is reached"),
    ("6", "the provider of the model failed"),
    ("7", "a feature, model or sandbox is not available here"),
    ("124", "the deadline passed"),
    ("130", "interrupted"),
];

const VARIABLES: Rows = &[
    ("NANOFOLKS_HOME", "the data folder, instead of ~/.nanofolks"),
    ("NANOFOLKS_PROFILE", "a complete home of its own inside the data folder"),
    ("NANOFOLKS_MODEL", "the model, as provider/model"),
    (
        "NANOFOLKS_<PATH>",
        "any setting: its path in capitals, with two underscores for each dot, \
         for example NANOFOLKS_PROVIDERS__MYLAB__BASE_URL",
    ),
    (
        "ANTHROPIC_API_KEY, OPENAI_API_KEY, ...",
        "a vendor's usual variable makes that provider available without any configuration",
    ),
    ("NANOFOLKS_FONTS", "a folder of fonts for PDF, instead of the fonts of this system"),
    ("NANOFOLKS_ONBOARD_NONINTERACTIVE", "1: `nanofolks onboard` asks nothing"),
    ("OLLAMA_HOST", "where `nanofolks onboard` looks for Ollama on this machine"),
    ("VISUAL, EDITOR", "the editor of `nanofolks config edit`"),
    ("NO_COLOR, CLICOLOR_FORCE", "no colour, or colour also without a terminal"),
];

const FILES: Rows = &[
    ("~/.nanofolks/config.toml", "settings; see nanofolks-config(1)"),
    ("~/.nanofolks/nanofolks.db", "rooms, conversations, turns, usage"),
    ("~/.nanofolks/models/", "files of embedded models"),
    ("~/.nanofolks/logs/", "what was recorded; see nanofolks-logs(1)"),
    (".nanofolks/config.toml", "settings of a project, once its folder is trusted"),
];
