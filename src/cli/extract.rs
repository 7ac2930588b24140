//! `sayso extract`: articles → tables.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::{Args, ValueEnum};
use sayso::encode::PieceEncoder;
use sayso::given::{Given, GivenStage};
use sayso::labels::Stance;
use sayso::model::{DEFAULT_MODEL, Engine, EngineChoice, Model, ModelFiles, find};
use sayso::pipeline::Stages;
use sayso::read::{Format as ReadFormat, ReadOptions, Records, WITHOUT_RECORDS, records};
use sayso::resolve::{ResolveOptions, Resolver};
use sayso::run::{Event, run as run_all};
use sayso::select::Shard;
use sayso::stream::{StreamOptions, stream};
use sayso::write::{Filter, Format, Formats, Opened, Output, Preset, RunInfo, Totals, let_full_disks_be_errors};

use super::exit;
use super::input::InputArgs;
use super::progress::Display;

/// Read articles and write the tables of who said what
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  sayso extract articles/ -o out
  sayso extract dump.csv.gz --text-field body --id-field nr --carry section,author -o out
  sayso extract 'year/2024-*/*.txt' -o out --stances urge,warn,deny --min-score 0.5
  zcat dump.jsonl.gz | sayso extract - -o out
  tail -f news.jsonl | sayso extract - --format jsonl -o - | jq .statements
  sayso extract dump/ -o out-1 --shard 1/8        (and 2/8 … 8/8; then sayso merge out-? -o out)

A run that was interrupted goes on where it stopped when the same command is given again.

With -o - each record is a line of JSON on standard output, written as soon as it is done: its document,
statements, participants, mentions and entities. The entities are those of the article alone, and nothing
is kept to be resumed. Standard input is taken for JSON lines then, unless --format-in says otherwise.")]
pub struct ExtractArgs {
    #[command(flatten)]
    input: InputArgs,

    /// Folder for the tables; made if it is not there. With --format jsonl also - for standard output
    #[arg(short, long, value_name = "FOLDER", help_heading = "Output")]
    output: PathBuf,

    /// Replace an earlier run of another kind in that folder
    #[arg(long, help_heading = "Output")]
    force: bool,

    /// Formats, with commas between: csv, jsonl (one object for each article), parquet
    #[arg(long, value_name = "FORMATS", default_value = "csv", help_heading = "Output")]
    format: Formats,

    /// Only the share i of n of the documents, told by their ids; `sayso merge` joins the shares
    #[arg(long, value_name = "I/N", help_heading = "Output")]
    shard: Option<Shard>,

    /// Leave out the rows of near-copies (`duplicate_of` in documents.csv); they are not read, which saves their time
    #[arg(long, help_heading = "Output")]
    drop_duplicates: bool,

    /// Whom the CSV files are for
    #[arg(long = "for", value_name = "PROGRAM", value_enum, default_value_t = For::Any, help_heading = "Output")]
    reader: For,

    /// Write only statements of these stances (`sayso schema --stances` explains all 18)
    #[arg(long, value_name = "STANCES", value_delimiter = ',', value_parser = stance, help_heading = "Output")]
    stances: Vec<Stance>,

    /// Write only statements whose score is at least this
    #[arg(long, value_name = "PROBABILITY", default_value_t = 0.0, value_parser = probability, help_heading = "Output")]
    min_score: f64,

    /// Model: its name (`sayso models` lists them) or the path of its folder
    #[arg(long, value_name = "MODEL", default_value = DEFAULT_MODEL, help_heading = "Reading")]
    model: String,

    /// What computes the network
    #[arg(long, value_name = "ENGINE", value_enum, default_value_t = EngineName::Auto, help_heading = "Reading")]
    engine: EngineName,

    /// CSV file with the columns alias, entity, type, from, to: your own names for entities, which win
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    aliases: Option<PathBuf>,

    /// Networks that work side by side, one thread each [default: the processor's cores]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512), help_heading = "Reading")]
    threads: Option<u16>,

    /// Gold labels to take in place of what would be predicted, for scoring one stage by itself
    #[arg(long, value_name = "FILE", help_heading = "Testing")]
    given: Option<PathBuf>,

    /// What of --given is taken
    #[arg(
        long,
        value_name = "STAGES",
        value_enum,
        value_delimiter = ',',
        default_value = "statements",
        help_heading = "Testing"
    )]
    given_stages: Vec<Stage>,

    /// Say more: the model, the threads, the options that count
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,

    /// Say nothing but errors
    #[arg(short, long)]
    quiet: bool,
}

/// Whom the CSV files are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum For {
    /// Any program: UTF-8, text untouched
    Any,
    /// Excel: byte-order mark, and text that looks like a formula is marked as text
    Excel,
}

