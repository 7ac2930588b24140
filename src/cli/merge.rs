//! `sayso merge`: the folders of shards → the tables of the whole run.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use sayso::write::{Opened, Output, Shards, let_full_disks_be_errors};

use super::extract::{code, summary};

/// Join the shares that `sayso extract --shard i/n` wrote
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Example:
  for i in 1 2 3 4; do sayso extract dump/ -o out-$i --shard $i/4; done
  sayso merge out-1 out-2 out-3 out-4 -o out

The tables are those that one run over the whole input would have written, byte for byte: records in their order,
entities counted over all. Shares of other inputs, options or models are refused, and so is a share that is missing
or named twice.")]
pub struct MergeArgs {
    /// Folders of all shares, in any order
    #[arg(value_name = "OUT", required = true)]
    shards: Vec<PathBuf>,

    /// Folder for the tables; made if it is not there
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,

    /// Replace an earlier run of another kind in that folder
    #[arg(long)]
    force: bool,

    /// Say nothing but errors
    #[arg(short, long)]
    quiet: bool,
}

/// Merges, and says what came of it.
pub fn run(args: &MergeArgs) -> anyhow::Result<ExitCode> {
    let_full_disks_be_errors();
    let say = |text: &str| {
        if !args.quiet {
            // Nobody is left to be told if standard error is gone.
            let _ = writeln!(anstream::stderr(), "sayso: {text}");
        }
    };
    let shards = Shards::open(&args.shards)?;
    let output = match Output::open(&args.output, shards.info().clone(), args.force)? {
        Opened::Finished(totals) => {
            say(&format!("this run is finished: {} holds {}", args.output.display(), summary(&totals)));
            return Ok(code(&totals));
        }
        Opened::Resumed(output) | Opened::Fresh(output) => output,
    };
    let totals = output.merge(&shards)?;
    totals.warnings.iter().for_each(|warning| say(&warning.to_string()));
    say(&format!("{} in {}", summary(&totals), args.output.display()));
    Ok(code(&totals))
}
