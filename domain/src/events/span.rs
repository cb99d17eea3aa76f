//! A span for each event that a subscriber is told of: from its arrival until its answer is made.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::{Stream, stream};
use tracing::Span;

tokio::task_local! {
    static FOLLOWED: Arc<Followed>;
}

/// A subscription that is followed, and the span of the event that is being told.
struct Followed {
    make: Box<dyn Fn() -> Span + Send + Sync>,
    span: Mutex<Option<Span>>,
}

impl Followed {
    fn with<T>(&self, work: impl FnOnce(&mut Option<Span>) -> T) -> T {
        work(&mut self.span.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Begins the span of an event, unless one is being told.
    fn begin(&self) -> bool {
        self.with(|span| {
            let idle = span.is_none();
            if idle {
                *span = Some((self.make)());
            }
            idle
        })
    }
}

/// Has each answer of a subscription made within a span of its own. That of the first begins at once: there is
/// no event to wait for before the state is read.
pub fn spanned<S: Stream>(
    answers: S,
    make: impl Fn() -> Span + Send + Sync + 'static,
) -> impl Stream<Item = S::Item> {
    let followed = Arc::new(Followed { span: Mutex::new(Some(make())), make: Box::new(make) });
    let mut answers = Box::pin(answers);
    stream::poll_fn(move |cx| {
        let span = followed.with(|span| span.clone()).unwrap_or_else(Span::none);
        let polled =
            span.in_scope(|| FOLLOWED.sync_scope(followed.clone(), || answers.as_mut().poll_next(cx)));
        if polled.is_ready() {
            followed.with(|span| *span = None);
        }
        polled
    })
}

/// An event has arrived: its span begins, and what follows is in it.
pub(crate) async fn arrived() {
    let begun = FOLLOWED.try_with(|followed| followed.begin());
    if begun == Ok(true) {
        // The span is entered where the subscription is polled, which is outside of here.
        tokio::task::yield_now().await;
    }
}

/// Nothing was to be told of the event after all.
pub(crate) fn passed_over() {
    // Whoever is not followed has no span.
    let _ = FOLLOWED.try_with(|followed| followed.with(|span| *span = None));
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::{FutureExt, StreamExt};
    use tokio::sync::mpsc;

    use super::*;

    /// Answers to even numbers.
    async fn next(mut numbers: mpsc::UnboundedReceiver<u8>) -> Option<(u8, mpsc::UnboundedReceiver<u8>)> {
        loop {
            let number = numbers.recv().await?;
            arrived().await;
            if number.is_multiple_of(2) {
                return Some((number, numbers));
            }
            passed_over();
        }
    }

    #[tokio::test]
    async fn a_span_begins_when_an_event_arrives() {
        let made = Arc::new(AtomicUsize::new(0));
        let (sender, numbers) = mpsc::unbounded_channel();
        let count = made.clone();
        let make = move || {
            count.fetch_add(1, Ordering::Relaxed);
            Span::none()
        };
        let mut told = pin!(spanned(stream::unfold(numbers, next), make));
        for (number, spans) in [(0, 1), (2, 2), (4, 3)] {
            sender.send(number).unwrap();
            assert_eq!(told.next().await, Some(number));
            // Who waits for the next one is in no span.
            assert_eq!(told.next().now_or_never(), None);
            assert_eq!(made.load(Ordering::Relaxed), spans, "{number}");
        }
        for number in [1, 6] {
            sender.send(number).unwrap();
        }
        assert_eq!(told.next().await, Some(6));
        assert_eq!(made.load(Ordering::Relaxed), 5, "one that nobody was told of ended by itself");
        drop(sender);
        assert_eq!(told.next().await, None);
    }

    #[tokio::test]
    async fn who_is_not_followed_has_no_span() {
        arrived().await;
        passed_over();
    }
}
