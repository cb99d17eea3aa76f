//! What mail programs ask for: one click ends the mails (RFC 8058).

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use axum::{Extension, Router};
use domain::limits::Intent;
use domain::{Actor, App, Ctx, Error, notifications};

use crate::auth::{Toll, take};
use crate::edge::Caller;
use crate::errors::{Fault, SHORTLY};
use crate::gate::Gate;
use crate::http::respond::{self, Media};

/// Points of a click.
const PRICE: u64 = 10;

/// The routes.
pub(crate) fn routes(app: Arc<App>, gate: Arc<Gate>) -> Router<Arc<Gate>> {
    let toll = Toll { gate, points: PRICE, intent: Intent::Write };
    // Programs look at every link of a mail: looking ends nothing.
    let click = post(unsubscribe).layer(from_fn_with_state(toll, take)).get(settings);
    Router::new().route("/mail/unsubscribe/{token}", click.with_state(app))
}

async fn settings() -> Redirect {
    Redirect::to("/settings/notifications")
}

/// `POST /mail/unsubscribe/<token>`, whatever the body says. Whoever holds the token is let in by it, and to
/// nothing else.
async fn unsubscribe(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    Path(token): Path<String>,
) -> Response {
    match notifications::unsubscribe(&Ctx::new(app, Actor::Anonymous), &token).await {
        Ok(()) => {
            ([(header::CACHE_CONTROL, "no-store")], "You get no more of these mails.\n").into_response()
        }
        Err(error) => respond::refusal(refused(&error), Media::Json, &caller.request_id),
    }
}

fn refused(error: &Error) -> Fault {
    let status = match error {
        Error::NotFound(_) => StatusCode::NOT_FOUND,
        Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        _ => {
            tracing::error!(?error, "mails could not be ended");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    let retry = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(SHORTLY);
    Fault { retry, ..Fault::http(status, error.code(), error.to_string()) }
}
