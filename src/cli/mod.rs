//! What is typed → what is done. The only place that prints.

mod evaluate;
mod exit;
mod extract;
mod input;
mod merge;
mod models;
mod progress;
mod schema;
mod show;
mod train;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Who urged, warned or denied what, to whom: statements from news articles as CSV tables
#[derive(Parser, Debug)]
#[command(
    version,
    about,
    propagate_version = true,
    arg_required_else_help = true,
    max_term_width = 100,
    after_help = "\
Examples:
  sayso extract articles/ -o out                 every article of a folder
  sayso extract dump.jsonl.gz -o out             a dump with one JSON object a line
  sayso show out --stances urge,warn,deny        the statements as a readable table
  sayso evaluate --gold labelled.jsonl out       scores against your own labels

Exit codes: 0 done, 1 failed (what was done stays; the same command goes on), 2 wrong usage,
3 done, but some documents could not be read (documents.csv says which and why)."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    Extract(Box<extract::ExtractArgs>),
    Merge(merge::MergeArgs),
    Show(show::ShowArgs),
    Evaluate(Box<evaluate::EvaluateArgs>),
    Schema(schema::SchemaArgs),
    Models(models::ModelsArgs),
    Train(train::TrainArgs),
}

/// Does what was asked for.
pub fn run(cli: Cli) -> ExitCode {
    let done = match cli.command {
        Command::Extract(args) => extract::run(*args),
        Command::Merge(args) => merge::run(&args),
        Command::Show(args) => show::run(&args),
        Command::Evaluate(args) => evaluate::run(*args),
        Command::Schema(args) => printed(|out| schema::run(&args, out)),
        Command::Models(args) => models::run(&args),
        Command::Train(args) => train::run(&args),
    };
    done.unwrap_or_else(|error| {
        let code = exit::code_of(&error);
        if code != exit::GOOD {
            // Nobody is left to be told if standard error is gone.
            let _ = writeln!(anstream::stderr(), "sayso: {error:#}");
        }
        ExitCode::from(code)
    })
}

/// Runs something that prints to standard output; a reader that went away early is no error.
fn printed(print: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<ExitCode> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    print(&mut out).and_then(|()| out.flush())?;
    Ok(ExitCode::from(exit::GOOD))
}
