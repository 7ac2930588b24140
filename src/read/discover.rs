//! Arguments → sources: files, standard input, and what is there but cannot be read.
//!
//! Invariant: arguments in the order given, the files of a folder or glob in byte order of their paths,
//! whatever order the file system lists them in.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use walkdir::{DirEntry, WalkDir};

use super::draft::Draft;
use super::{Format, ReadError, ReadOptions, bytes};

/// Something to read.
pub(super) struct Source {
    /// As its records name it.
    pub path: String,
    pub place: Place,
    /// `None`: to be guessed from what it holds.
    pub format: Option<Format>,
    /// Bytes on disk, where known.
    pub size: Option<u64>,
    /// Why it is not even opened.
    pub unread: Option<Box<Draft>>,
}

/// Where a source lies.
pub(super) enum Place {
    File(PathBuf),
    StandardInput,
}

/// Everything to read, in order.
pub(super) fn sources(options: &ReadOptions) -> Result<Vec<Source>, ReadError> {
    if options.inputs.is_empty() {
        return Err(ReadError::NoInput);
    }
    if options.inputs.iter().filter(|input| input.as_os_str() == "-").count() > 1 {
        return Err(ReadError::StandardInputTwice);
    }
    let mut sources = Vec::new();
    for input in &options.inputs {
        sources.append(&mut of_input(input, options)?);
    }
    Ok(sources)
}

fn of_input(input: &Path, options: &ReadOptions) -> Result<Vec<Source>, ReadError> {
    let path = shown(input);
    if path == "-" {
        let format = options.format;
        return Ok(vec![Source { path, place: Place::StandardInput, format, size: None, unread: None }]);
    }
    let reason = match fs::metadata(input) {
        Ok(metadata) if metadata.is_dir() => {
            let found = in_folder(input, options);
            if found.is_empty() {
                return Err(ReadError::NothingKnown { path, known: Format::known_endings() });
            }
            return Ok(found);
        }
        Ok(metadata) => return Ok(vec![named(input, &metadata, options)]),
        Err(reason) => reason,
    };
    if path.contains(['*', '?', '[', '{']) {
        return by_pattern(&path, options);
    }
    if fs::symlink_metadata(input).is_ok() {
        return Ok(vec![unread(input, path, Draft::failed(1, bytes::reason(&reason)))]);
    }
    match reason.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Err(ReadError::NotFound { path }),
        _ => Err(ReadError::Unreachable { path, reason }),
    }
}

/// A file that an argument names, or a pattern: whatever its name, it is a source.
fn named(file: &Path, metadata: &fs::Metadata, options: &ReadOptions) -> Source {
    let path = shown(file);
    let format = options.format.or_else(|| Format::of(file));
    if format.is_none() && metadata.is_file() {
        let reason = format!(
            "its name does not end in {}; if it is in one of these formats, say which with --format-in",
            Format::known_endings()
        );
        return unread(file, path, Draft::failed(1, reason));
    }
    // A pipe has no size and need not have a telling name.
    let size = metadata.is_file().then_some(metadata.len());
    Source { path, place: Place::File(file.to_owned()), format, size, unread: None }
}

fn unread(file: &Path, path: String, draft: Draft) -> Source {
    Source { path, place: Place::File(file.to_owned()), format: None, size: Some(0), unread: Some(Box::new(draft)) }
}

/// The files of a folder and the folders in it that have a known ending (every file, if the format is given).
/// Hidden ones are left out, as the shell's patterns leave them out.
fn in_folder(folder: &Path, options: &ReadOptions) -> Vec<Source> {
    let mut found = Vec::new();
    let walk = WalkDir::new(folder).follow_links(true).into_iter();
    for entry in walk.filter_entry(|entry| is_wanted(entry, options)) {
        let source = match entry {
            Ok(entry) => in_folder_entry(folder, &entry, options),
            Err(error) => unreachable(&error, |path| shown(below(folder, path)), options),
        };
        found.extend(source);
    }
    sort(&mut found);
    found
}

fn in_folder_entry(folder: &Path, entry: &DirEntry, options: &ReadOptions) -> Option<Source> {
    let format = options.format.or_else(|| Format::of(entry.path()))?;
    if !entry.file_type().is_file() {
        return None;
    }
    // A file that vanishes here is found missing when it is opened.
    let size = entry.metadata().map_or(0, |metadata| metadata.len());
    let path = shown(below(folder, entry.path()));
    let place = Place::File(entry.path().to_owned());
    Some(Source { path, place, format: Some(format), size: Some(size), unread: None })
}

