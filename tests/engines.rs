//! The fast engine says what the reference says.

use std::path::Path;

use sayso::model::{Cues, Engine, EngineChoice, Model, ModelFiles, Windows};
use tch::{Kind, Tensor, no_grad};

fn files() -> ModelFiles {
    ModelFiles::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("models/sayso-en"))
}

/// A model with an engine, or nothing where this processor has none such.
fn fast(choice: EngineChoice) -> Option<Model> {
    let engine = Engine::load(choice, &files()).ok()?;
    Some(Model::with_engine(&files(), engine).unwrap())
}

/// Windows of these lengths, of words picked by a fixed rule.
fn windows(lengths: &[i64]) -> Windows {
    let width = *lengths.iter().max().unwrap();
    let each = |value: &dyn Fn(i64) -> i64| {
        let rows = lengths.iter().flat_map(|&l| (0..width).map(move |t| (t, t < l)));
        let values: Vec<i64> = rows.map(|(t, inside)| if inside { value(t) } else { 0 }).collect();
        Tensor::from_slice(&values).view([lengths.len() as i64, width])
    };
    Windows {
        ids: each(&|t| if t == 0 { 101 } else { 1996 + t * 7919 % 9000 }),
        shapes: each(&|t| t * 31 % 5),
        mask: each(&|_| 1),
    }
}

fn largest(tensor: &Tensor) -> f64 {
    f64::try_from(tensor.abs().max()).unwrap()
}

#[test]
fn states_and_role_logits_are_near_those_of_the_reference() {
    let reference = Model::load(&files()).unwrap();
    no_grad(|| {
        for (choice, bound) in [(EngineChoice::Bf16, 0.02), (EngineChoice::Int8, 0.06)] {
            let Some(fast) = fast(choice) else { return };
            for length in [3, 17, 64, 192, 256] {
                compare(&reference, &fast, length, bound);
            }
        }
    });
}

/// The states of a window may be off by a share `bound`, the role logits by ten times that.
fn compare(reference: &Model, fast: &Model, length: i64, bound: f64) {
    let windows = windows(&[length]);
    let (exact, near) = (reference.encode(&windows).unwrap(), fast.encode(&windows).unwrap());
    let off = (&exact - &near).pow_tensor_scalar(2).mean(Kind::Float).sqrt();
    let size = exact.pow_tensor_scalar(2).mean(Kind::Float).sqrt();
    let share = f64::try_from(off / size).unwrap();
    assert!(share < bound, "{length} pieces: {share}");
    let weights = Tensor::zeros([1, length], (Kind::Float, tch::Device::Cpu));
    let _ = weights.narrow(1, 1, 1).fill_(1.0);
    let cues = Cues { window: Tensor::from_slice(&[0i64]), first: vec![1], weights };
    let (exact, near) = (reference.role_logits(&exact, &cues).unwrap(), fast.role_logits(&exact, &cues).unwrap());
    let off = largest(&(exact.0 - near.0));
    assert!(off < 10.0 * bound, "{length} pieces: {off}");
    assert!(largest(&(exact.1 - near.1)) < 1e-5, "{length} pieces");
    println!("bound {bound}, {length} pieces: states off by {share:.4}, role logits by {off:.4}");
}

/// Nothing beside a window changes it by one bit.
#[test]
fn a_window_in_a_batch_equals_the_window_alone() {
    let Some(fast) = fast(EngineChoice::Bf16) else { return };
    let together = fast.encode(&windows(&[90, 33, 7])).unwrap();
    for (row, length) in [90, 33, 7].into_iter().enumerate() {
        let alone = fast.encode(&windows(&[length])).unwrap();
        let own = together.get(row as i64);
        assert!(own.narrow(0, 0, length) == alone.get(0), "row {row}");
        assert_eq!(largest(&own.narrow(0, length, 90 - length).sum(Kind::Float)), 0.0);
    }
}
