//! Gradients → weights: AdamW with moments of our own, so that a training can be resumed exactly.
//!
//! Decoupled weight decay (Loshchilov and Hutter 2019), moments corrected for their start at zero.

use tch::{Kind, Tensor, nn, no_grad};

use super::config::Schedule;

const BETA1: f64 = 0.9;
const BETA2: f64 = 0.999;
const EPSILON: f64 = 1e-8;
/// The average is taken every so many steps, with the decay of as many.
const AVERAGE_EVERY: u64 = 4;

/// A weight with what the optimiser knows about it.
pub struct Slot {
    /// Its name in the model's file.
    pub name: String,
    /// The weight.
    pub value: Tensor,
    /// Mean of the gradients.
    pub first: Tensor,
    /// Mean of their squares.
    pub second: Tensor,
    /// Moving average of the weight.
    pub average: Tensor,
    /// The weight as the training began.
    start: Tensor,
    decay: f64,
    head: bool,
}

impl Slot {
    fn saved(&self, keep: f64) -> Tensor {
        self.average.lerp(&self.start, keep)
    }
}

/// AdamW over the weights of a store.
pub struct Optimiser {
    /// The weights, by name.
    pub slots: Vec<Slot>,
    schedule: Schedule,
}

impl Optimiser {
    /// Takes over the trainable weights of a store.
    pub fn new(store: &nn::VarStore, schedule: &Schedule) -> Self {
        let mut slots: Vec<Slot> = store
            .variables()
            .into_iter()
            .map(|(name, value)| Slot {
                first: value.zeros_like(),
                second: value.zeros_like(),
                average: value.detach().copy(),
                start: value.detach().copy(),
                decay: if value.dim() < 2 || name.contains("LayerNorm") { 0.0 } else { schedule.decay },
                head: !name.starts_with("bert."),
                name,
                value,
            })
            .collect();
        slots.sort_by(|a, b| a.name.cmp(&b.name));
        for slot in &mut slots {
            if schedule.freeze_words && slot.name == "bert.embeddings.word_embeddings.weight" {
                slot.value = slot.value.set_requires_grad(false);
            }
        }
        Optimiser { slots, schedule: schedule.clone() }
    }

    /// The part of the highest rate that holds at a step (counted from 0): up, then down to 0.
    pub fn rate(&self, step: u64) -> f64 {
        let (now, steps) = (step as f64, self.schedule.steps as f64);
        let warm = (self.schedule.warmup * steps).max(1.0);
        if now < warm { (now + 1.0) / warm } else { ((steps - now) / (steps - warm).max(1.0)).max(0.0) }
    }

    /// Applies the gradients of a step and clears them; gives the gradient's length before clipping.
    pub fn step(&mut self, step: u64) -> f64 {
        let part = self.rate(step);
        no_grad(|| self.apply(step, part))
    }

    fn apply(&mut self, step: u64, part: f64) -> f64 {
        let schedule = &self.schedule;
        let trained = || self.slots.iter().filter(|s| s.value.grad().defined());
        let squares: Vec<Tensor> = trained().map(|s| s.value.grad().norm().square()).collect();
        let length = Tensor::stack(&squares, 0).sum(Kind::Float).double_value(&[]).sqrt();
        let scale = (schedule.clip / (length + 1e-6)).min(1.0);
        let count = i32::try_from(step + 1).unwrap_or(i32::MAX);
        let (first_part, second_part) = (1.0 - BETA1.powi(count), 1.0 - BETA2.powi(count));
        for slot in self.slots.iter_mut().filter(|s| s.value.grad().defined()) {
            let rate = part * if slot.head { schedule.head_rate } else { schedule.encoder_rate };
            let mut gradient = slot.value.grad();
            if scale < 1.0 {
                let _ = gradient.g_mul_scalar_(scale);
            }
            let _ = slot.first.lerp_(&gradient, 1.0 - BETA1);
            let _ = slot.second.lerp_(&gradient.square(), 1.0 - BETA2);
            let divisor = slot.second.sqrt().g_div_scalar_(second_part.sqrt()).g_add_scalar_(EPSILON);
            if slot.decay > 0.0 {
                let _ = slot.value.g_mul_scalar_(1.0 - rate * slot.decay);
            }
            let _ = slot.value.g_add_(&slot.first.divide(&divisor).g_mul_scalar_(-rate / first_part));
            slot.value.zero_grad();
        }
        if (step + 1).is_multiple_of(AVERAGE_EVERY) {
            // Short trainings would otherwise keep their first weights: the average widens as it goes.
            let decay = schedule.average.min((1.0 + step as f64) / (10.0 + step as f64));
            let share = 1.0 - decay.powi(AVERAGE_EVERY as i32);
            for slot in self.slots.iter_mut().filter(|s| s.value.requires_grad()) {
                let _ = slot.average.lerp_(&slot.value, share);
            }
        }
        length
    }

    /// The weights as they are saved, by name: the average, with the part of the start that the schedule keeps.
    pub fn saved(&self) -> impl Iterator<Item = (&str, Tensor)> {
        self.slots.iter().map(|slot| (slot.name.as_str(), slot.saved(self.schedule.keep_start)))
    }

    /// Puts the weights as they are saved into the network; gives the others.
    pub fn swap_in_saved(&mut self) -> Vec<Tensor> {
        let keep = self.schedule.keep_start;
        let swap = |slot: &mut Slot| {
            let current = slot.value.detach().copy();
            slot.value.copy_(&slot.saved(keep));
            current
        };
        no_grad(|| self.slots.iter_mut().map(swap).collect())
    }

    /// Puts the weights back.
    pub fn swap_back(&mut self, current: &[Tensor]) {
        no_grad(|| self.slots.iter_mut().zip(current).for_each(|(slot, value)| slot.value.copy_(value)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_keeps_its_part_of_the_start() {
        let store = nn::VarStore::new(tch::Device::Cpu);
        let _ = store.root().var("w", &[2], nn::Init::Const(8.0));
        let schedule = Schedule { keep_start: 0.25, ..Schedule::default() };
        let mut optimiser = Optimiser::new(&store, &schedule);
        let _ = no_grad(|| optimiser.slots[0].average.fill_(4.0));
        let saved: Vec<(String, Vec<f32>)> =
            optimiser.saved().map(|(name, weight)| (name.to_owned(), Vec::try_from(weight).unwrap())).collect();
        assert_eq!(saved, [("w".to_owned(), vec![5.0, 5.0])]);
        let current = optimiser.swap_in_saved();
        assert_eq!(optimiser.slots[0].value.double_value(&[0]), 5.0);
        optimiser.swap_back(&current);
        assert_eq!(optimiser.slots[0].value.double_value(&[0]), 8.0);
    }
}
