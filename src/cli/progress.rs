//! Events of a run → a progress bar on a terminal, a line a minute in a log.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _, stderr};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use sayso::read::Progress;
use sayso::run::Event;

/// A line is written so often where there is no terminal.
const LOG_EVERY: Duration = Duration::from_secs(60);

/// Shows how far a run is.
pub struct Display {
    bar: ProgressBar,
    reading: Progress,
    is_terminal: bool,
    quiet: bool,
    started: Instant,
    logged: Mutex<Instant>,
    articles: AtomicU64,
    resumed: AtomicU64,
    words: AtomicU64,
    statements: AtomicU64,
    failed: AtomicU64,
}

impl Display {
    /// A bar over the bytes of the input, where their number is known.
    pub fn new(reading: Progress, quiet: bool) -> Self {
        let is_terminal = stderr().is_terminal();
        let bar = match reading.total() {
            Some(total) if total > 0 => {
                ProgressBar::new(total).with_style(style("{bar:30} {percent:>3} %  {msg}  {left}"))
            }
            _ => ProgressBar::new_spinner().with_style(style("{spinner} {msg}")),
        };
        bar.set_draw_target(match is_terminal && !quiet {
            true => ProgressDrawTarget::stderr_with_hz(4),
            false => ProgressDrawTarget::hidden(),
        });
        let now = Instant::now();
        Display {
            bar,
            reading,
            is_terminal,
            quiet,
            started: now,
            logged: Mutex::new(now),
            articles: AtomicU64::new(0),
            resumed: AtomicU64::new(0),
            words: AtomicU64::new(0),
            statements: AtomicU64::new(0),
            failed: AtomicU64::new(0),
        }
    }

    /// Takes an event in.
    pub fn on(&self, event: Event) {
        match event {
            Event::Committed { records, words, statements, failed } => {
                self.articles.fetch_add(records as u64, Ordering::Relaxed);
                self.words.fetch_add(words as u64, Ordering::Relaxed);
                self.statements.fetch_add(statements as u64, Ordering::Relaxed);
                self.failed.fetch_add(failed as u64, Ordering::Relaxed);
            }
            Event::Resumed { records } => {
                self.resumed.fetch_add(records as u64, Ordering::Relaxed);
            }
        }
        self.bar.set_position(self.reading.read());
        self.bar.set_message(self.line());
        if !self.is_terminal && !self.quiet {
            self.log();
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Words per second since the start, of what was read in this process.
    pub fn words_per_second(&self) -> f64 {
        self.words.load(Ordering::Relaxed) as f64 / self.started.elapsed().as_secs_f64().max(1e-3)
    }

    /// Articles, statements, speed.
    pub fn line(&self) -> String {
        let mut line = format!("{} articles", self.articles.load(Ordering::Relaxed));
        let resumed = self.resumed.load(Ordering::Relaxed);
        if resumed > 0 {
            let _ = write!(line, " (and {resumed} from before)");
        }
        let failed = self.failed.load(Ordering::Relaxed);
        if failed > 0 {
            let _ = write!(line, ", {failed} failed");
        }
        let _ = write!(
            line,
            ", {} statements, {:.0} words/s",
            self.statements.load(Ordering::Relaxed),
            self.words_per_second()
        );
        line
    }

    fn log(&self) {
        let Ok(mut logged) = self.logged.lock() else {
            return;
        };
        if logged.elapsed() < LOG_EVERY {
            return;
        }
        *logged = Instant::now();
        let read = self.reading.read();
        let share = match self.reading.total() {
            Some(total) if total > 0 => format!("{:3.0} % ", 100.0 * read as f64 / total as f64),
            _ => String::new(),
        };
        // A log that cannot be written must not stop the run.
        let _ = writeln!(stderr(), "sayso: {share}{}", self.line());
    }
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.with_key("left", |state: &ProgressState, out: &mut dyn std::fmt::Write| {
        if state.pos() > 0 {
            // The bar draws without the time left if it cannot be written.
            let _ = write!(out, "{} left", indicatif::HumanDuration(state.eta()));
        }
    })
}
