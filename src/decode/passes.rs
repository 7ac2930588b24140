//! The passes over the pieces: everything once, and once more the surroundings of cues whose roles stick out of
//! their window.
//!
//! Invariant: what is found depends on the passages given and on nothing else; batches are filled from
//! these passages alone.

use std::ops::Range;

use tch::{Tensor, no_grad};

use super::cues::cues;
use super::lattice::{Scores, words};
use super::layout::Layout;
use super::mentions::{mentions, one_per_place};
use super::roles::{FoundRoles, Place, roles};
use super::separate::separate;
use super::statements::RawStatement;
use super::tensors::{LogProbabilities, log_probabilities, mean_weights};
use super::{free_quotes, statements};
use crate::article::{Findings, Mention, Passage};
use crate::encode::{Batch, Cutter, Owners, Pieces, Region, Window, batches};
use crate::model::{Cues, Model, ModelError, Windows};
use crate::text::Span;

/// Pieces of a batch, padding counted: what one core's caches take best.
const BATCH_PIECES: usize = 8 * 192;

/// Cues scored in one product.
const CUES_AT_ONCE: usize = 32;

/// A passage and its pieces.
#[derive(Clone, Copy)]
pub struct PassagePieces<'a> {
    /// The passage.
    pub passage: &'a Passage,
    /// Its pieces.
    pub pieces: &'a Pieces,
}

/// Reads passages with a model.
pub struct Reader<'a> {
    model: &'a Model,
    passages: &'a [PassagePieces<'a>],
    layouts: Vec<Layout>,
}

/// A cue whose roles are wanted: its region and its pieces in the passage.
#[derive(Clone, Debug)]
pub(super) struct CueAt {
    pub region: Region,
    pub pieces: Range<usize>,
    pub score: f32,
    /// A quotation without a cue: `pieces` is its opening mark, and this its extent.
    pub quotation: Option<Range<usize>>,
}

impl CueAt {
    /// The same cue as far as it lies in a window: one that a network makes longer than that is cut, not a panic.
    fn within(&self, window: &Window) -> CueAt {
        let end = self.pieces.end.min(window.end);
        let start = self.pieces.start.clamp(window.start, end.saturating_sub(1));
        CueAt { pieces: start..end, ..self.clone() }
    }
}

#[derive(Default)]
struct Found {
    mentions: Vec<(usize, Mention)>,
    statements: Vec<RawStatement>,
}

