//! How the work and the sources stand, as the doctor says it.

use chrono::{TimeDelta, Utc};
use domain::operations::{BreakerState, Ledger, SourceStanding};

use crate::doctor::Finding::{self, Bad, Good, Note};

/// Work that has been due for longer is late.
const LATE: TimeDelta = TimeDelta::minutes(5);
/// Events that wait for longer are.
const LAGGING: TimeDelta = TimeDelta::minutes(1);

/// Of the database at an address.
pub async fn findings(url: &str) -> Vec<(&'static str, Finding)> {
    match domain::operations::ledger_at(url).await {
        Ok(ledger) => {
            let mut findings = vec![queue(&ledger), dead(&ledger), outbox(&ledger)];
            findings.extend(sources(&ledger));
            findings
        }
        Err(error) => vec![("queue", Bad(error.to_string(), "look at the server's log".to_owned()))],
    }
}

fn queue(ledger: &Ledger) -> (&'static str, Finding) {
    let queue = ledger.queue();
    let mut text =
        format!("{} queued, {} tried again, {} running", queue.queued, queue.retrying, queue.running);
    let age = queue.oldest_due.map(|oldest| ledger.taken_at - oldest);
    if let Some(age) = age {
        text += &format!(", the oldest due for {}", span(age));
    }
    let late = age.is_some_and(|age| age > LATE);
    ("queue", if late { Note(format!("{text}: does a worker run?")) } else { Good(text) })
}

fn dead(ledger: &Ledger) -> (&'static str, Finding) {
    let found = match ledger.queue().dead {
        0 => Good("none".to_owned()),
        count => {
            Note(format!("{count} wait for `dualcaster jobs retry` or `discard`; `jobs list --state dead`"))
        }
    };
    ("dead letters", found)
}

fn outbox(ledger: &Ledger) -> (&'static str, Finding) {
    let age = ledger.outbox.age(ledger.taken_at);
    let found = match ledger.outbox.count {
        0 => Good("none wait".to_owned()),
        count if age > LAGGING => Note(format!("{count} wait, the oldest for {}", span(age))),
        count => Good(format!("{count} wait")),
    };
    ("live events", found)
}

fn sources(ledger: &Ledger) -> Vec<(&'static str, Finding)> {
    let visited: Vec<_> = ledger.sources.iter().filter(|source| source.known.is_some()).collect();
    if visited.is_empty() {
        return vec![("sources", Good("none was visited yet".to_owned()))];
    }
    visited.into_iter().map(|source| ("source", of_source(source))).collect()
}

fn of_source(source: &SourceStanding) -> Finding {
    let mut text = source.service.name().to_owned();
    text += &match source.age() {
        Some(age) => format!(": good {} ago", span(age)),
        None => ": no visit was good".to_owned(),
    };
    let Some(known) = &source.known else { return Good(text) };
    text += &format!(", {} rows, {} unmatched", known.rows, known.unmatched);
    let breaker = match (source.breaker(), known.open_until) {
        (BreakerState::Open, Some(until)) => {
            Some(format!("left alone until {}", until.with_timezone(&Utc).format("%F %T UTC")))
        }
        (BreakerState::HalfOpen, _) => Some("on probation".to_owned()),
        _ => None,
    };
    let stale = source.is_stale().then(|| "too old".to_owned());
    let trouble: Vec<String> =
        [stale, breaker, known.error.clone(), known.degraded.clone()].into_iter().flatten().collect();
    if trouble.is_empty() {
        return Good(text);
    }
    Note(format!("{text}; {}", trouble.join("; ")))
}

fn span(age: TimeDelta) -> String {
    let seconds = age.num_seconds().max(0);
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}
