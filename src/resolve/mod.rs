//! Record, Article, Findings → Cast: every source and addressee resolved to an entity.
//!
//! Invariant: what the article does not tell stays a description or empty; every participant says how it is
//! known. Nothing but the article, the gazetteers and the user's alias file is looked at, so the answer does
//! not depend on which articles were read before.

mod acronyms;
mod aliases;
mod appositions;
mod choice;
mod clusters;
mod descriptions;
mod documents;
mod finish;
mod firsts;
mod fold;
mod forms;
mod gazetteer;
mod genders;
mod groups;
mod heads;
mod implicit;
mod lists;
mod lookups;
mod nouns;
mod offices;
mod phrases;
mod portraits;
mod pronouns;
mod relatives;
mod resumed;
mod roles;
mod salience;
mod scene;
mod sectors;
mod shorter;
mod syntax;
mod titles;
mod variants;
mod weights;
mod words;

use std::path::PathBuf;

use thiserror::Error;

use crate::article::{Article, Cast, Findings, Record};
use aliases::Aliases;
pub use choice::Weighing;
pub use fold::same_name;
use gazetteer::Gazetteer;
use scene::Scene;

/// What a user can set.
#[derive(Clone, Debug, Default)]
pub struct ResolveOptions {
    /// A CSV file with the columns alias, entity, type, from, to; it wins over everything else.
    pub aliases: Option<PathBuf>,
}

/// Why no resolver could be made.
#[derive(Debug, Error)]
pub enum ResolveError {
    /// The alias file could not be read, or is no CSV file with the columns alias and entity.
    #[error("cannot read the alias file {}: {source}; it needs a header row with alias, entity and, if wanted, type, from, to", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the reader says.
        source: csv::Error,
    },
    /// A row of the alias file says what cannot be.
    #[error("alias file {}, row {row}: {what}", path.display())]
    Row {
        /// The file.
        path: PathBuf,
        /// 1-based, without the header.
        row: usize,
        /// What is wrong and what to do about it.
        what: String,
    },
}

/// Says who is who. Immutable once made: share it between threads.
#[derive(Debug)]
pub struct Resolver {
    gazetteer: Gazetteer,
    aliases: Aliases,
}

impl Resolver {
    /// Loads the gazetteers and the user's aliases.
    pub fn new(options: &ResolveOptions) -> Result<Self, ResolveError> {
        let aliases = options.aliases.as_deref().map(Aliases::read).transpose()?.unwrap_or_default();
        Ok(Resolver { gazetteer: Gazetteer::load(), aliases })
    }

    /// Who is who in an article.
    pub fn resolve(&self, record: &Record, article: &Article, findings: &Findings) -> Cast {
        let mut scene = Scene::set(record, article, findings, &self.gazetteer, &self.aliases);
        let participants = roles::participants(&mut scene);
        finish::cast(scene, participants)
    }

    /// What every choice is made among, for fitting the weights.
    pub fn weighed(&self, record: &Record, article: &Article, findings: &Findings) -> Vec<Weighing> {
        let mut scene = Scene::set(record, article, findings, &self.gazetteer, &self.aliases);
        scene.weighings = Some(Vec::new());
        roles::participants(&mut scene);
        scene.weighings.take().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
