//! The directions in which many sparse rows differ most: a subspace iteration from random signs, after
//! Halko, Martinsson and Tropp, "Finding structure with randomness" (2011), algorithm 4.4.

use nalgebra::DMatrix;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// A row: its columns and what is in them.
pub(crate) type Sparse = Vec<(u32, f32)>;

/// Passes over the rows after the first; each squares the difference between what counts and what not.
const PASSES: usize = 2;
/// Directions that the rows do not have are left small instead of being blown up.
const RIDGE: f64 = 1e-10;

/// `rank` directions that are at right angles, a column for each column of the rows.
pub(crate) fn basis(rows: &[Sparse], columns: usize, rank: usize) -> DMatrix<f64> {
    let mut found = random(rows, columns, rank);
    orthonormal(&mut found);
    for _ in 0..PASSES {
        found = again(rows, &found);
        orthonormal(&mut found);
    }
    found
}

/// The rows, added up with random signs.
fn random(rows: &[Sparse], columns: usize, rank: usize) -> DMatrix<f64> {
    let mut sums = DMatrix::zeros(rank, columns);
    let mut signs = vec![0.0_f64; rank];
    for (number, row) in rows.iter().enumerate() {
        for (block, signs) in signs.chunks_mut(64).enumerate() {
            let bits = xxh3_64_with_seed(&number.to_le_bytes(), block as u64);
            for (bit, sign) in signs.iter_mut().enumerate() {
                *sign = if bits >> bit & 1 == 1 { 1.0 } else { -1.0 };
            }
        }
        scatter(&mut sums, row, &signs);
    }
    sums
}

/// The rows' own product with the directions: AᵀA times them, without ever making it.
fn again(rows: &[Sparse], directions: &DMatrix<f64>) -> DMatrix<f64> {
    let rank = directions.nrows();
    let mut sums = DMatrix::zeros(rank, directions.ncols());
    let mut place = vec![0.0_f64; rank];
    for row in rows {
        place.fill(0.0);
        for (column, value) in row {
            let from = &directions.as_slice()[*column as usize * rank..][..rank];
            add(&mut place, from, f64::from(*value));
        }
        scatter(&mut sums, row, &place);
    }
    sums
}

fn scatter(sums: &mut DMatrix<f64>, row: &Sparse, place: &[f64]) {
    let rank = place.len();
    for (column, value) in row {
        let into = &mut sums.as_mut_slice()[*column as usize * rank..][..rank];
        add(into, place, f64::from(*value));
    }
}

fn add(into: &mut [f64], from: &[f64], times: f64) {
    for (sum, x) in into.iter_mut().zip(from) {
        *sum += x * times;
    }
}

/// Brings the directions to right angles, by the Cholesky factor of their products.
fn orthonormal(directions: &mut DMatrix<f64>) {
    let mut products = &*directions * directions.transpose();
    let ridge = products.trace() * RIDGE + f64::MIN_POSITIVE;
    for n in 0..products.nrows() {
        products[(n, n)] += ridge;
    }
    if let Some(factor) = products.cholesky() {
        factor.l_dirty().solve_lower_triangular_mut(directions);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directions_are_at_right_angles_and_hold_the_rows() {
        // Rows of three kinds in twenty columns: three directions hold all of them.
        let row = |n: usize| -> Sparse {
            let kind = n % 3;
            (0..5).map(|k| ((kind * 6 + k) as u32, 1.0 + (kind + k) as f32)).collect()
        };
        let rows: Vec<Sparse> = (0..60).map(row).collect();
        let found = basis(&rows, 20, 3);
        let products = &found * found.transpose();
        assert!((products - DMatrix::identity(3, 3)).abs().max() < 1e-6);
        for row in &rows {
            let length: f64 = row.iter().map(|(_, x)| f64::from(x * x)).sum();
            let mut place = vec![0.0; 3];
            for (column, value) in row {
                add(&mut place, &found.as_slice()[*column as usize * 3..][..3], f64::from(*value));
            }
            let kept: f64 = place.iter().map(|x| x * x).sum();
            assert!((kept / length - 1.0).abs() < 1e-6, "{kept} of {length}");
        }
    }
}
