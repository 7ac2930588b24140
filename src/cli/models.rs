//! `sayso models`: the models there are.

use std::process::ExitCode;

use clap::Args;
use sayso::model::{DEFAULT_MODEL, folders, models};

use super::printed;

/// List the models there are, and the folders that are looked at
#[derive(Args, Clone, Debug)]
pub struct ModelsArgs {
    /// Also print the SHA-256 of each model, which datapackage.json names
    #[arg(long)]
    hash: bool,
}

/// Prints the models.
pub fn run(args: &ModelsArgs) -> anyhow::Result<ExitCode> {
    let found = models();
    printed(|out| {
        for files in &found {
            let mark = if files.name() == DEFAULT_MODEL { " (default)" } else { "" };
            writeln!(out, "{}{mark}  {}", files.name(), files.folder.display())?;
            if args.hash {
                match files.hash() {
                    Ok(hash) => writeln!(out, "    sha256 {hash}")?,
                    Err(error) => writeln!(out, "    {error}")?,
                }
            }
        }
        if found.is_empty() {
            writeln!(out, "no models found; `--model PATH` takes the path of a model's folder")?;
        }
        writeln!(out, "looked in:")?;
        folders().iter().try_for_each(|folder| writeln!(out, "    {}", folder.display()))
    })
}
