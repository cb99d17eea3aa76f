//! How many sockets a caller may hold and how fast an address may open them. Counted by process: a
//! socket lives in one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Addresses that are remembered before those that may be forgotten are looked for.
const CROWD: usize = 1024;

/// Who is inside, and who knocked lately.
#[derive(Default)]
pub(crate) struct Doors {
    open: Mutex<HashMap<String, u32>>,
    knocks: Mutex<Knocks>,
}

/// For each address the moment at which its allowance is full again.
#[derive(Default)]
struct Knocks {
    full: HashMap<String, Instant>,
    /// So many addresses were left after the last look.
    kept: usize,
}

/// A place inside, given back when it is dropped.
pub(crate) struct Seat {
    doors: Arc<Doors>,
    bucket: String,
}

impl Doors {
    /// Takes a place if fewer than so many are taken by the same bucket.
    pub(crate) fn enter(self: &Arc<Self>, bucket: &str, limit: u32) -> Option<Seat> {
        let mut open = lock(&self.open);
        let taken = open.entry(bucket.to_owned()).or_default();
        if *taken >= limit {
            return None;
        }
        *taken += 1;
        Some(Seat { doors: self.clone(), bucket: bucket.to_owned() })
    }

    /// Counts an attempt; so many are allowed each second and at once. Else: when to come again.
    pub(crate) fn knock(&self, bucket: &str, per_second: u32) -> Result<(), Duration> {
        lock(&self.knocks).at(bucket, per_second, Instant::now())
    }
}

impl Knocks {
    fn at(&mut self, bucket: &str, per_second: u32, now: Instant) -> Result<(), Duration> {
        if self.full.len() >= CROWD.max(2 * self.kept) {
            self.full.retain(|_, full| *full > now);
            self.kept = self.full.len();
        }
        let each = Duration::from_secs(1) / per_second.max(1);
        let full = self.full.get(bucket).map_or(now, |full| (*full).max(now)) + each;
        let wait = (full - now).saturating_sub(each * per_second.max(1));
        if !wait.is_zero() {
            return Err(wait);
        }
        self.full.insert(bucket.to_owned(), full);
        Ok(())
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = lock(&self.doors.open);
        if let Some(taken) = open.get_mut(&self.bucket) {
            *taken -= 1;
            if *taken == 0 {
                open.remove(&self.bucket);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_place_is_given_once() {
        let doors = Arc::new(Doors::default());
        let mut seats: Vec<_> = (0..50).map(|_| doors.enter("a", 50).unwrap()).collect();
        assert!(doors.enter("a", 50).is_none());
        assert!(doors.enter("b", 50).is_some());
        seats.pop();
        seats.push(doors.enter("a", 50).unwrap());
        assert!(doors.enter("a", 50).is_none());
        drop(seats);
        assert!(lock(&doors.open).is_empty());
    }

    #[test]
    fn twenty_knocks_a_second() {
        let (mut knocks, now) = (Knocks::default(), Instant::now());
        for n in 0..20 {
            assert_eq!(knocks.at("a", 20, now), Ok(()), "{n}");
        }
        assert_eq!(knocks.at("a", 20, now), Err(Duration::from_millis(50)));
        assert_eq!(knocks.at("b", 20, now), Ok(()));
        assert_eq!(knocks.at("a", 20, now + Duration::from_millis(50)), Ok(()));
        assert!(knocks.at("a", 20, now + Duration::from_millis(50)).is_err());
    }

    #[test]
    fn who_did_not_come_again_is_forgotten() {
        let (mut knocks, now) = (Knocks::default(), Instant::now());
        for n in 0..5 * CROWD {
            let when = now + Duration::from_millis(n as u64);
            knocks.at(&n.to_string(), 20, when).unwrap();
        }
        assert!(knocks.full.len() <= CROWD, "{}", knocks.full.len());
    }
}