/// What computes the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum EngineName {
    /// bf16 where the processor allows it, else reference
    Auto,
    /// rust-bert in 32-bit floats, as in training
    Reference,
    /// Products in bfloat16 (AVX-512 BF16): the same scores, sooner
    Bf16,
    /// Products in 8-bit integers (AVX-512 VNNI): sooner still, about half a point less of linked rows
    Int8,
}

/// A stage that can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Stage {
    /// Named-entity mentions
    Mentions,
    /// Cues; their roles and stance are predicted
    Cues,
    /// Whole statements; only who is who is worked out
    Statements,
}

/// What a run needs beside its input.
struct Loaded {
    engine: Engine,
    pieces: PieceEncoder,
    resolver: Resolver,
    model_sha256: String,
}

/// Loads everything at the same time: packing the weights takes as long as the rest.
fn load(args: &ExtractArgs, files: &ModelFiles) -> anyhow::Result<Loaded> {
    std::thread::scope(|scope| {
        let pieces = scope.spawn(|| Model::tokenizer(files));
        let resolver = scope.spawn(|| Resolver::new(&ResolveOptions { aliases: args.aliases.clone() }));
        let hash = scope.spawn(|| files.hash());
        let engine = Engine::load(args.engine.choice(), files)?;
        Ok(Loaded { engine, pieces: joined(pieces)?, resolver: joined(resolver)?, model_sha256: joined(hash)? })
    })
}

fn joined<T>(thread: std::thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Extracts, and says what came of it.
pub fn run(args: ExtractArgs) -> anyhow::Result<ExitCode> {
    let_full_disks_be_errors();
    let files = find(&args.model)?;
    let mut reading = args.input.clone().into_options().map_err(|e| exit::Usage(e.to_string()))?;
    let is_filter = args.output.as_os_str() == "-";
    if is_filter {
        check_filter(&args)?;
        let only_standard_input = reading.inputs.iter().all(|input| input.as_os_str() == "-");
        reading.format = reading.format.or(only_standard_input.then_some(ReadFormat::Jsonl));
    }
    reading.exclude.push(args.output.clone());
    let records = records(&reading)?;
    let given = args.given.as_deref().map(|path| read_given(path, &args.given_stages)).transpose()?;
    // Nothing that is computed here is worth a second thread that would spin for more.
    tch::set_num_threads(1);
    let Loaded { engine, pieces, resolver, model_sha256 } = load(&args, &files)?;
    let info = RunInfo {
        inputs: reading.inputs.iter().map(|p| p.to_string_lossy().into_owned()).collect(),
        options: options(&args, &reading, &engine)?,
        model: files.name(),
        model_sha256,
        carry: reading.carry.clone(),
        preset: if args.reader == For::Excel { Preset::Excel } else { Preset::Plain },
        formats: args.format.clone(),
        drop_duplicates: args.drop_duplicates,
        shard: args.shard,
    };
    let threads = args.threads.map_or_else(cores, usize::from);
    let say = |text: &str| {
        if !args.quiet {
            // Nobody is left to be told if standard error is gone.
            let _ = writeln!(anstream::stderr(), "sayso: {text}");
        }
    };
    if args.verbose {
        say(&format!("model {} ({}), {threads} threads", info.model, files.folder.display()));
        say(&format!("engine {}: {}", engine.name(), engine.explanation()));
        info.options.iter().for_each(|(name, value)| say(&format!("--{name} {value}")));
    }
    let stages = Stages {
        engine,
        pieces,
        resolver,
        filter: Filter { stances: args.stances.clone(), min_score: args.min_score },
        given,
    };
    if is_filter {
        let options = StreamOptions { workers: threads, selection: info.selection(), carried: info.carried_columns() };
        return filter(records, stages, &files, &options);
    }
    let output = match Output::open(&args.output, info, args.force)? {
        Opened::Finished(totals) => {
            say(&format!("this run is finished: {} holds {}", args.output.display(), summary(&totals)));
            return Ok(code(&totals));
        }
        Opened::Resumed(output) => {
            say(&format!("an unfinished run is there: going on after the {} units that it finished", output.found()));
            output
        }
        Opened::Fresh(output) => output,
    };
    let display = Display::new(records.progress(), args.quiet);
    let totals = run_all(records, Arc::new(stages), &files, threads, output, &|event| display.on(event));
    display.finish();
    let totals = totals?;
    totals.warnings.iter().for_each(|warning| say(&warning.to_string()));
    say(&format!("{} in {} ({:.0} words/s)", summary(&totals), args.output.display(), display.words_per_second()));
    if totals.failed > 0 {
        say("documents.csv says which documents failed, and why (status, reason)");
    }
    Ok(code(&totals))
}

impl EngineName {
    fn choice(self) -> EngineChoice {
        match self {
            EngineName::Auto => EngineChoice::Auto,
            EngineName::Reference => EngineChoice::Reference,
            EngineName::Bf16 => EngineChoice::Bf16,
            EngineName::Int8 => EngineChoice::Int8,
        }
    }
}

/// Standard output takes JSON lines alone.
fn check_filter(args: &ExtractArgs) -> Result<(), exit::Usage> {
    if args.format == Formats::new(vec![Format::Jsonl]) {
        Ok(())
    } else {
        Err(exit::Usage("-o - writes JSON lines to standard output: say --format jsonl, or name a folder".into()))
    }
}

/// Writes a line for each record; a reader that goes away ends the process in peace.
fn filter(records: Records, stages: Stages, files: &ModelFiles, options: &StreamOptions) -> anyhow::Result<ExitCode> {
    let failed = Cell::new(0);
    let count = |event: Event| {
        if let Event::Committed { failed: more, .. } = event {
            failed.set(failed.get() + more);
        }
    };
    let mut out = io::BufWriter::new(io::stdout());
    // Where nothing comes in, nothing goes out.
    let records = records.filter(|record| record.path != "-" || !WITHOUT_RECORDS.contains(&record.reason.as_str()));
    stream(records, Arc::new(stages), files, options, &mut out, &count)?;
    Ok(ExitCode::from(if failed.get() > 0 { exit::DONE_WITH_FAILURES } else { exit::GOOD }))
}

/// Every option that changes the tables, as it counts.
fn options(args: &ExtractArgs, reading: &ReadOptions, engine: &Engine) -> anyhow::Result<BTreeMap<String, String>> {
    let mut options = BTreeMap::new();
    let mut set = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            options.insert(name.to_owned(), value);
        }
    };
    let fields = &reading.fields;
    set("text-field", fields.text.clone());
    set("id-field", fields.id.clone());
    set("title-field", fields.title.clone());
    set("date-field", fields.date.clone());
    set("url-field", fields.url.clone());
    set("publisher-field", fields.publisher.clone());
    set("format-in", reading.format.map(|f| f.name().to_owned()));
    set("encoding", reading.encoding.map(|e| e.name().to_owned()));
    set("any-language", reading.any_language.then(|| "true".into()));
    set("limit", reading.limit.map(|n| n.to_string()));
    set("max-document-bytes", Some(reading.max_document_bytes.to_string()));
    set("engine", Some(engine.name().to_owned()));
    set("stances", Some(args.stances.iter().map(|s| s.as_str()).collect::<Vec<_>>().join(",")));
    set("min-score", (args.min_score > 0.0).then(|| args.min_score.to_string()));
    for (name, path) in [("aliases", &args.aliases), ("given", &args.given)] {
        let hashed = path.as_deref().map(|path| {
            let hash =
                sayso::model::sha256(path).with_context(|| format!("cannot read --{name} {}", path.display()))?;
            Ok::<_, anyhow::Error>(format!("{} (sha256 {hash})", path.display()))
        });
        set(name, hashed.transpose()?);
    }
    if args.given.is_some() {
        let stages: Vec<String> = args.given_stages.iter().map(|s| format!("{s:?}").to_lowercase()).collect();
        set("given-stages", Some(stages.join(",")));
    }
    Ok(options)
}

