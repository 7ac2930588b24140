//! Record, Article, Findings → Cast: every source and addressee resolved to an entity.
//!
//! Invariant: what the article does not tell stays a description or empty; every participant says how it is
//! known. Nothing but the article, the gazetteers and the user's alias file is looked at, so the answer does
//! not depend on which articles were read before.

mod acronyms;
mod clusters;
mod descriptions;
mod documents;
mod fold;
mod forms;
mod gazetteer;
mod groups;
mod heads;
mod implicit;
mod nouns;
mod phrases;
mod portraits;
mod pronouns;
mod roles;
mod salience;
mod scene;
mod titles;
mod words;

use std::path::PathBuf;

use thiserror::Error;

use crate::article::{Article, Cast, Findings, Record};
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
    /// The alias file could not be read.
    #[error("cannot read the alias file {path}: {source}; check the path given with --aliases")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

/// Says who is who. Immutable once made: share it between threads.
#[derive(Debug)]
pub struct Resolver {
    gazetteer: Gazetteer,
}

impl Resolver {
    /// Loads the gazetteers and the user's aliases.
    pub fn new(_options: &ResolveOptions) -> Result<Self, ResolveError> {
        Ok(Resolver { gazetteer: Gazetteer::load() })
    }

    /// Who is who in an article.
    pub fn resolve(&self, record: &Record, article: &Article, findings: &Findings) -> Cast {
        let mut scene = Scene::set(record, article, findings, &self.gazetteer);
        let participants = roles::participants(&mut scene);
        Cast { entities: scene.entities, mention_entity: scene.mention_entity, participants }
    }
}
