use chrono::{DateTime, TimeDelta, Utc};

/// Failures in a row that open it.
const THRESHOLD: i32 = 5;
/// How long it stays open.
const REST: TimeDelta = TimeDelta::seconds(60);
/// Answers in a row that close it again.
const PROOF: i32 = 2;

/// A circuit breaker. It is a value that is stored with its source, because processes come and go:
/// libraries keep theirs to themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Breaker {
    /// Failures in a row.
    pub failures: i32,
    /// Answers in a row since it was open.
    pub answers: i32,
    /// Until when nothing is asked.
    pub open_until: Option<DateTime<Utc>>,
}

impl Breaker {
    /// Until when it is open, if it is.
    pub fn open(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.open_until.filter(|until| *until > now)
    }

    /// The source answered.
    pub fn answered(&mut self) {
        if self.open_until.is_none() {
            self.failures = 0;
            return;
        }
        self.answers += 1;
        if self.answers >= PROOF {
            *self = Self::default();
        }
    }

    /// The source failed. After a rest one failure is enough.
    pub fn failed(&mut self, now: DateTime<Utc>) {
        self.failures = self.failures.saturating_add(1);
        self.answers = 0;
        if self.failures >= THRESHOLD || self.open_until.is_some() {
            self.rest(now + REST);
        }
    }

    /// The source wants to be left alone until a moment.
    pub fn rest(&mut self, until: DateTime<Utc>) {
        self.answers = 0;
        self.open_until = self.open_until.max(Some(until));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_after_five_failures_and_closes_after_two_answers() {
        let at = |seconds: i64| DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap();
        let mut breaker = Breaker::default();
        for _ in 0..4 {
            breaker.failed(at(0));
        }
        breaker.answered();
        for _ in 0..4 {
            breaker.failed(at(1));
        }
        assert_eq!(breaker.open(at(1)), None, "an answer between forgives");
        breaker.failed(at(2));
        assert_eq!((breaker.open(at(2)), breaker.open(at(62))), (Some(at(62)), None));
        breaker.failed(at(63));
        assert_eq!(breaker.open(at(64)), Some(at(123)), "after a rest one failure is enough");
        breaker.answered();
        assert_ne!(breaker.open_until, None);
        breaker.answered();
        assert_eq!(breaker, Breaker::default());
    }
}
