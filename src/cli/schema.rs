//! `sayso schema`: the tables and their columns, the labels and their codes.

use std::io::{self, Write};

use clap::Args;
use sayso::write::describe;

/// Show the tables, their columns and what they mean
#[derive(Args, Clone, Debug)]
pub struct SchemaArgs {
    /// Print it as JSON: the tables as a Frictionless Data Package, the stances as a list
    #[arg(long)]
    json: bool,
    /// Show the 18 stances instead: definition, nearest CAMEO root, nearest PLOVER type
    #[arg(long)]
    stances: bool,
}

/// Prints what was asked for.
pub fn run(args: &SchemaArgs, out: &mut dyn Write) -> io::Result<()> {
    match (args.stances, args.json) {
        (false, false) => write!(out, "{}", describe::tables_text()),
        (false, true) => writeln!(out, "{:#}", describe::descriptor()),
        (true, false) => write!(out, "{}", describe::stances_text()),
        (true, true) => writeln!(out, "{:#}", describe::stances_json()),
    }
}
