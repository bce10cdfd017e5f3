//! `nanofolks session import`: conversations from a file, whole or not at all.
//!
//! `plan` decides what has to be written. A conversation that is here already is not made
//! twice: what is new in the file is added to it.

mod plan;

use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use nanofolks_protocol::Batch;
use nanofolks_protocol::ports::{Blobs as _, Journal as _};
use serde_json::{Value, json};

use self::plan::{Planned, Planner, State};
use crate::cli::chat::room_id;
use crate::cli::output::one_line;
use crate::cli::{CliError, Cx, amount, regular};
use crate::transcript::read::{Complaint, Transcript, read};

/// Complaints that are said in one line.
const SAID: usize = 3;
/// Complaints that programs are told.
const TOLD: usize = 1000;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Reads what `nanofolks session export` and `nanofolks export --format json` wrote, and the session files of earlier programs:
a line {\"_type\":\"metadata\",...}, then a message a line with role, content and timestamp.
Importing the same file twice changes nothing.")]
pub(super) struct Import {
    /// The file; `-` is standard input
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    file: PathBuf,
    /// Leave out the lines that cannot be used, and take the rest
    #[arg(long)]
    partial: bool,
    /// Import as new conversations, also what is here already
    #[arg(long)]
    as_new: bool,
}

impl Import {
    pub(super) fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let room = cx.globals.room.as_deref().map(room_id).transpose()?;
        let mut transcript = self.read(cx)?;
        if !transcript.complaints.is_empty() && !self.partial {
            return Err(self.refused(&transcript.complaints));
        }
        let store = cx.house.store()?;
        let runtime = cx.runtime()?;
        let undecoded = blobs(&mut transcript, self.partial)?;
        let mut planner = Planner::new(&*store, room, self.as_new);
        let planned = runtime.block_on(async {
            for bytes in undecoded {
                store
                    .put(bytes)
                    .await
                    .map_err(|error| CliError::failure("attachment_not_kept", error.to_string()))?;
            }
            planner.all(std::mem::take(&mut transcript.sessions)).await?;
            let (writes, planned) = planner.finish();
            if !writes.is_empty() {
                store.commit(Batch { writes }).await?;
            }
            Ok::<_, CliError>(planned)
        })?;
        self.told(cx, &planned, &transcript.complaints);
        Ok(())
    }

    fn read(&self, cx: &Cx) -> Result<Transcript, CliError> {
        let name = self.file.display().to_string();
        let failed = |error: &io::Error| {
            CliError::usage("input_unreadable", format!("cannot read {name}: {error}"))
        };
        let source: Box<dyn BufRead> = if name == "-" {
            Box::new(io::stdin().lock())
        } else {
            let file = regular::open(&self.file).map_err(|error| failed(&error))?;
            Box::new(BufReader::with_capacity(64 * 1024, file))
        };
        let sanitizer = cx.house.sanitizer()?;
        let clean = |text: &str| sanitizer.clean(text).into_owned();
        let stem = self.file.file_stem().unwrap_or_default().to_string_lossy();
        let transcript = read(source, &stem, &clean).map_err(|error| failed(&error))?;
        if transcript.sessions.is_empty() && transcript.complaints.is_empty() {
            return Err(CliError::usage("import_empty", format!("{name} holds no conversation")));
        }
        Ok(transcript)
    }

    fn refused(&self, complaints: &[Complaint]) -> CliError {
        let said: Vec<String> = complaints
            .iter()
            .take(SAID)
            .map(|complaint| format!("line {}: {}", complaint.line, complaint.reason))
            .collect();
        let more = match complaints.len().saturating_sub(SAID) {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        let said = said.join("; ");
        let message = format!("nothing was imported from {}: {said}{more}", self.file.display());
        CliError::usage("import_invalid", message)
            .hint("mend the file, or import the rest with --partial")
    }

    fn told(&self, cx: &mut Cx, planned: &[Planned], complaints: &[Complaint]) {
        if cx.out.is_json() {
            let sessions: Vec<Value> = planned.iter().map(object).collect();
            let told = complaints.iter().take(TOLD);
            let told = told.map(|it| json!({ "line": it.line, "reason": it.reason }));
            cx.out.object(&json!({
                "schema": "nanofolks.session_import.v1",
                "file": self.file,
                "sessions": sessions,
                "left_out": told.collect::<Vec<_>>(),
                "left_out_count": complaints.len(),
            }));
            return;
        }
        for complaint in complaints.iter().take(TOLD) {
            let text = format!("line {} was left out: {}", complaint.line, complaint.reason);
            cx.out.warning(&text, None);
        }
        for session in planned {
            let title = one_line(session.title.as_deref().unwrap_or(""));
            let what = match session.state {
                State::New => format!("imported, {}", amount::counted(session.messages, "message")),
                State::Grown => format!("was here; {} messages added", session.messages),
                State::Known => "is here already".to_owned(),
            };
            cx.out.line(&format!("{} {} {title}: {what}", session.session, session.room));
            for remark in &session.remarks {
                cx.out.note(&format!("  {remark}"));
            }
        }
    }
}

fn object(planned: &Planned) -> Value {
    json!({
        "session": planned.session,
        "room": planned.room,
        "title": planned.title,
        "state": match planned.state {
            State::New => "imported",
            State::Grown => "extended",
            State::Known => "known",
        },
        "messages": planned.messages,
        "duplicates": planned.duplicates,
        "reordered": planned.reordered,
        "renamed": planned.renamed,
        "remarks": planned.remarks,
    })
}

/// The bytes that came with the messages, checked against their names.
fn blobs(transcript: &mut Transcript, partial: bool) -> Result<Vec<Bytes>, CliError> {
    use sha2::Digest as _;
    let mut found = Vec::new();
    for draft in &mut transcript.sessions {
        for entry in &mut draft.entries {
            for (id, text) in std::mem::take(&mut entry.blobs) {
                let bytes = STANDARD.decode(&text).ok().filter(|bytes| {
                    let digest: [u8; 32] = sha2::Sha256::digest(bytes).into();
                    nanofolks_protocol::BlobId::from_digest(&digest) == id
                });
                match bytes {
                    Some(bytes) => found.push(Bytes::from(bytes)),
                    None if partial => {
                        let reason = format!("attachment {id} is not what its name says");
                        transcript.complaints.push(Complaint::new(entry.line, &reason));
                    }
                    None => {
                        let message = format!(
                            "nothing was imported: line {}: attachment {id} is not what its name says",
                            entry.line
                        );
                        return Err(CliError::usage("import_invalid", message)
                            .hint("mend the file, or import the rest with --partial"));
                    }
                }
            }
        }
    }
    Ok(found)
}
