//! Operations of GraphQL, counted and timed as they go through the gate.

use std::time::Instant;

use async_graphql::Response;
use async_graphql::parser::types::OperationType;
use domain::events::spanned;
use domain::limits::Payer;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use tracing::{Instrument, Span};

use crate::errors::Fault;
use crate::gate::{Answer, Gate, Prepared};

fn word(kind: OperationType) -> &'static str {
    match kind {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    }
}

impl Gate {
    /// Takes the price from the payer's budget. A refused request has cost something too.
    pub(crate) async fn charge(
        &self,
        prepared: Result<Prepared, Fault>,
        payer: &Payer,
    ) -> Result<Prepared, Fault> {
        let kind = prepared.as_ref().map_or("unknown", |prepared| word(prepared.kind));
        let paid = self.bill(prepared, payer).await;
        if let Err(fault) = &paid {
            self.metrics.operation(kind, fault.code);
        }
        paid
    }

    /// Runs a query or mutation to its end, its deadline or its panic.
    pub(crate) async fn run(&self, prepared: Prepared, request_id: &str) -> Answer {
        let (kind, began) = (word(prepared.kind), Instant::now());
        let span = tracing::debug_span!("graphql", kind, operation = prepared.name.as_deref());
        let answer = self.execute(prepared, request_id).instrument(span).await;
        self.metrics.executed(kind, began.elapsed());
        self.metrics.operation(kind, answer.body.outcome());
        answer
    }

    /// Follows a subscription; a panic ends it with an error. In traces each of its events stands for itself,
    /// and points to the request that opened the connection, which may have been hours ago.
    pub(crate) fn follow(
        &self,
        prepared: Prepared,
        opened: Option<trace::Mark>,
    ) -> BoxStream<'static, Response> {
        self.metrics.operation(word(prepared.kind), "ok");
        let open = self.metrics.subscription();
        let counted = move |event| {
            let _counted = &open;
            event
        };
        let (field, operation) = (prepared.field.clone(), prepared.name.clone());
        let answers = self.listen(prepared).map(counted);
        match opened {
            Some(opened) => {
                spanned(answers, move || event(field.as_deref(), operation.as_deref(), &opened)).boxed()
            }
            None => answers.boxed(),
        }
    }
}

fn event(field: Option<&str>, operation: Option<&str>, opened: &trace::Mark) -> Span {
    let span = tracing::debug_span!(parent: None, "event", otel.kind = "server", field, operation);
    trace::link(&span, opened);
    trace::name(&span, || format!("event {}", field.unwrap_or("subscription")));
    span
}