/// The files that fit a pattern, and the files of folders that do.
fn by_pattern(pattern: &str, options: &ReadOptions) -> Result<Vec<Source>, ReadError> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).build();
    let bad = |reason| ReadError::BadPattern { pattern: pattern.to_owned(), reason };
    let matcher = glob.map_err(bad)?.compile_matcher();
    let steps: Vec<&str> = pattern.split('/').collect();
    let plain = steps.iter().take_while(|step| !step.contains(['*', '?', '[', '{'])).count();
    let base = if plain == 0 { ".".to_owned() } else { steps[..plain].join("/") + "/" };
    let deepest = if pattern.contains("**") || pattern.contains('{') { usize::MAX } else { steps.len() - plain };
    let as_matched = |path: &Path| if plain == 0 { below(Path::new("."), path).to_owned() } else { path.to_owned() };

    let mut found = Vec::new();
    let mut walk = WalkDir::new(&base).follow_links(true).min_depth(1).max_depth(deepest).into_iter();
    while let Some(entry) = walk.next() {
        match entry {
            Ok(entry) if !is_wanted(&entry, options) => {
                if entry.file_type().is_dir() {
                    walk.skip_current_dir();
                }
            }
            Ok(entry) if matcher.is_match(as_matched(entry.path())) => {
                let path = as_matched(entry.path());
                if entry.file_type().is_dir() {
                    walk.skip_current_dir();
                    found.append(&mut in_folder(&path, options));
                } else if let Ok(metadata) = fs::metadata(&path) {
                    found.push(named(&path, &metadata, options));
                }
            }
            Ok(_) => {}
            Err(error) if error.path().is_some_and(|path| matcher.is_match(as_matched(path))) => {
                found.extend(unreachable(&error, |path| shown(&as_matched(path)), options));
            }
            Err(_) => {}
        }
    }
    if found.is_empty() {
        return Err(ReadError::NoMatch { pattern: pattern.to_owned() });
    }
    sort(&mut found);
    Ok(found)
}

/// Whether an entry of a walk is neither hidden nor excluded.
fn is_wanted(entry: &DirEntry, options: &ReadOptions) -> bool {
    if entry.depth() == 0 {
        return true;
    }
    if entry.file_name().as_encoded_bytes().starts_with(b".") {
        return false;
    }
    let is_excluded = |folder: &PathBuf| match (folder.canonicalize(), entry.path().canonicalize()) {
        (Ok(folder), Ok(path)) => folder == path,
        _ => false,
    };
    !(entry.file_type().is_dir() && options.exclude.iter().any(is_excluded))
}

/// What to tell about an entry that the walk could not enter; nothing, where it is no input.
fn unreachable(error: &walkdir::Error, named: impl Fn(&Path) -> String, options: &ReadOptions) -> Option<Source> {
    let path = error.path()?;
    if error.loop_ancestor().is_some() {
        let draft = Draft::skipped(1, "a link to a folder above it, which is read already");
        return Some(unread(path, named(path), draft));
    }
    let reason = error.io_error()?;
    let is_link_to_nothing = reason.kind() == io::ErrorKind::NotFound;
    if is_link_to_nothing && options.format.is_none() && Format::of(path).is_none() {
        return None;
    }
    Some(unread(path, named(path), Draft::failed(1, bytes::reason(reason))))
}

/// Byte order of the paths.
fn sort(sources: &mut [Source]) {
    fn bytes(source: &Source) -> &[u8] {
        match &source.place {
            Place::File(path) => path.as_os_str().as_encoded_bytes(),
            Place::StandardInput => b"-",
        }
    }
    sources.sort_by(|one, other| bytes(one).cmp(bytes(other)));
}

fn below<'a>(folder: &Path, path: &'a Path) -> &'a Path {
    match path.strip_prefix(folder) {
        Ok(rest) if !rest.as_os_str().is_empty() => rest,
        _ => path,
    }
}

/// A path in UTF-8; bytes that are none as `\xE9`.
fn shown(path: &Path) -> String {
    let mut shown = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        shown.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|byte| shown.push_str(&format!("\\x{byte:02X}")));
    }
    if cfg!(windows) { shown.replace('\\', "/") } else { shown }
}
