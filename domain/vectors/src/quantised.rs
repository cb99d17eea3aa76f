//! Numbers of one byte each: a quarter of the memory, and several times the speed.

use crate::DIM;

/// A vector of a byte for each number, and what a step of them is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantised {
    /// What 1 stands for; 0 where the vector is nothing at all.
    pub scale: f32,
    /// The numbers.
    pub codes: [i8; DIM],
}

impl Quantised {
    /// Bytes of a stored vector.
    pub const BYTES: usize = DIM + 4;

    /// The direction of a vector: its length is taken out. One that points nowhere becomes nothing.
    pub fn of(vector: &[f32]) -> Self {
        let mut codes = [0; DIM];
        let length = vector.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt() as f32;
        let largest = vector.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
        if !length.is_normal() || vector.len() != DIM || !largest.is_normal() {
            return Self { scale: 0.0, codes };
        }
        let step = largest / 127.0;
        for (code, x) in codes.iter_mut().zip(vector) {
            *code = (x / step).round() as i8;
        }
        Self { scale: step / length, codes }
    }

    /// The vector that it stands for.
    pub fn vector(&self) -> Vec<f32> {
        self.codes.iter().map(|code| f32::from(*code) * self.scale).collect()
    }

    /// As it is stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(Self::BYTES);
        bytes.extend_from_slice(&self.scale.to_le_bytes());
        bytes.extend(self.codes.iter().map(|code| code.to_le_bytes()[0]));
        bytes
    }

    /// From what was stored; nothing if it is none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (scale, codes) = bytes.split_first_chunk::<4>()?;
        let codes: &[u8; DIM] = codes.try_into().ok()?;
        let scale = f32::from_le_bytes(*scale);
        let sane = scale.is_finite() && scale >= 0.0;
        sane.then(|| Self { scale, codes: codes.map(|byte| i8::from_le_bytes([byte])) })
    }

    /// The cosine of two vectors.
    pub fn cosine(&self, other: &Self) -> f32 {
        dot(&self.codes, &other.codes) as f32 * self.scale * other.scale
    }
}

/// Exact: 256 products of at most 127² stay far below what 32 bits hold.
pub(crate) fn dot(a: &[i8; DIM], b: &[i8; DIM]) -> i32 {
    a.iter().zip(b).map(|(x, y)| i32::from(*x) * i32::from(*y)).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn exact(a: &[f32], b: &[f32]) -> f64 {
        let dot =
            |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum::<f64>();
        dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
    }

    fn vector() -> impl Strategy<Value = Vec<f32>> {
        proptest::collection::vec(-10.0_f32..10.0, DIM)
            .prop_filter("some length", |v| v.iter().any(|x| x.abs() > 0.1))
    }

    proptest! {
        /// A number is off by half a step at most, so a vector by half a step times √256.
        #[test]
        fn the_error_is_bounded(a in vector(), b in vector()) {
            let (p, q) = (Quantised::of(&a), Quantised::of(&b));
            let off = |v: &Quantised| f64::from(v.scale) * 0.5 * (DIM as f64).sqrt();
            let length = a.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt();
            for (x, y) in a.iter().zip(p.vector()) {
                prop_assert!((f64::from(*x) / length - f64::from(y)).abs() <= f64::from(p.scale) * 0.5001);
            }
            let bound = off(&p) + off(&q) + off(&p) * off(&q) + 1e-5;
            let error = (f64::from(p.cosine(&q)) - exact(&a, &b)).abs();
            prop_assert!(error <= bound, "{error} > {bound}");
            prop_assert!(bound < 0.2);
            prop_assert!((f64::from(p.cosine(&p)) - 1.0).abs() < 0.02);
        }

        #[test]
        fn what_is_stored_is_what_is_read(a in vector()) {
            let quantised = Quantised::of(&a);
            prop_assert_eq!(Quantised::from_bytes(&quantised.to_bytes()), Some(quantised));
        }
    }

    #[test]
    fn what_is_no_direction_is_like_nothing() {
        let nothing = Quantised::of(&[0.0; DIM]);
        assert_eq!((nothing.scale, Quantised::of(&[f32::NAN; DIM]).scale), (0.0, 0.0));
        assert_eq!(nothing.cosine(&Quantised::of(&[1.0; DIM])), 0.0);
        assert_eq!(Quantised::from_bytes(&[0; 7]), None);
        assert_eq!(Quantised::from_bytes(&[0xff; Quantised::BYTES]), None);
    }
}
