//! Which token comes next: scores, a little chance, and no going in circles.

use std::collections::HashSet;

#[cfg(test)]
mod tests;

/// How tokens are chosen.
#[derive(Debug, Clone, Copy, PartialEq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sampling {
    /// 0 always takes the best; higher values take more chances.
    pub temperature: f32,
    /// Only the likeliest tokens that make up this share are considered.
    pub top_p: f32,
    /// Only so many of the likeliest tokens are considered; 0 means all.
    pub top_k: usize,
    /// Divides the scores of tokens that were just used; 1 changes nothing.
    pub repeat_penalty: f32,
    /// How far back "just used" reaches, in tokens.
    pub repeat_last: usize,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { temperature: 0.2, top_p: 0.9, top_k: 40, repeat_penalty: 1.1, repeat_last: 64 }
    }
}

/// Chooses tokens one after another. The same seed and scores give the same tokens.
pub(crate) struct Sampler {
    how: Sampling,
    random: fastrand::Rng,
}

impl Sampler {
    pub(crate) fn new(how: Sampling, seed: u64) -> Self {
        Self { how, random: fastrand::Rng::with_seed(seed) }
    }

    /// The next token after `said`, the tokens of this answer.
    pub(crate) fn choose(&mut self, scores: &mut [f32], said: &[u32]) -> Option<u32> {
        self.penalise(scores, said);
        if self.how.temperature <= 0.0 {
            return best(scores);
        }
        let mut likely = self.likeliest(scores);
        let top = likely.first()?.1;
        let mut total = 0.0;
        for (_, score) in &mut likely {
            *score = ((*score - top) / self.how.temperature).exp();
            total += *score;
        }
        let share = self.how.top_p.clamp(0.0, 1.0) * total;
        let mut sum = 0.0;
        let kept = likely.iter().position(|(_, weight)| {
            sum += *weight;
            sum >= share
        });
        likely.truncate(kept.map_or(likely.len(), |last| last + 1));
        let mut left = self.random.f32() * likely.iter().map(|(_, weight)| weight).sum::<f32>();
        for (id, weight) in &likely {
            left -= weight;
            if left <= 0.0 {
                return Some(*id);
            }
        }
        likely.first().map(|(id, _)| *id)
    }

    fn penalise(&self, scores: &mut [f32], said: &[u32]) {
        let penalty = self.how.repeat_penalty;
        let recent = &said[said.len().saturating_sub(self.how.repeat_last)..];
        for id in recent.iter().collect::<HashSet<_>>() {
            if let Some(score) = scores.get_mut(*id as usize) {
                *score = if *score > 0.0 { *score / penalty } else { *score * penalty };
            }
        }
    }

    /// The likeliest tokens, best first; scores that are no numbers never count.
    fn likeliest(&self, scores: &[f32]) -> Vec<(u32, f32)> {
        let mut all: Vec<(u32, f32)> =
            (0..).zip(scores.iter().copied()).filter(|(_, score)| score.is_finite()).collect();
        let keep = if self.how.top_k == 0 { all.len() } else { self.how.top_k.min(all.len()) };
        let better = |one: &(u32, f32), other: &(u32, f32)| {
            other.1.total_cmp(&one.1).then(one.0.cmp(&other.0))
        };
        if keep > 0 && keep < all.len() {
            all.select_nth_unstable_by(keep - 1, better);
            all.truncate(keep);
        }
        all.sort_unstable_by(better);
        all
    }
}

fn best(scores: &[f32]) -> Option<u32> {
    (0..)
        .zip(scores)
        .filter(|(_, score)| score.is_finite())
        .max_by(|(a, one), (b, other)| one.total_cmp(other).then(b.cmp(a)))
        .map(|(id, _)| id)
}