impl<'a> Reader<'a> {
    /// A reader of these passages.
    pub fn new(model: &'a Model, passages: &'a [PassagePieces<'a>]) -> Self {
        Reader { model, passages, layouts: passages.iter().map(Layout::of).collect() }
    }

    /// Finds the mentions and statements of each passage. Where `given` holds cues for the passages (in
    /// code points), those are taken and no others are looked for.
    pub fn read(&self, given: Option<&[Vec<Span>]>) -> Result<Vec<Findings>, ModelError> {
        no_grad(|| self.read_without_gradients(given))
    }

    fn read_without_gradients(&self, given: Option<&[Vec<Span>]>) -> Result<Vec<Findings>, ModelError> {
        let whole: Vec<Region> = (0..self.passages.len())
            .map(|passage| Region { passage, start: 0, end: self.passages[passage].pieces.len() })
            .collect();
        let mut found = self.pass(&whole, given.is_none())?;
        match given {
            Some(cues) => found.statements = self.at_cues(self.given_cues(&whole, cues))?,
            None => {
                let free = free_quotes::find(self.passages, &self.layouts, &whole, &found.statements);
                found.statements.extend(self.at_cues(free)?);
            }
        }
        let mut findings: Vec<Findings> = self.passages.iter().map(|_| Findings::default()).collect();
        for (passage, mention) in found.mentions {
            findings[passage].mentions.push(mention);
        }
        let mut raw: Vec<Vec<RawStatement>> = self.passages.iter().map(|_| Vec::new()).collect();
        for statement in found.statements {
            raw[statement.passage].push(statement);
        }
        for (passage, raw) in raw.into_iter().enumerate() {
            let calibration = &self.model.config.sayso.calibration;
            one_per_place(&mut findings[passage].mentions);
            findings[passage].statements =
                statements::build(self.passages[passage], &self.layouts[passage].quotes, raw, calibration);
        }
        Ok(findings)
    }

    /// The pass over everything: mentions and, if wanted, statements.
    fn pass(&self, regions: &[Region], want_cues: bool) -> Result<Found, ModelError> {
        let windows: Vec<Window> =
            regions.iter().enumerate().flat_map(|(i, region)| self.cutter(region).windows(i, region)).collect();
        let owners = Owners { windows: &windows };
        let mut found = Found::default();
        let mut cut = Vec::new();
        for batch in batches(&windows, BATCH_PIECES) {
            let rows: Vec<Window> = batch.windows.iter().map(|&w| windows[w]).collect();
            let hidden = self.encode(&batch, &rows, regions)?;
            let scores = log_probabilities(&self.model.heads.mention_logits(&hidden))?;
            self.take_mentions(&scores, &batch, &rows, regions, &owners, &mut found);
            if want_cues {
                let scores = log_probabilities(&self.model.heads.cue_logits(&hidden))?;
                let jobs = self.take_cues(&scores, &batch, &rows, regions, &owners);
                self.take_statements(&hidden, &rows, regions, jobs, Some(&mut cut), &mut found.statements)?;
            }
        }
        found.statements.extend(self.at_cues(cut)?);
        statements::one_per_cue(&mut found.statements);
        for statement in &mut found.statements {
            separate(statement, &self.layouts[statement.passage]);
        }
        Ok(found)
    }

    fn cutter(&self, region: &Region) -> Cutter<'_> {
        let config = &self.model.config.sayso;
        Cutter { size: config.window - 2, overlap: config.overlap, sentences: &self.layouts[region.passage].sentence }
    }

    /// Statements at cues that are known, each read in a window centred on it.
    fn at_cues(&self, cues: Vec<CueAt>) -> Result<Vec<RawStatement>, ModelError> {
        let size = self.model.config.sayso.window - 2;
        let regions: Vec<Region> = cues.iter().map(|c| c.region).collect();
        let centred: Vec<Window> = cues
            .iter()
            .enumerate()
            .map(|(i, cue)| {
                let middle =
                    cue.quotation.as_ref().map_or(cue.pieces.start, |q| (q.start + q.end.min(q.start + size)) / 2);
                Window::centred(i, &cue.region, middle, size)
            })
            .collect();
        let mut found = Vec::new();
        for batch in batches(&centred, BATCH_PIECES) {
            let rows: Vec<Window> = batch.windows.iter().map(|&w| centred[w]).collect();
            let hidden = self.encode(&batch, &rows, &regions)?;
            let jobs = batch.windows.iter().enumerate().map(|(row, &w)| (row, cues[w].within(&centred[w]))).collect();
            self.take_statements(&hidden, &rows, &regions, jobs, None, &mut found)?;
        }
        Ok(found)
    }

    /// Hidden states of a batch of windows, [B, L, H].
    fn encode(&self, batch: &Batch, rows: &[Window], regions: &[Region]) -> Result<Tensor, ModelError> {
        let size = rows.len() * batch.width;
        let (mut ids, mut shapes, mut mask) = (vec![0i64; size], vec![0i64; size], vec![0i64; size]);
        for (row, window) in rows.iter().enumerate() {
            let pieces = self.passages[regions[window.region].passage].pieces;
            let at = row * batch.width;
            ids[at] = CLS;
            for (offset, piece) in (window.start..window.end).enumerate() {
                ids[at + 1 + offset] = i64::from(pieces.ids[piece]);
                shapes[at + 1 + offset] = i64::from(pieces.shapes[piece]);
            }
            ids[at + 1 + window.len()] = SEP;
            mask[at..at + window.len() + 2].fill(1);
        }
        let shape = [rows.len() as i64, batch.width as i64];
        let tensor = |values: &[i64]| Tensor::from_slice(values).view(shape);
        self.model.encode(&Windows { ids: tensor(&ids), shapes: tensor(&shapes), mask: tensor(&mask) })
    }

