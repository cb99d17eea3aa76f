//! Whether the process keeps up. A task that sleeps for a moment and wakes late waited behind others
//! that could run: every request waits as long. Counting requests does not show it, because those that
//! compute hardly overlap.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::limits::Tier;
use tokio::time::Instant;

const TICK: Duration = Duration::from_millis(20);
/// A single long step, or a machine that slept, is no overload: so many ticks in a row must be late.
const IN_A_ROW: usize = 3;

/// How late the latest ticks were.
#[derive(Default)]
pub(crate) struct Load {
    /// The least of them, in microseconds.
    late: AtomicU64,
}

impl Load {
    /// Whether a caller of the tier is sent away. Strangers are the first to go.
    pub(crate) fn sheds(&self, tier: Tier, limit: Duration) -> bool {
        let patience = match tier {
            Tier::Anonymous => limit,
            Tier::User | Tier::Premium | Tier::Store | Tier::Partner => limit * 2,
        };
        Duration::from_micros(self.late.load(Ordering::Relaxed)) > patience
    }

    fn learn(&self, latest: &[Duration; IN_A_ROW]) {
        let least = latest.iter().min().copied().unwrap_or_default();
        self.late.store(u64::try_from(least.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// Measures until it is dropped.
pub(crate) async fn watch(load: Arc<Load>) {
    let mut latest = [Duration::ZERO; IN_A_ROW];
    for n in (0..IN_A_ROW).cycle() {
        let due = Instant::now() + TICK;
        tokio::time::sleep_until(due).await;
        latest[n] = due.elapsed();
        load.learn(&latest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_lag_that_lasts_sheds_and_strangers_go_first() {
        let (load, limit) = (Load::default(), Duration::from_millis(100));
        let verdict = |late: [u64; 3]| {
            load.learn(&late.map(Duration::from_millis));
            (load.sheds(Tier::Anonymous, limit), load.sheds(Tier::User, limit))
        };
        assert_eq!(verdict([0, 5000, 0]), (false, false));
        assert_eq!(verdict([101, 5000, 0]), (false, false));
        assert_eq!(verdict([101, 5000, 101]), (true, false));
        assert_eq!(verdict([201, 300, 400]), (true, true));
        assert_eq!(verdict([201, 1, 400]), (false, false));
    }
}
