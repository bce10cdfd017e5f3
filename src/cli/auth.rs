//! `nanofolks auth`: the keys of the providers, kept in the keyring of the system or in an
//! encrypted file. No key is ever an argument, and none is ever shown.

mod forget;
mod passphrase;
mod show;

use std::io::Read as _;

use clap::{Subcommand, ValueEnum};
use nanofolks_config::{Paths, Settings};
use nanofolks_protocol::{Problem, ProblemKind, Secret};
use nanofolks_providers::preset;
use nanofolks_security::keys::{LONGEST_KEY, LockedBy, Stored};
use nanofolks_security::{KeyError, Tier};
use serde_json::json;
use zeroize::Zeroizing;

use crate::house::House;

use super::output::one_line;
use super::prompt::secret_prompt;
use super::{CliError, Cx, Run, complete};

/// Store, show and forget the keys of providers
///
/// Keys go into the keyring of the system; where there is none, into an encrypted file of the
/// home, the vault. A key in the configuration counts more than a stored one, a vendor's
/// variable such as ANTHROPIC_API_KEY less.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Store the key of a provider; it is asked for, or read from standard input
    Add {
        /// The provider
        #[arg(add = complete::providers())]
        provider: String,
        /// Read the key from standard input, also on a terminal
        #[arg(long)]
        key_stdin: bool,
        /// Where to keep it [default: the keyring, else the vault]
        #[arg(long, value_name = "WHERE")]
        tier: Option<Wished>,
        /// A key, where none belongs: other programs and the shell's history can read it
        #[arg(hide = true)]
        misplaced: Option<std::ffi::OsString>,
    },
    /// List the stored keys, without unlocking them
    #[command(visible_alias = "ls")]
    List,
    /// Forget the stored key of a provider
    #[command(visible_alias = "rm")]
    Remove {
        /// The provider
        #[arg(add = complete::stored_keys())]
        provider: String,
    },
    /// Show where each key comes from; of one provider, also whether it can be had
    Status {
        /// Only this provider
        #[arg(add = complete::providers())]
        provider: Option<String>,
    },
    /// Change the passphrase of the vault, or give it one
    ///
    /// The keys are encrypted anew; the old vault is replaced once the new one was opened. The
    /// new passphrase is asked for, or read from standard input.
    Passphrase {
        /// No passphrase from now on: a key file beside the vault opens it
        #[arg(long)]
        remove: bool,
        /// Read the new passphrase from standard input, also on a terminal
        #[arg(long, conflicts_with = "remove")]
        new_stdin: bool,
    },
    /// Forget every stored key, also where the vault is damaged or its passphrase lost
    Reset {
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
    /// Forget the only stored key, or all with --all
    Logout {
        /// Forget every stored key, the vault and its key file
        #[arg(long)]
        all: bool,
    },
}

/// Where a key is wished to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Wished {
    /// The keyring of the system
    Keyring,
    /// The encrypted file in the home
    Vault,
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        match self.action {
            Action::Add { misplaced: Some(_), provider, .. } => Err(misplaced(&provider)),
            Action::Add { provider, key_stdin, tier, .. } => add(cx, &provider, key_stdin, tier),
            Action::List => show::list(cx),
            Action::Remove { provider } => forget::one(cx, &provider),
            Action::Status { provider } => show::status(cx, provider.as_deref()),
            Action::Passphrase { remove, new_stdin } => passphrase::change(cx, remove, new_stdin),
            Action::Reset { yes } => forget::reset(cx, yes),
            Action::Logout { all } => forget::logout(cx, all),
        }
    }
}

/// What was written is not repeated: it may be a key.
fn misplaced(provider: &str) -> CliError {
    CliError::usage("key_on_command_line", "a key is never given on the command line").hint(format!(
        "`nanofolks auth add {}` asks for it, or reads it from standard input; the one you wrote \
         is in the history of your shell",
        one_line(provider)
    ))
}

fn told(error: &KeyError) -> CliError {
    error.to_problem().into()
}

/// Asks for the key of a provider and stores it, as `auth add` does.
pub(super) fn ask(cx: &mut Cx, named: &str) -> Result<(), CliError> {
    add(cx, named, false, None)
}

fn add(cx: &mut Cx, named: &str, stdin: bool, wished: Option<Wished>) -> Result<(), CliError> {
    cx.settings()?;
    let name = cx.house.catalog()?.provider_name(named)?;
    let key = key(cx, &name, stdin)?;
    doubt(cx, &name, &key);
    let tier = wished.map(|wished| match wished {
        Wished::Keyring => Tier::Keyring,
        Wished::Vault => Tier::Vault,
    });
    cx.house.paths()?.create().map_err(Problem::from)?;
    let stored = cx.house.keys()?.set(&name, &key, tier).map_err(|error| told(&error))?;
    say(cx, &name, &stored)
}

