//! An output folder → a claim on it: fresh, resumed or finished.
//!
//! Invariant: no file is removed or overwritten that sayso did not write. Work in progress lies in the hidden
//! folder `.sayso`, whose file `key` says which run it is; `datapackage.json` is written last, so a folder that
//! has it holds a whole run.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::disk::{Disk, DiskFile};
use super::error::WriteError;
use super::package;
use super::run::RunKey;

/// The name of the hidden folder.
const HIDDEN: &str = ".sayso";
/// The descriptor of the run.
pub(super) const PACKAGE: &str = "datapackage.json";

/// An output folder.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    /// The folder as named.
    pub root: PathBuf,
    /// Where the units of this run lie.
    pub units: PathBuf,
    /// The names that this run publishes.
    names: Vec<String>,
}

/// What opening a folder came to.
pub(super) enum Claim {
    /// It holds this very run, whole; its descriptor.
    Finished(Value),
    /// It is ours to write to as long as the lock lives.
    Held {
        /// Keeps other processes out; `None` where the file system knows no locks.
        lock: Option<DiskFile>,
        /// Whether an unfinished run of the same key was there.
        resumed: bool,
    },
}

/// What is in a folder.
enum Found {
    Vacant,
    Unfinished,
    Finished(Value),
    Other(&'static str),
    Foreign(Vec<String>),
}

impl Folder {
    pub fn new(root: &Path, key: &RunKey, names: Vec<String>) -> Self {
        let units = root.join(HIDDEN).join(format!("units-{}", &key.as_str()[..16]));
        Folder { root: root.to_owned(), units, names }
    }

