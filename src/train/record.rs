//! Progress → `metrics.csv` (step, figure, value) and `plot.svg` in the model's folder.
//!
//! Invariant: after a kill the record goes on as if there had been none: lines of steps after the
//! checkpoint are dropped when the training resumes there.

use std::fs;
use std::path::{Path, PathBuf};

use super::TrainError;
use super::checkpoint::place;
use super::plot;
use super::progress::Progress;

/// One value: step, figure, value.
pub type Row = (u64, String, f64);

/// What a training has told so far.
pub struct Record {
    folder: PathBuf,
    rows: Vec<Row>,
}

impl Record {
    /// Opens the record of a folder, up to the step at which the training goes on.
    pub fn open(folder: &Path, step: u64) -> Result<Self, TrainError> {
        let path = folder.join("metrics.csv");
        let mut rows = Vec::new();
        if step > 0 && path.exists() {
            let mut reader = csv::Reader::from_path(&path).map_err(|e| damaged(&path, &e))?;
            for row in reader.deserialize() {
                let row: Row = row.map_err(|e| damaged(&path, &e))?;
                if row.0 <= step {
                    rows.push(row);
                }
            }
        }
        Ok(Record { folder: folder.to_owned(), rows })
    }

    /// Notes an event and writes the files.
    pub fn note(&mut self, progress: &Progress) -> Result<(), TrainError> {
        match progress {
            Progress::Steps { step, losses, rate, gradient, pieces_per_second, .. } => {
                let figures = [
                    ("loss", Some(losses.total)),
                    ("loss cue", losses.cue),
                    ("loss roles", losses.roles),
                    ("loss mentions", losses.mentions),
                    ("loss stance", losses.stance),
                    ("loss flags", losses.flags),
                    ("rate", Some(*rate)),
                    ("gradient", Some(*gradient)),
                    ("pieces per second", Some(*pieces_per_second)),
                ];
                let known = figures.iter().filter_map(|(name, value)| Some((*step, (*name).to_owned(), (*value)?)));
                self.rows.extend(known);
            }
            Progress::Scored { step, figures, score, .. } => {
                for (corpus, figures) in figures {
                    self.rows.extend(figures.iter().map(|(name, v)| (*step, format!("dev {corpus} {name}"), *v)));
                }
                self.rows.push((*step, "dev mean".into(), *score));
            }
            Progress::Read { .. } | Progress::Resumed { .. } => return Ok(()),
        }
        self.write()
    }

    fn write(&self) -> Result<(), TrainError> {
        place(&self.folder.join("metrics.csv"), |path| {
            let mut writer = csv::Writer::from_path(path).map_err(|e| damaged(path, &e))?;
            writer.write_record(["step", "figure", "value"]).map_err(|e| damaged(path, &e))?;
            for row in &self.rows {
                writer.serialize(row).map_err(|e| damaged(path, &e))?;
            }
            writer.flush().map_err(|e| TrainError::file(path, e))
        })?;
        place(&self.folder.join("plot.svg"), |path| {
            fs::write(path, plot::draw(&self.rows)).map_err(|e| TrainError::file(path, e))
        })
    }
}

fn damaged(path: &Path, error: &csv::Error) -> TrainError {
    TrainError::File { path: path.display().to_string(), why: error.to_string() }
}
