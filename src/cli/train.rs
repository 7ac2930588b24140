//! `sayso train`: corpora → a model folder.

use std::fmt::Write as _;
use std::io::{Write as _, stderr};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use sayso::train::{Losses, Progress, TrainConfig, train};

/// Train a model on labelled texts, or go on with one that was stopped
#[derive(clap::Args, Clone, Debug)]
pub struct TrainArgs {
    /// What to learn from, how long and how fast
    #[arg(long, value_name = "TOML")]
    config: PathBuf,
    /// Folder of the model; an unfinished training in it goes on
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
}

/// Trains.
pub fn run(args: &TrainArgs) -> anyhow::Result<ExitCode> {
    let config = TrainConfig::read(&args.config)?;
    train(&config, &args.output, &mut |progress| {
        // A log that cannot be written must not stop the training.
        let _ = writeln!(stderr(), "sayso: {}", line(progress));
        ControlFlow::Continue(())
    })?;
    Ok(ExitCode::from(super::exit::GOOD))
}

fn line(progress: &Progress) -> String {
    match progress {
        Progress::Read { corpus, texts, pieces, misfits } => {
            let mut line = format!("{corpus}: {texts} texts, {pieces} pieces, {} spans", misfits.spans);
            for (count, what) in [
                (misfits.inside_a_piece, "begin or end inside a piece (widened to it)"),
                (misfits.without_pieces, "touch no piece (not learned)"),
                (misfits.without_anchor, "statements have neither cue nor quotation mark (roles not learned)"),
            ] {
                if count > 0 {
                    let _ = write!(line, "; {count} {what}");
                }
            }
            line
        }
        Progress::Resumed { step } => format!("going on after step {step}"),
        Progress::Steps { step, steps, losses, pieces_per_second, left, .. } => {
            format!("step {step}/{steps}  {}  {pieces_per_second:.0} pieces/s  {} left", parts(losses), clock(*left))
        }
        Progress::Scored { step, figures, score, best } => {
            let mut line = format!("scores after step {step}");
            for (corpus, figures) in figures {
                let _ = write!(line, "\n  {corpus}:");
                for (name, value) in figures {
                    let _ = write!(line, "  {name} {value:.1}");
                }
            }
            let _ = write!(line, "\n  mean {score:.2}{}", if *best { ", the best so far" } else { "" });
            line
        }
    }
}

fn parts(losses: &Losses) -> String {
    let mut line = format!("loss {:.4}", losses.total);
    for (name, value) in [
        ("cue", losses.cue),
        ("roles", losses.roles),
        ("mentions", losses.mentions),
        ("stance", losses.stance),
        ("flags", losses.flags),
    ] {
        if let Some(value) = value {
            let _ = write!(line, "  {name} {value:.4}");
        }
    }
    line
}

fn clock(left: Duration) -> String {
    let minutes = left.as_secs() / 60;
    format!("{}:{:02}:{:02}", minutes / 60, minutes % 60, left.as_secs() % 60)
}
