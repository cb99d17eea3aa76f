//! One trace through the whole platform: where it begins, and how it goes on from one process to the
//! next. Without `switch_on` nothing here does anything.

use std::collections::HashMap;
use std::sync::OnceLock;

use opentelemetry::Context;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{SpanContext, TraceContextExt, TraceFlags};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The header, and what is stored with a job: `00-{trace}-{span}-{flags}` as of W3C Trace Context.
pub const HEADER: &str = "traceparent";

static RATIO: OnceLock<f64> = OnceLock::new();

/// Somebody listens from now on, to this share of the traces that begin here.
pub fn switch_on(ratio: f64) {
    // Once is enough: a process has one collector.
    let _ = RATIO.set(ratio);
}

/// Whether anybody listens.
pub fn is_on() -> bool {
    RATIO.get().is_some()
}

/// Whether a parent's word counts on whether its trace is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// It is one of ours: the same decision as there.
    Ours,
    /// A stranger may name a trace, but not make us record it, nor keep us from it.
    Stranger,
}

/// Has a span go on with the trace of a parent elsewhere, if it has one that can be read, and writes the
/// trace's id into the span's field `trace`. Call it before the span is entered.
pub fn adopt(span: &Span, parent: Option<&str>, trust: Trust) {
    let Some(ratio) = RATIO.get() else { return };
    if let Some(parent) = parent.and_then(read) {
        let parent = match trust {
            Trust::Ours => parent,
            Trust::Stranger => {
                let flags = TraceFlags::default().with_sampled(rand::random::<f64>() < *ratio);
                SpanContext::new(parent.trace_id(), parent.span_id(), flags, true, Default::default())
            }
        };
        // A span that no layer has, because its level is filtered away, has no parent either.
        let _ = span.set_parent(Context::new().with_remote_span_context(parent));
    }
    if let Some(id) = id(span) {
        span.record("trace", id);
    }
}

/// Names a span better than its place in the program can.
pub fn name(span: &Span, name: impl FnOnce() -> String) {
    if is_on() {
        span.context().span().update_name(name());
    }
}

/// A span that others may point to when it is long over.
#[derive(Clone, Debug)]
pub struct Mark(SpanContext);

/// What points to a span; nothing when nobody listens.
pub fn mark(span: &Span) -> Option<Mark> {
    if !is_on() {
        return None;
    }
    let found = span.context().span().span_context().clone();
    found.is_valid().then_some(Mark(found))
}

/// Has a span point to another one, of whose trace it is no part.
pub fn link(span: &Span, to: &Mark) {
    span.add_link(to.0.clone());
}

fn read(text: &str) -> Option<SpanContext> {
    let carrier = HashMap::from([(HEADER.to_owned(), text.to_owned())]);
    let context = TraceContextPropagator::new().extract_with_context(&Context::new(), &carrier);
    let found = context.span().span_context().clone();
    found.is_valid().then_some(found)
}

fn id(span: &Span) -> Option<String> {
    let context = span.context();
    let found = context.span().span_context().clone();
    found.is_valid().then(|| found.trace_id().to_string())
}

/// What tells others to go on with the trace of the current span; nothing when nobody listens.
pub fn current() -> Option<String> {
    if !is_on() {
        return None;
    }
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut carrier);
    carrier.remove(HEADER)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn only_what_is_right_is_read() {
        let found = read(PARENT).unwrap();
        assert_eq!(found.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert!(found.is_sampled());
        for wrong in ["", "00-0-0-0", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", &PARENT[3..]]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn nothing_is_said_while_nobody_listens() {
        assert!(!is_on());
        adopt(&Span::none(), Some(PARENT), Trust::Ours);
        assert_eq!(current(), None);
    }
}
