//! Files of collections come in here: past GraphQL, because they are larger than its requests.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::put;
use axum::{Extension, Json, Router};
use domain::limits::Intent;
use domain::{Actor, App, Ctx, Error, imports};
use serde_json::json;
use tokio::sync::Semaphore;

use crate::auth::{Toll, take};
use crate::edge::Caller;
use crate::errors::{Fault, SHORTLY, code};
use crate::gate::Gate;
use crate::http::respond::{self, Media};

/// Points of a file.
const PRICE: u64 = 50;
/// Files that a process takes in at once: each is held in memory whole.
const AT_ONCE: usize = 4;

#[derive(Clone)]
struct Imports {
    app: Arc<App>,
    room: Arc<Semaphore>,
}

/// The routes.
pub(crate) fn routes(app: Arc<App>, gate: Arc<Gate>) -> Router<Arc<Gate>> {
    let toll = Toll { gate, points: PRICE, intent: Intent::Write };
    let file = put(inventory_file).layer(from_fn_with_state(toll, take));
    let state = Imports { app, room: Arc::new(Semaphore::new(AT_ONCE)) };
    Router::new().route("/import/inventory/{ticket}", file.with_state(state))
}

/// `PUT /import/inventory/<ticket>` with the file as the body.
async fn inventory_file(
    State(imports): State<Imports>,
    Extension(caller): Extension<Caller>,
    Path(ticket): Path<String>,
    body: Body,
) -> Response {
    match receive(&imports, &ticket, body).await {
        Ok(response) => response,
        Err(fault) => respond::refusal(fault, Media::Json, &caller.request_id),
    }
}

async fn receive(imports: &Imports, ticket: &str, body: Body) -> Result<Response, Fault> {
    let _room = imports.room.try_acquire().map_err(|_| refused(&Error::Unavailable("the import")))?;
    let too_large = || {
        let message = format!("file: is larger than {} bytes", imports::MOST_BYTES);
        Fault::http(StatusCode::PAYLOAD_TOO_LARGE, code::BAD_USER_INPUT, message)
    };
    let content = to_bytes(body, imports::MOST_BYTES).await.map_err(|_| too_large())?;
    // Whoever holds the ticket is let in by it, and to nothing else.
    let ctx = Ctx::new(imports.app.clone(), Actor::Anonymous);
    let import = imports::receive(&ctx, ticket, content.into()).await.map_err(|error| refused(&error))?;
    let answer = Json(json!({ "id": import.id.public() }));
    Ok((StatusCode::ACCEPTED, [(header::CACHE_CONTROL, "no-store")], answer).into_response())
}

fn refused(error: &Error) -> Fault {
    let status = match error {
        Error::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        Error::NotFound(_) => StatusCode::NOT_FOUND,
        Error::QueueFull(_) | Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        _ => {
            tracing::error!(?error, "a file could not be taken in");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    let retry = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(SHORTLY);
    Fault { retry, ..Fault::http(status, error.code(), error.to_string()) }
}
