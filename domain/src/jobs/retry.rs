use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

/// The wait after the first failure.
const FIRST: TimeDelta = TimeDelta::seconds(15);
/// No wait is longer, whatever the jitter.
const LONGEST: TimeDelta = TimeDelta::hours(6);
/// Waits differ by up to this share, both ways, so that what failed together does not come back together.
const JITTER_PERCENT: i64 = 20;

/// What kind of failure it was: that decides whether another try can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
pub enum Class {
    /// It may go better later: something is away, overloaded or slow.
    Transient,
    /// The other side said when to come again.
    Later,
    /// No retry mends it: the input is wrong, or what was asked for is gone.
    Permanent,
    /// The worker went away without a word.
    Vanished,
}

/// One attempt that failed, with the whole chain of causes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FailedAttempt {
    /// When.
    pub at: DateTime<Utc>,
    /// Which attempt it was, from 1.
    pub attempt: i32,
    /// What kind of failure.
    pub class: Class,
    /// The error, then its cause, and so on.
    pub chain: Vec<String>,
}

/// How long a job waits after so many attempts: 15 s, doubled each time, to 6 h, and some jitter that
/// is the job's own, so that the same question has the same answer.
pub fn backoff(job: i64, attempts: i32) -> TimeDelta {
    let doubled = u32::try_from(attempts - 1).unwrap_or(0).min(20);
    let wait = (FIRST * 2_i32.pow(doubled)).min(LONGEST);
    let seed = xxh3_64(&[job.to_le_bytes(), i64::from(attempts).to_le_bytes()].concat());
    let percent = 100 - JITTER_PERCENT + i64::try_from(seed % (2 * JITTER_PERCENT as u64 + 1)).unwrap_or(0);
    TimeDelta::milliseconds(wait.num_milliseconds() / 100 * percent).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_differ() {
        for (attempts, seconds) in [(1, 15), (2, 30), (3, 60), (6, 480), (10, 7_680)] {
            for job in 0..200 {
                let wait = backoff(job, attempts);
                let (low, high) = (seconds * 8 / 10, seconds * 12 / 10);
                assert!((low..=high).contains(&wait.num_seconds()), "{attempts}: {wait}");
            }
        }
        assert!((0..200).all(|job| backoff(job, 40) <= LONGEST));
        let waits: std::collections::BTreeSet<_> = (0..200).map(|job| backoff(job, 3)).collect();
        assert!(waits.len() > 20, "all wait alike");
        assert_eq!(backoff(7, 3), backoff(7, 3));
    }
}