fn read_given(path: &Path, stages: &[Stage]) -> anyhow::Result<Given> {
    let stages = stages
        .iter()
        .map(|stage| match stage {
            Stage::Mentions => GivenStage::Mentions,
            Stage::Cues => GivenStage::Cues,
            Stage::Statements => GivenStage::Statements,
        })
        .collect();
    let gold = sayso::gold::read(path, None)?.collect::<Result<Vec<_>, _>>()?;
    Ok(Given::new(stages, gold))
}

/// What the tables hold, in a line.
pub(super) fn summary(totals: &Totals) -> String {
    let mut line = format!("{} statements from {} documents", totals.statements, totals.documents);
    for (count, what) in [
        (totals.duplicates, "near-copies"),
        (totals.partial, "partial"),
        (totals.skipped, "skipped"),
        (totals.failed, "failed"),
    ] {
        if count > 0 {
            line.push_str(&format!(", {count} {what}"));
        }
    }
    line
}

pub(super) fn code(totals: &Totals) -> ExitCode {
    ExitCode::from(if totals.failed > 0 { exit::DONE_WITH_FAILURES } else { exit::GOOD })
}

/// Cores that this process may use. Two threads of one core share its arithmetic units, so a second gains nothing.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(num_cpus::get_physical())
}

fn stance(word: &str) -> Result<Stance, String> {
    Stance::parse(word.trim()).ok_or_else(|| {
        let all: Vec<&str> = Stance::ALL.iter().map(|s| s.as_str()).collect();
        format!("no such stance; there are {}", all.join(", "))
    })
}

fn probability(number: &str) -> Result<f64, String> {
    match number.parse::<f64>() {
        Ok(value) if (0.0..=1.0).contains(&value) => Ok(value),
        _ => Err("not a probability; give a number from 0 to 1".into()),
    }
}
