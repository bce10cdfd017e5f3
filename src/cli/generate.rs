//! `nanofolks generate`: writes the files of the repository that come from the command line.

use std::fs;
use std::path::{Path, PathBuf};

use super::{CliError, Cx, Run, completions, man};

/// Write completions/ and man/ from the command line
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder they lie in
    #[arg(value_name = "DIR", default_value = ".", value_hint = clap::ValueHint::DirPath)]
    folder: PathBuf,
}

impl Run for Args {
    fn run(self, cx: &mut Cx) -> Result<(), CliError> {
        let scripts = completions::FILES
            .map(|(shell, name)| (name.to_owned(), completions::script(shell)))
            .to_vec();
        let pages: Vec<_> =
            man::pages().iter().map(|page| (page.file(), page.text().to_owned())).collect();
        for (name, files) in [("completions", scripts), ("man", pages)] {
            let folder = self.folder.join(name);
            rewrite(&folder, &files).map_err(|error| {
                CliError::failure(
                    "file_failed",
                    format!("cannot write {}: {error}", folder.display()),
                )
            })?;
            cx.out.line(&format!("{}: {} files", folder.display(), files.len()));
        }
        Ok(())
    }
}

/// Makes the folder hold these files and no others.
fn rewrite(folder: &Path, files: &[(String, String)]) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kept = entry.file_name().to_str().is_some_and(|name| files.iter().any(|f| f.0 == name));
        if !kept && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    for (name, text) in files {
        fs::write(folder.join(name), text)?;
    }
    Ok(())
}
