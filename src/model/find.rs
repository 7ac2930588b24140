//! Name of a model → its folder.

use std::path::{Path, PathBuf};

use super::{ModelError, ModelFiles};

/// The model that is taken where none is named.
pub const DEFAULT_MODEL: &str = "sayso-en";

/// The folders that hold models, in the order in which they are looked at: `SAYSO_MODELS`, beside the
/// program and above it, and where it was built.
pub fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::env::var_os("SAYSO_MODELS").map(PathBuf::from).into_iter().collect();
    let program = std::env::current_exe().and_then(|p| p.canonicalize()).unwrap_or_default();
    for above in program.ancestors().skip(1).take(3) {
        folders.push(above.join("models"));
    }
    if let Some(prefix) = program.ancestors().nth(2) {
        folders.push(prefix.join("share/sayso/models"));
    }
    folders.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("models"));
    let mut seen = Vec::new();
    folders.retain(|folder| {
        let new = !seen.contains(folder);
        seen.push(folder.clone());
        new && folder.is_dir()
    });
    folders
}

/// Every model in these folders, the first of each name.
pub fn models() -> Vec<ModelFiles> {
    let mut found: Vec<ModelFiles> = Vec::new();
    for folder in folders() {
        let mut here: Vec<PathBuf> =
            std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
        here.sort();
        for files in here.into_iter().map(ModelFiles::new).filter(|f| f.config().is_file()) {
            if found.iter().all(|f| f.name() != files.name()) {
                found.push(files);
            }
        }
    }
    found
}

/// A model by name, or by the path of its folder.
pub fn find(name: &str) -> Result<ModelFiles, ModelError> {
    let path = Path::new(name);
    if path.join("config.json").is_file() {
        return Ok(ModelFiles::new(path));
    }
    let known = models();
    match known.iter().find(|files| files.name() == name) {
        Some(files) => Ok(files.clone()),
        None => Err(ModelError::Unknown {
            name: name.to_owned(),
            known: known.iter().map(ModelFiles::name).collect::<Vec<_>>().join(", "),
        }),
    }
}
