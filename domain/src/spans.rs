//! Statements and copies in traces. Only the text goes there: parameters are what people and services told us.

use std::fmt::Write;

use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use futures_util::task::{FutureObj, Spawn, SpawnError};
use tracing::{Instrument, Span};

/// Longer texts are cut.
const LONGEST: usize = 4_000;
/// What separates a statement's text from its parameters where diesel shows both.
const BINDS: &str = " -- binds: ";

/// Has a connection tell of its statements, if anybody listens.
pub(crate) fn listen(conn: &mut AsyncPgConnection) {
    if trace::is_on() {
        conn.set_instrumentation(Told::default());
    }
}

/// The statement that runs; one whose answer nobody waited for ends with the next.
#[derive(Default)]
struct Told(Option<Span>);

impl Instrumentation for Told {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            // What runs outside of a request or a job, such as looks at an empty queue, is no trace.
            InstrumentationEvent::StartQuery { query, .. } if !Span::current().is_none() => {
                let text = without_parameters(query);
                let span = tracing::debug_span!(
                    "sql",
                    otel.kind = "client",
                    db.system.name = "postgresql",
                    db.query.text = text,
                    error = tracing::field::Empty,
                );
                self.0 = Some(span);
            }
            InstrumentationEvent::FinishQuery { error, .. } => {
                if let (Some(span), Some(_)) = (self.0.take(), error) {
                    span.record("error", true);
                }
            }
            _ => {}
        }
    }
}

/// The span of a `COPY` into `table (columns…)`, for as long as it goes on; none where nobody listens.
pub(crate) fn copying(into: &str) -> Span {
    if !trace::is_on() || Span::current().is_none() {
        return Span::none();
    }
    tracing::debug_span!(
        "copy",
        otel.kind = "client",
        db.system.name = "postgresql",
        db.operation.name = "COPY",
        db.collection.name = into.split(' ').next(),
        rows = tracing::field::Empty,
        error = tracing::field::Empty,
    )
}

/// Takes a text up to its parameters, which are not even written then.
struct Text(String);

impl Write for Text {
    fn write_str(&mut self, more: &str) -> std::fmt::Result {
        let end = more.find(BINDS).unwrap_or(more.len());
        let room = more.floor_char_boundary(end.min(LONGEST.saturating_sub(self.0.len())));
        self.0.push_str(&more[..room]);
        if room < more.len() { Err(std::fmt::Error) } else { Ok(()) }
    }
}

fn without_parameters(query: impl std::fmt::Display) -> String {
    let mut text = Text(String::new());
    // An error is the end of what is wanted.
    let _ = write!(text, "{query}");
    text.0
}

/// Has loaders go on with the trace of the request whose keys they load.
pub(crate) struct Spawning<S>(pub(crate) S);

impl<S: Spawn> Spawn for Spawning<S> {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        if !trace::is_on() {
            return self.0.spawn_obj(future);
        }
        self.0.spawn_obj(FutureObj::new(Box::pin(future.instrument(Span::current()))))
    }
}

#[cfg(test)]
mod tests {
    use diesel::prelude::*;
    use tables::users;

    use super::*;

    #[test]
    fn parameters_are_left_out() {
        let query = users::table.filter(users::email.eq("jace@ravnica.example")).select(users::id);
        let text = without_parameters(diesel::debug_query::<diesel::pg::Pg, _>(&query));
        assert!(text.ends_with("WHERE (\"users\".\"email\" = $1)"), "{text}");
        assert_eq!(without_parameters("x".repeat(LONGEST + 1)).len(), LONGEST);
        assert_eq!(without_parameters("SELECT 1"), "SELECT 1");
    }
}
