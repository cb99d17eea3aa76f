//! Threads for work that is made to be expensive. They are few and step back for everybody else: on a
//! machine with two processors fifty people who log in at once must not be felt by those who read.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;

use crate::{Error, Result};

/// At most so many at the same time: memory and processors are bounded by it.
const MOST: usize = 2;

type Job = Box<dyn FnOnce() + Send>;

/// The threads; they end when this is dropped.
pub(super) struct Workers(Sender<Job>);

impl Workers {
    /// One where there are two processors or fewer, else two.
    pub(super) fn start() -> std::io::Result<Self> {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let (sender, receiver) = mpsc::channel::<Job>();
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..processors.saturating_sub(1).clamp(1, MOST) {
            let receiver = receiver.clone();
            thread::Builder::new().name("passwords".to_owned()).spawn(move || run(&receiver))?;
        }
        Ok(Self(sender))
    }

    /// Does it when it is its turn, unless nobody waits for it any more by then.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let (answer, done) = oneshot::channel();
        let job = move || {
            if !answer.is_closed() {
                // Whoever left meanwhile wants no answer.
                drop(answer.send(work()));
            }
        };
        let gone = |_| Error::internal(anyhow::anyhow!("the threads for passwords are gone"));
        self.0.send(Box::new(job)).map_err(gone)?;
        done.await.map_err(|_| Error::internal(anyhow::anyhow!("the work on a password panicked")))
    }
}

fn run(receiver: &Mutex<Receiver<Job>>) {
    step_back();
    loop {
        // The one who waits for a job holds the lock, the others wait for the lock.
        let job = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        if catch_unwind(AssertUnwindSafe(job)).is_err() {
            tracing::error!("work on a password panicked");
        }
    }
}

/// How much nicer than the rest of the process: a quarter of a processor that somebody else wants too. Much
/// more, and on a machine that is busy with other things nobody logs in within the time of a request.
#[cfg(target_os = "linux")]
const NICER: i32 = 5;

/// In Linux each thread has a priority of its own; elsewhere it would be the whole process's.
#[cfg(target_os = "linux")]
fn step_back() {
    let own = Some(rustix::thread::gettid());
    let lower = rustix::process::getpriority_process(own)
        .and_then(|now| rustix::process::setpriority_process(own, (now + NICER).min(19)));
    if let Err(error) = lower {
        tracing::warn!(%error, "logins are as urgent as everything else");
    }
}

#[cfg(not(target_os = "linux"))]
fn step_back() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_panics_is_an_error_and_the_next_is_done() {
        let workers = Workers::start().unwrap();
        let panics = || -> () { panic!("on purpose") };
        assert!(workers.run(panics).await.is_err());
        assert_eq!(workers.run(|| 2 + 2).await.unwrap(), 4);
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn they_step_back_and_nobody_else_does() {
        let workers = Workers::start().unwrap();
        let priority = || rustix::process::getpriority_process(Some(rustix::thread::gettid())).unwrap();
        assert_eq!(workers.run(priority).await.unwrap(), (priority() + NICER).min(19));
    }
}
