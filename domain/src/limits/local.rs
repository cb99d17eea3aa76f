use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Requests of one process while the budgets are away, each second and at once.
const REQUESTS: u32 = 10;
const EACH: Duration = Duration::from_millis(1000 / REQUESTS as u64);

/// A small allowance of one process, for everybody together.
#[derive(Default)]
pub(super) struct Local {
    /// When it is full again.
    full: Mutex<Option<Instant>>,
}

impl Local {
    /// Takes one request.
    pub(super) fn take(&self) -> bool {
        self.take_at(Instant::now())
    }

    fn take_at(&self, now: Instant) -> bool {
        let mut full = self.full.lock().unwrap_or_else(PoisonError::into_inner);
        let after = full.map_or(now, |full| full.max(now)) + EACH;
        let allowed = after - now <= EACH * REQUESTS;
        if allowed {
            *full = Some(after);
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_at_once_and_ten_a_second() {
        let (local, now) = (Local::default(), Instant::now());
        assert_eq!((0..20).filter(|_| local.take_at(now)).count(), 10);
        assert!(!local.take_at(now + EACH - Duration::from_millis(1)));
        assert!(local.take_at(now + EACH));
        assert!(!local.take_at(now + EACH));
        let later = now + Duration::from_secs(60);
        assert_eq!((0..20).filter(|_| local.take_at(later)).count(), 10);
    }
}