/// Stores a key that was typed elsewhere, and says where it is.
pub(super) fn keep(house: &House, named: &str, key: &Secret) -> Result<String, Problem> {
    let name = house.catalog()?.provider_name(named)?;
    house.paths()?.create().map_err(Problem::from)?;
    let stored = house.keys()?.set(&name, key, None).map_err(|error| error.to_problem())?;
    let place = match stored.tier {
        Tier::Keyring => stored.tier.to_string(),
        Tier::Vault => format!("the vault {}", house.paths()?.vault().display()),
    };
    let counts = match overruled(&house.loaded()?.settings, &name) {
        Some(text) => format!("\n{text}"),
        None => String::new(),
    };
    Ok(format!("the key of {name} is in {place}{counts}"))
}

/// Why a stored key is not used, when the configuration names another one.
fn overruled(settings: &Settings, name: &str) -> Option<String> {
    let reference = settings.providers.get(name)?.api_key.as_ref()?;
    let counts = reference.to_string() != format!("keyring:{name}");
    counts.then(|| {
        format!("providers.{name}.api_key is set in the configuration, and it counts more")
    })
}

/// Says when a key does not look like one of its vendor's.
pub(super) fn doubt(cx: &mut Cx, name: &str, key: &Secret) {
    if let Some(doubt) = doubts(name, key) {
        let hint = "it is stored as it is; `nanofolks doctor` asks the provider";
        cx.out.warning(&doubt, Some(hint));
    }
}

/// Why a key does not look like one of its vendor's.
pub(super) fn doubts(name: &str, key: &Secret) -> Option<String> {
    let prefix = preset(name)?.key_prefix?;
    let strange = !key.expose().starts_with(prefix);
    strange.then(|| format!("keys of {name} usually begin with {prefix}"))
}

/// The key: typed unseen on a terminal, else standard input.
fn key(cx: &Cx, name: &str, stdin: bool) -> Result<Secret, CliError> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::Interrupted => {
            Problem::new(ProblemKind::Interrupted, "interrupted", "no key was stored").into()
        }
        _ => CliError::failure("key_unreadable", format!("cannot read the key: {error}"))
            .hint("one line of text, for example from `pass show NAME | nanofolks auth add …`"),
    };
    if !stdin && cx.out.is_interactive() {
        return secret_prompt(&format!("key of {name}: ")).map_err(failed);
    }
    typed_in(u64::try_from(LONGEST_KEY).unwrap_or(u64::MAX)).map_err(failed)
}

/// What standard input says, a little more than `most` bytes of it at most.
fn typed_in(most: u64) -> std::io::Result<Secret> {
    let mut text = Zeroizing::new(String::new());
    std::io::stdin().lock().take(most.saturating_add(2)).read_to_string(&mut text)?;
    Ok(Secret::new(text.trim().to_owned()))
}

fn say(cx: &mut Cx, name: &str, stored: &Stored) -> Result<(), CliError> {
    let paths = cx.house.paths()?;
    remark(cx, stored)?;
    if let Some(text) = overruled(&cx.house.loaded()?.settings, name) {
        let hint = format!("`nanofolks config set providers.{name}.api_key keyring:{name}`");
        cx.out.warning(&text, Some(&hint));
    }
    if cx.out.is_json() {
        cx.out.object(&json!({
            "schema": "nanofolks.auth_add.v1", "provider": name, "tier": stored.tier,
            "keyring_unavailable": stored.no_keyring, "vault_made": stored.vault_made,
        }));
        return Ok(());
    }
    let place = match stored.tier {
        Tier::Keyring => stored.tier.to_string(),
        Tier::Vault => format!("the vault {}", paths.vault().display()),
    };
    cx.out.line(&format!("the key of {name} is in {place}"));
    Ok(())
}

/// What the person should know about where a key went.
pub(super) fn remark(cx: &mut Cx, stored: &Stored) -> Result<(), CliError> {
    for remark in remarks(&*cx.house.paths()?, stored) {
        cx.out.note(&remark);
    }
    Ok(())
}

/// The same, for whoever prints it.
pub(super) fn remarks(paths: &Paths, stored: &Stored) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(why) = &stored.no_keyring {
        remarks.push(format!("the keyring of this system cannot be used: {}", one_line(why)));
    }
    if stored.vault_made == Some(LockedBy::KeyFile) {
        remarks.push(format!(
            "the vault is opened by {}: that protects its keys where the vault alone is copied \
             (a backup, a synced folder), and not from whoever can read both files; with \
             NANOFOLKS_VAULT_PASSPHRASE set when the vault is made, a passphrase protects it",
            paths.vault_key().display()
        ));
    }
    remarks
}
