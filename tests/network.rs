//! The network reproduces the reference figures, and a window alone equals the same window in a batch.

use std::path::Path;

use sayso::encode::PieceEncoder;
use sayso::model::{Cues, Model, ModelFiles, Windows};
use sayso::text::Text;
use serde::Deserialize;
use tch::{Kind, Tensor, no_grad};

#[derive(Deserialize)]
struct Reference {
    text: String,
    ids: Vec<i64>,
    word_shapes: Vec<i64>,
    offsets_code_points: Vec<[usize; 2]>,
    cue_pieces: [i64; 2],
    hidden_first_piece_first_8: Vec<f32>,
    mention_logits: Vec<Vec<f32>>,
    cue_logits: Vec<Vec<f32>>,
    role_logits: Vec<Vec<f32>>,
    role_labels: Vec<String>,
    stance_logits: Vec<f32>,
    flag_logits: Vec<f32>,
}

fn files() -> ModelFiles {
    ModelFiles::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("models/sayso-en"))
}

fn references() -> Vec<Reference> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn tensor(rows: &[&[i64]]) -> Tensor {
    let width = rows.iter().map(|r| r.len()).max().unwrap();
    let padded: Vec<i64> =
        rows.iter().flat_map(|r| r.iter().copied().chain(std::iter::repeat_n(0, width - r.len()))).collect();
    Tensor::from_slice(&padded).view([rows.len() as i64, width as i64])
}

fn windows(references: &[&Reference]) -> Windows {
    let ids: Vec<&[i64]> = references.iter().map(|r| &r.ids[..]).collect();
    let shapes: Vec<&[i64]> = references.iter().map(|r| &r.word_shapes[..]).collect();
    let ones: Vec<Vec<i64>> = references.iter().map(|r| vec![1; r.ids.len()]).collect();
    let mask: Vec<&[i64]> = ones.iter().map(|r| &r[..]).collect();
    Windows { ids: tensor(&ids), shapes: tensor(&shapes), mask: tensor(&mask) }
}

fn mean(hidden: &Tensor, at: &[usize]) -> Tensor {
    if at.is_empty() {
        return hidden.select(0, 0).zeros_like().unsqueeze(0);
    }
    let index: Vec<i64> = at.iter().map(|&i| i as i64).collect();
    hidden.index_select(0, &Tensor::from_slice(&index)).mean_dim(0, true, Kind::Float)
}

/// Largest distance between logits of a window and the expected rows.
fn distance(found: &Tensor, expected: &[Vec<f32>]) -> f64 {
    let flat: Vec<f32> = expected.concat();
    let expected = Tensor::from_slice(&flat).view([expected.len() as i64, expected[0].len() as i64]);
    let found = found.narrow(0, 0, expected.size()[0]);
    f64::try_from((found - expected).abs().max()).unwrap()
}

fn compare(model: &Model, references: &[&Reference], tolerance: f64) {
    let windows = windows(references);
    let hidden = model.encode(&windows).unwrap();
    let (mentions, cues) = (model.heads.mention_logits(&hidden), model.heads.cue_logits(&hidden));
    for (row, reference) in references.iter().enumerate() {
        let at = row as i64;
        let first: Vec<f32> = hidden.get(at).get(1).narrow(0, 0, 8).try_into().unwrap();
        for (found, expected) in first.iter().zip(&reference.hidden_first_piece_first_8) {
            assert!((found - expected).abs() < 1e-4, "{found} {expected}");
        }
        assert!(distance(&mentions.get(at), &reference.mention_logits) < tolerance);
        assert!(distance(&cues.get(at), &reference.cue_logits) < tolerance);
        let [start, end] = reference.cue_pieces;
        let mut weights = vec![0f32; hidden.size()[1] as usize];
        for piece in start..end {
            weights[piece as usize] = 1.0 / (end - start) as f32;
        }
        let cue = Cues {
            window: Tensor::from_slice(&[at]),
            first: vec![start],
            weights: Tensor::from_slice(&weights).unsqueeze(0),
        };
        let (roles, q) = model.heads.role_logits(&hidden, &cue, false);
        assert!(distance(&roles.get(0), &reference.role_logits) < tolerance);
        let of = |role: &str| -> Vec<usize> {
            (0..reference.role_labels.len()).filter(|&i| reference.role_labels[i].ends_with(role)).collect()
        };
        let own = hidden.get(at);
        let (stance, flags) = model.heads.stance_logits(&q, &mean(&own, &of("CON")), &mean(&own, &of("SRC")), false);
        assert!(distance(&stance, std::slice::from_ref(&reference.stance_logits)) < tolerance);
        assert!(distance(&flags, std::slice::from_ref(&reference.flag_logits)) < tolerance);
    }
}

#[test]
fn logits_equal_the_reference_figures_alone_and_in_a_batch() {
    let model = Model::load(&files()).unwrap();
    let references = references();
    let all: Vec<&Reference> = references.iter().collect();
    no_grad(|| {
        for reference in &all {
            compare(&model, &[reference], 1e-4);
        }
        compare(&model, &all, 1e-4);
    });
}

#[test]
fn pieces_shapes_and_offsets_equal_the_reference() {
    let encoder = PieceEncoder::load(&files().tokenizer()).unwrap();
    for reference in references() {
        let pieces = encoder.encode(&Text::new(reference.text.clone())).unwrap();
        let ids: Vec<i64> = pieces.ids.iter().map(|&i| i64::from(i)).collect();
        let shapes: Vec<i64> = pieces.shapes.iter().map(|&s| i64::from(s)).collect();
        let offsets: Vec<[usize; 2]> = pieces.offsets.iter().map(|o| [o.start, o.end]).collect();
        assert_eq!(ids, reference.ids[1..reference.ids.len() - 1]);
        assert_eq!(shapes, reference.word_shapes[1..reference.ids.len() - 1]);
        assert_eq!(offsets, reference.offsets_code_points);
    }
}

#[test]
fn a_text_of_two_thousand_words_yields_all_its_pieces() {
    let encoder = PieceEncoder::load(&files().tokenizer()).unwrap();
    let text = Text::new("the harbour minister warned them ".repeat(400) + "end");
    assert_eq!(encoder.encode(&text).unwrap().len(), 2001);
}

/// Text that is tokenised in stretches has the pieces of the same text tokenised at once.
#[test]
fn long_texts_are_tokenised_as_short_ones_are() {
    let encoder = PieceEncoder::load(&files().tokenizer()).unwrap();
    let sentence = "“Élan” 😀 costs $3.5m, Ms. O’Neill-Łukasz said… ";
    let one = encoder.encode(&Text::new(sentence)).unwrap();
    let many = encoder.encode(&Text::new(sentence.repeat(1000))).unwrap();
    assert_eq!(many.ids, one.ids.repeat(1000));
    assert_eq!(many.shapes, one.shapes.repeat(1000));
    let length = sentence.chars().count();
    for (i, offset) in many.offsets.iter().enumerate() {
        let base = one.offsets[i % one.len()];
        assert_eq!(
            (offset.start, offset.end),
            (base.start + i / one.len() * length, base.end + i / one.len() * length)
        );
    }
    assert!(many.words.is_sorted());
    assert_eq!(many.words.last().map(|w| w + 1), one.words.last().map(|w| (w + 1) * 1000));
}
