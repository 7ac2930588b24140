//! Every change that the writing stage makes to the file system goes through here.
//!
//! Invariant: nothing else in `write` creates, writes, syncs, renames or removes a file, so that the tests
//! can make each of these calls fail.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::error::WriteError;

#[cfg(test)]
use super::crash_tests::Faults;

/// A change to the file system.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Op {
    /// A folder or file is made.
    Create,
    /// Bytes are written to a file.
    Write,
    /// A file or folder is made safe against loss of power.
    Sync,
    /// A file takes another's place.
    Rename,
    /// A file or folder goes.
    Remove,
}

/// The file system, as the writing stage changes it.
#[derive(Clone, Default)]
pub(super) struct Disk {
    /// What the tests let go wrong.
    #[cfg(test)]
    pub faults: Faults,
}

impl Disk {
    /// Makes a folder and those above it.
    pub fn create_dir(&self, path: &Path) -> Result<(), WriteError> {
        self.run(Op::Create, path, || fs::create_dir_all(path))
    }

    /// Makes a new file, or empties the one that is there.
    pub fn create(&self, path: &Path) -> Result<DiskFile, WriteError> {
        let file = self.run(Op::Create, path, || File::create(path))?;
        Ok(DiskFile { file, path: path.to_owned(), disk: self.clone() })
    }

    /// Opens a file without emptying it; makes it if it is not there.
    pub fn open(&self, path: &Path) -> Result<DiskFile, WriteError> {
        let open = || File::options().create(true).truncate(false).read(true).write(true).open(path);
        let file = self.run(Op::Create, path, open)?;
        Ok(DiskFile { file, path: path.to_owned(), disk: self.clone() })
    }

    /// Puts a file in another's place, in one step.
    pub fn rename(&self, from: &Path, to: &Path) -> Result<(), WriteError> {
        let renamed = self.allow(Op::Rename, from).and_then(|()| fs::rename(from, to));
        renamed.map_err(|error| WriteError::io(to, error))
    }

    /// Removes a file, if it is there.
    pub fn remove_file(&self, path: &Path) -> Result<(), WriteError> {
        self.run(Op::Remove, path, || gone_is_fine(fs::remove_file(path)))
    }

    /// Removes a folder with all in it, if it is there.
    pub fn remove_dir(&self, path: &Path) -> Result<(), WriteError> {
        self.run(Op::Remove, path, || gone_is_fine(fs::remove_dir_all(path)))
    }

    /// Makes the names in a folder safe against loss of power.
    pub fn sync_dir(&self, path: &Path) -> Result<(), WriteError> {
        // Not every system lets folders be opened or synced; there the names are as safe as it makes them.
        self.run(Op::Sync, path, || File::open(path).and_then(|folder| folder.sync_all()).or(Ok(())))
    }

    /// Writes a whole file so that at any moment the old one or the new one is there, never a part.
    pub fn replace(&self, path: &Path, draft: &Path, bytes: &[u8]) -> Result<(), WriteError> {
        let mut file = self.create(draft)?;
        file.write_all(bytes).map_err(|error| WriteError::io(draft, error))?;
        file.sync()?;
        self.rename(draft, path)
    }

    fn run<T>(&self, op: Op, path: &Path, act: impl FnOnce() -> io::Result<T>) -> Result<T, WriteError> {
        self.allow(op, path).and_then(|()| act()).map_err(|error| WriteError::io(path, error))
    }

    #[cfg(not(test))]
    #[allow(clippy::unused_self)]
    fn allow(&self, _op: Op, _path: &Path) -> io::Result<()> {
        Ok(())
    }

    #[cfg(test)]
    fn allow(&self, op: Op, path: &Path) -> io::Result<()> {
        self.faults.allow(op, path)
    }
}

/// A file that is being written.
pub(super) struct DiskFile {
    pub file: File,
    pub path: PathBuf,
    disk: Disk,
}

impl DiskFile {
    /// Makes what was written safe against loss of power.
    pub fn sync(&self) -> Result<(), WriteError> {
        self.disk.run(Op::Sync, &self.path, || self.file.sync_all())
    }

    /// Cuts the file to nothing.
    pub fn clear(&self) -> Result<(), WriteError> {
        self.disk.run(Op::Write, &self.path, || self.file.set_len(0))
    }
}

impl Write for DiskFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Err(error) = self.disk.allow(Op::Write, &self.path) {
            // As a crash would, leave a part behind.
            self.file.write_all(&bytes[..bytes.len() / 2])?;
            return Err(error);
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn gone_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Makes writing past the limit on file sizes (`ulimit -f`) an error like a full disk, where by default
/// the system ends the process. The program calls it once, before it writes.
#[cfg(unix)]
pub fn let_full_disks_be_errors() {
    // SAFETY: ignoring a signal installs no handler, so no code of ours runs in its context.
    unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
}

/// Other systems have no such signal.
#[cfg(not(unix))]
pub fn let_full_disks_be_errors() {}