    /// A file in the folder itself.
    pub fn published(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// A file of work in progress.
    pub fn draft(&self, name: &str) -> PathBuf {
        self.hidden().join(format!("{name}.draft"))
    }

    /// The folder of work in progress.
    pub fn hidden(&self) -> PathBuf {
        self.root.join(HIDDEN)
    }

    /// Claims the folder for a run. With `force` another run of sayso in it is removed, and other files are left beside ours.
    pub fn claim(&self, disk: &Disk, key: &RunKey, force: bool) -> Result<Claim, WriteError> {
        disk.create_dir(&self.root).map_err(WriteError::on_opening)?;
        // Before anything is made in it: a folder that is not ours stays as it is.
        match self.look(key)? {
            Found::Finished(package) if !self.hidden().exists() => {
                return Ok(Claim::Finished(package));
            }
            found => self.permit(&found, force)?,
        }
        let lock = self.lock(disk).map_err(WriteError::on_opening)?;
        // Again, now that nobody else can change it.
        let found = self.look(key)?;
        self.permit(&found, force)?;
        let resumed = match found {
            Found::Finished(package) => {
                disk.remove_dir(&self.hidden())?;
                return Ok(Claim::Finished(package));
            }
            Found::Unfinished => true,
            Found::Vacant | Found::Other(_) | Found::Foreign(_) => false,
        };
        self.prepare(disk, key, &found).map_err(WriteError::on_opening)?;
        Ok(Claim::Held { lock, resumed })
    }

    fn look(&self, key: &RunKey) -> Result<Found, WriteError> {
        let package = package::read(&self.published(PACKAGE));
        let package_key = package.as_ref().and_then(package::key_of).map(str::to_owned);
        let hidden_key = fs::read_to_string(self.key_file()).ok();
        let names = self.names()?;
        Ok(match (package, package_key, hidden_key) {
            (Some(package), Some(found), _) if found == key.as_str() => Found::Finished(package),
            (_, _, Some(found)) if found == key.as_str() => Found::Unfinished,
            (_, _, Some(_)) => Found::Other("an unfinished run"),
            (_, Some(_), None) => Found::Other("a finished run"),
            _ if names.is_empty() => Found::Vacant,
            _ => Found::Foreign(names),
        })
    }

    fn permit(&self, found: &Found, force: bool) -> Result<(), WriteError> {
        match found {
            Found::Other(what) if !force => Err(WriteError::OtherRun { path: self.root.clone(), what }),
            Found::Foreign(names) if !force => {
                let more = if names.len() > 3 { ", …" } else { "" };
                let names = names[..names.len().min(3)].join(", ") + more;
                Err(WriteError::Foreign { path: self.root.clone(), names })
            }
            Found::Foreign(names) => match names.iter().find(|name| self.names.contains(name)) {
                Some(name) => Err(WriteError::InTheWay { path: self.published(name) }),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// Makes the folder this run's: first the key, so that an interruption leaves a folder that is known to be ours.
    fn prepare(&self, disk: &Disk, key: &RunKey, found: &Found) -> Result<(), WriteError> {
        if !matches!(found, Found::Unfinished) {
            let names: BTreeSet<String> = self.names.iter().cloned().chain(self.published_before()).collect();
            let names: Vec<String> = names.into_iter().collect();
            disk.replace(&self.names_file(), &self.draft("names"), names.join("\n").as_bytes())?;
            disk.replace(&self.key_file(), &self.draft("key"), key.as_str().as_bytes())?;
            disk.sync_dir(&self.hidden())?;
        }
        // Of another run, which `--force` replaces; there too when that was interrupted right here.
        if package::read(&self.published(PACKAGE)).as_ref().and_then(package::key_of).is_some() {
            disk.remove_file(&self.published(PACKAGE))?;
        }
        // Of another run, or of this one where it was interrupted while it published: they are written anew.
        if matches!(found, Found::Other(_) | Found::Unfinished) {
            self.published_before().iter().try_for_each(|name| disk.remove_file(&self.published(name)))?;
        }
        let hidden = self.hidden();
        for entry in fs::read_dir(&hidden).map_err(|error| WriteError::io(&hidden, error))? {
            let path = entry.map_err(|error| WriteError::io(&hidden, error))?.path();
            if path.is_dir() && path != self.units {
                disk.remove_dir(&path)?;
            }
        }
        disk.create_dir(&self.units)
    }

    fn lock(&self, disk: &Disk) -> Result<Option<DiskFile>, WriteError> {
        let path = self.hidden().join("lock");
        loop {
            disk.create_dir(&self.hidden())?;
            let mut lock = disk.open(&path)?;
            match lock.file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(self.locked(&mut lock)),
                Err(TryLockError::Error(_)) => return Ok(None),
            }
            // Its last holder may have removed the file between our opening and locking it.
            if is_at(&lock.file, &path) {
                lock.clear()?;
                let at = |error| WriteError::io(&path, error);
                write!(lock, "{}", std::process::id()).map_err(at)?;
                return Ok(Some(lock));
            }
        }
    }

    fn locked(&self, lock: &mut DiskFile) -> WriteError {
        let mut text = String::new();
        let number = lock.file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse::<u32>().ok());
        let process = number.map(|number| format!(" (process {number})")).unwrap_or_default();
        WriteError::Locked { path: self.root.clone(), process }
    }

    /// The names that the runs in this folder publish, as far as it is known: those of a finished one are in its
    /// descriptor, those of an unfinished one beside its key.
    fn published_before(&self) -> Vec<String> {
        let package = package::read(&self.published(PACKAGE)).filter(|package| package::key_of(package).is_some());
        let finished = package.as_ref().map(package::files_of).unwrap_or_default();
        let unfinished = fs::read_to_string(self.names_file()).unwrap_or_default();
        let names = finished.into_iter().chain(unfinished.lines().map(str::to_owned));
        // A name, and never a path that leads elsewhere.
        names.filter(|name| Path::new(name).file_name().is_some_and(|file| file == name.as_str())).collect()
    }

    fn names_file(&self) -> PathBuf {
        self.hidden().join("names")
    }

    fn key_file(&self) -> PathBuf {
        self.hidden().join("key")
    }

    /// All names in the folder but the hidden folder's, sorted.
    fn names(&self) -> Result<Vec<String>, WriteError> {
        let at = |error| WriteError::io(&self.root, error).on_opening();
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.root).map_err(at)? {
            let name = entry.map_err(at)?.file_name().to_string_lossy().into_owned();
            if name != HIDDEN {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }
}

/// Whether an open file is the one that a path leads to.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let same = |a: &fs::Metadata, b: &fs::Metadata| a.ino() == b.ino() && a.dev() == b.dev();
    matches!((file.metadata(), fs::metadata(path)), (Ok(a), Ok(b)) if same(&a, &b))
}

/// Elsewhere an open file cannot be removed.
#[cfg(not(unix))]
fn is_at(_file: &File, path: &Path) -> bool {
    path.exists()
}
