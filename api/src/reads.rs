//! Where the answer to a request is read from: the replica where that is right, else the primary.

use async_graphql::parser::types::{DocumentOperations, OperationType};
use async_graphql::{Request, Response, ServerError};
use domain::root::Roots;
use domain::{Ctx, Reader, replica};

/// Runs a query or mutation. A query that the replica did not answer, because it went away meanwhile, is
/// answered by the primary.
pub(crate) async fn execute(schema: &Roots, mut request: Request, ctx: Ctx) -> Response {
    if ctx.app().replica().is_none() {
        return run(schema, request, ctx).await;
    }
    if kind(&mut request) != Some(OperationType::Query) {
        let response = run(schema, request, ctx.clone()).await;
        replica::wrote(&ctx).await;
        return response;
    }
    let (app, ctx) = (ctx.app().clone(), replica::reading(ctx).await);
    let Some(replica) = app.replica().filter(|_| ctx.reads_replica()) else {
        return run(schema, request, ctx).await;
    };
    let again = copy(&mut request);
    let answered = tokio::select! {
        response = run(schema, request, ctx.clone()) => Some(response),
        () = replica.lost() => None,
    };
    match answered {
        Some(response) if !is_away(&response) => response,
        Some(_) | None => run(schema, again, ctx.with_replica(false)).await,
    }
}

/// What kind of operation runs; nothing if that cannot be said.
fn kind(request: &mut Request) -> Option<OperationType> {
    let name = request.operation_name.clone();
    let document = request.parsed_query().ok()?;
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), _) => Some(operation.node.ty),
        (DocumentOperations::Multiple(all), Some(name)) => Some(all.get(name.as_str())?.node.ty),
        (DocumentOperations::Multiple(all), None) => all.values().next().map(|only| only.node.ty),
    }
}

/// The same request once more.
fn copy(request: &mut Request) -> Request {
    let mut copy = Request::new(request.query.clone()).variables(request.variables.clone());
    copy.operation_name.clone_from(&request.operation_name);
    if let Ok(document) = request.parsed_query() {
        copy.set_parsed_query(document.clone());
    }
    copy
}

fn is_away(response: &Response) -> bool {
    let away =
        |error: &ServerError| matches!(error.source::<domain::Error>(), Some(domain::Error::Unavailable(_)));
    response.errors.iter().any(away)
}

async fn run(schema: &Roots, request: Request, ctx: Ctx) -> Response {
    schema.execute(request.data(Reader::loader(ctx.clone())).data(ctx)).await
}
