//! Many vectors in one piece of memory, and the nearest of them: every one is compared, so that none is
//! missed. That takes a few milliseconds for a hundred thousand; an index would save less than the
//! neighbours that it loses are worth.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::DIM;
use crate::quantised::{Quantised, dot};

/// A neighbour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// Whose vector it is.
    pub id: i32,
    /// The cosine: 1 is the same direction.
    pub score: f32,
}

impl Near {
    /// Nearer first; among equals the lower id.
    fn rank(&self, other: &Self) -> Ordering {
        other.score.total_cmp(&self.score).then(self.id.cmp(&other.id))
    }
}

/// Only neighbours behind this one are wanted: it ended the page before.
pub type Behind = Near;

/// Orders a heap so that the worst neighbour is on top.
struct Worst(Near);

impl Ord for Worst {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.rank(&other.0)
    }
}

impl PartialOrd for Worst {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Worst {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Worst {}

/// Vectors by id.
#[derive(Default)]
pub struct Matrix {
    ids: Vec<i32>,
    scales: Vec<f32>,
    codes: Vec<[i8; DIM]>,
}

impl Matrix {
    /// Room for so many.
    pub fn with_capacity(rows: usize) -> Self {
        Self {
            ids: Vec::with_capacity(rows),
            scales: Vec::with_capacity(rows),
            codes: Vec::with_capacity(rows),
        }
    }

    /// Adds a vector. Ids must rise; one that does not is refused.
    pub fn push(&mut self, id: i32, vector: &Quantised) -> bool {
        if self.ids.last().is_some_and(|last| *last >= id) {
            return false;
        }
        self.ids.push(id);
        self.scales.push(vector.scale);
        self.codes.push(vector.codes);
        true
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// What it takes of memory.
    pub fn bytes(&self) -> usize {
        self.ids.capacity() * 4 + self.scales.capacity() * 4 + self.codes.capacity() * DIM
    }

    /// The vector of an id; nothing if there is none, or if it points nowhere.
    pub fn vector(&self, id: i32) -> Option<Quantised> {
        let row = self.ids.binary_search(&id).ok()?;
        let scale = self.scales[row];
        (scale > 0.0).then(|| Quantised { scale, codes: self.codes[row] })
    }

    /// The nearest to a vector, nearest first, without `own`.
    pub fn nearest(
        &self,
        to: &Quantised,
        own: Option<i32>,
        count: usize,
        behind: Option<Behind>,
    ) -> Vec<Near> {
        let mut heap: BinaryHeap<Worst> = BinaryHeap::with_capacity(count + 1);
        let mut least = f32::NEG_INFINITY;
        for ((id, scale), codes) in self.ids.iter().zip(&self.scales).zip(&self.codes) {
            let score = dot(&to.codes, codes) as f32 * to.scale * scale;
            if score < least || *scale == 0.0 {
                continue;
            }
            let near = Near { id: *id, score };
            if Some(*id) == own || behind.is_some_and(|last| near.rank(&last) != Ordering::Greater) {
                continue;
            }
            heap.push(Worst(near));
            if heap.len() > count {
                heap.pop();
                least = heap.peek().map_or(f32::INFINITY, |worst| worst.0.score);
            }
        }
        heap.into_sorted_vec().into_iter().map(|worst| worst.0).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Few directions, so that many are equally near.
    fn matrix(seeds: &[u8]) -> Matrix {
        let mut matrix = Matrix::default();
        for (n, seed) in seeds.iter().enumerate() {
            let vector: Vec<f32> =
                (0..DIM).map(|k| ((usize::from(*seed) * 31 + k * 7) % 13) as f32 - 6.0).collect();
            let vector = if *seed == 0 { vec![0.0; DIM] } else { vector };
            assert!(matrix.push(n as i32 * 3, &Quantised::of(&vector)));
        }
        matrix
    }

    fn sorted(matrix: &Matrix, to: &Quantised, own: i32) -> Vec<Near> {
        let others = matrix.ids.iter().filter(|id| **id != own);
        let mut all: Vec<Near> =
            others.filter_map(|id| Some(Near { id: *id, score: to.cosine(&matrix.vector(*id)?) })).collect();
        all.sort_by(Near::rank);
        all
    }

    proptest! {
        #[test]
        fn the_nearest_are_the_first_of_all_sorted(
            seeds in proptest::collection::vec(0_u8..30, 1..60),
            own in 0_usize..60,
            count in 1_usize..20,
        ) {
            let (matrix, own) = (matrix(&seeds), (own % seeds.len()) as i32 * 3);
            let Some(to) = matrix.vector(own) else { return Ok(()) };
            let mut all = sorted(&matrix, &to, own);
            let first = matrix.nearest(&to, Some(own), count, None);
            prop_assert_eq!(&first[..], &all[..count.min(all.len())]);
            // The next page goes on where this one ended.
            if let Some(last) = first.last() {
                let next = matrix.nearest(&to, Some(own), count, Some(*last));
                let rest = all.split_off(first.len());
                prop_assert_eq!(&next[..], &rest[..count.min(rest.len())]);
            }
        }
    }

    #[test]
    fn ids_rise_and_what_points_nowhere_is_no_neighbour() {
        let mut all = matrix(&[1, 0, 2]);
        assert!(!all.push(6, &Quantised::of(&[1.0; DIM])));
        assert!(all.vector(3).is_none() && all.vector(4).is_none());
        let to = all.vector(0).unwrap();
        let ids: Vec<i32> = all.nearest(&to, Some(0), 9, None).iter().map(|near| near.id).collect();
        assert_eq!(ids, [6]);
    }
}