    /// Scores of one row of a batch, without `CLS`.
    fn row_scores<'s>(&self, scores: &'s LogProbabilities, row: usize, width: usize) -> Scores<'s> {
        let start = (row * width + 1) * scores.tags;
        Scores { values: &scores.values[start..start + (width - 1) * scores.tags], tags: scores.tags }
    }

    /// The written words of a window.
    fn window_words(&self, window: &Window, regions: &[Region]) -> Vec<Range<usize>> {
        words(&self.layouts[regions[window.region].passage].word[window.start..window.end])
    }

    fn take_mentions(
        &self,
        scores: &LogProbabilities,
        batch: &Batch,
        rows: &[Window],
        regions: &[Region],
        owners: &Owners<'_>,
        found: &mut Found,
    ) {
        for (row, window) in rows.iter().enumerate() {
            let region = &regions[window.region];
            let passage = self.passages[region.passage];
            let words = words(&passage.pieces.words[window.start..window.end]);
            for mention in mentions(self.row_scores(scores, row, batch.width), &words) {
                let (start, end) = (window.start + mention.pieces.start, window.start + mention.pieces.end);
                if owners.of(start, region, window.region) == batch.windows[row] {
                    let span = passage.pieces.span(start, end);
                    let part = passage.passage.part;
                    found
                        .mentions
                        .push((region.passage, Mention { part, span, kind: mention.kind, score: mention.score }));
                }
            }
        }
    }

    fn take_cues(
        &self,
        scores: &LogProbabilities,
        batch: &Batch,
        rows: &[Window],
        regions: &[Region],
        owners: &Owners<'_>,
    ) -> Vec<(usize, CueAt)> {
        let mut jobs = Vec::new();
        for (row, window) in rows.iter().enumerate() {
            let region = regions[window.region];
            let words = self.window_words(window, regions);
            for cue in cues(self.row_scores(scores, row, batch.width), &words) {
                let pieces = window.start + cue.pieces.start..window.start + cue.pieces.end;
                if owners.of((pieces.start + pieces.end - 1) / 2, &region, window.region) == batch.windows[row] {
                    jobs.push((row, CueAt { region, pieces, score: cue.score, quotation: None }));
                }
            }
        }
        jobs
    }

    /// Roles and stance of cues on the hidden states of their windows. A cue of which a role touches an edge
    /// that is not its region's goes to `cut`, if that is given.
    fn take_statements(
        &self,
        hidden: &Tensor,
        rows: &[Window],
        regions: &[Region],
        jobs: Vec<(usize, CueAt)>,
        mut cut: Option<&mut Vec<CueAt>>,
        found: &mut Vec<RawStatement>,
    ) -> Result<(), ModelError> {
        let width = hidden.size()[1] as usize;
        for jobs in jobs.chunks(CUES_AT_ONCE) {
            let index: Vec<i64> = jobs.iter().map(|(row, _)| *row as i64).collect();
            let index = Tensor::from_slice(&index);
            let at = |row: usize, piece: usize| piece - rows[row].start + 1;
            let cue_spans: Vec<Range<usize>> =
                jobs.iter().map(|(row, cue)| at(*row, cue.pieces.start)..at(*row, cue.pieces.end)).collect();
            let cues = Cues {
                window: index.shallow_clone(),
                first: cue_spans.iter().map(|s| s.start as i64).collect(),
                weights: mean_weights(&cue_spans.into_iter().map(|s| [s]).collect::<Vec<_>>(), width),
            };
            let (logits, q) = self.model.role_logits(hidden, &cues)?;
            let scores = log_probabilities(&logits)?;
            let read: Vec<FoundRoles> = jobs
                .iter()
                .enumerate()
                .map(|(i, (row, cue))| self.roles_at(self.row_scores(&scores, i, width), &rows[*row], regions, cue))
                .collect();
            let keep: Vec<usize> = (0..jobs.len())
                .filter(|&i| {
                    let (row, cue) = &jobs[i];
                    let window = &rows[*row];
                    let (left, right) = read[i].touches(window.len());
                    let sticks_out = left && window.start > cue.region.start || right && window.end < cue.region.end;
                    match &mut cut {
                        Some(cut) if sticks_out => {
                            cut.push(cue.clone());
                            false
                        }
                        _ => true,
                    }
                })
                .collect();
            if keep.is_empty() {
                continue;
            }
            let kept = Tensor::from_slice(&keep.iter().map(|&i| i as i64).collect::<Vec<_>>());
            let own = hidden.index_select(0, &index.index_select(0, &kept));
            let mean =
                |spans: Vec<Vec<Range<usize>>>| mean_weights(&spans, width).unsqueeze(1).bmm(&own).squeeze_dim(1);
            let shift = |r: &Range<usize>| r.start + 1..r.end + 1;
            let content = mean(keep.iter().map(|&i| read[i].content.iter().map(shift).collect()).collect());
            let source = mean(keep.iter().map(|&i| read[i].source.iter().map(shift).collect()).collect());
            let (stance, flags) = self.model.heads.stance_logits(&q.index_select(0, &kept), &content, &source, false);
            let stance: Vec<f32> = Vec::try_from(stance.flatten(0, -1))?;
            let flags: Vec<f32> = Vec::try_from(flags.sigmoid().flatten(0, -1))?;
            for (n, &i) in keep.iter().enumerate() {
                let (row, cue) = &jobs[i];
                let base = rows[*row].start;
                let absolute = |r: &Range<usize>| base + r.start..base + r.end;
                found.push(RawStatement {
                    passage: cue.region.passage,
                    cue: cue.quotation.is_none().then(|| cue.pieces.clone()),
                    source: read[i].source.as_ref().map(absolute),
                    content: match &cue.quotation {
                        Some(quotation) => vec![quotation.clone()],
                        None => read[i].content.iter().map(absolute).collect(),
                    },
                    addressee: read[i].addressee.as_ref().map(absolute),
                    cue_score: cue.score,
                    content_score: read[i].content_score,
                    stance: stance[n * 18..(n + 1) * 18].to_vec(),
                    flags: [flags[n * 3], flags[n * 3 + 1], flags[n * 3 + 2]],
                });
            }
        }
        Ok(())
    }

    /// The roles of a cue in its window. A free-standing quotation's content is the quotation itself, and
    /// nothing beside it is its source.
    fn roles_at(&self, scores: Scores<'_>, window: &Window, regions: &[Region], cue: &CueAt) -> FoundRoles {
        let words = self.window_words(window, regions);
        let own = cue.pieces.start - window.start..cue.pieces.end - window.start;
        match &cue.quotation {
            None => {
                let layout = &self.layouts[cue.region.passage];
                let place = Place {
                    sentence: &layout.sentence[window.start..window.end],
                    quotation: &layout.quotation[window.start..window.end],
                    kind: &layout.kind[window.start..window.end],
                };
                roles(scores, &words, &own, &place)
            }
            Some(quotation) => {
                let inside =
                    quotation.start.max(window.start) - window.start..quotation.end.min(window.end) - window.start;
                free_quotes::roles(scores, &words, &inside)
            }
        }
    }

    fn given_cues(&self, whole: &[Region], cues: &[Vec<Span>]) -> Vec<CueAt> {
        let mut at = Vec::new();
        for (region, cues) in whole.iter().zip(cues) {
            for span in cues {
                let pieces = self.passages[region.passage].pieces.covering(*span);
                if !pieces.is_empty() {
                    at.push(CueAt { region: *region, pieces, score: 1.0, quotation: None });
                }
            }
        }
        at
    }
}

/// Ids of `CLS` and `SEP` in BERT's vocabularies.
const CLS: i64 = 101;
const SEP: i64 = 102;
