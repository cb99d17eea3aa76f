//! What somebody owns as a file to keep, or to take to another app.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use domain::limits::Intent;
use domain::{App, Ctx, Error, inventory};

use crate::auth::{Toll, take};
use crate::edge::Caller;
use crate::errors::{Fault, SHORTLY, code};
use crate::gate::Gate;
use crate::http::respond::{self, Media};
use crate::viewer;

/// Points of a file: it may hold a quarter of a million lots.
const PRICE: u64 = 200;

/// Lots that are in the file.
const LOTS: HeaderName = HeaderName::from_static("dualcaster-lots");
/// Of these, those of which the format does not say everything.
const SHORTENED: HeaderName = HeaderName::from_static("dualcaster-shortened");
/// Lots that are not in the file, because the format has no words for which card they are.
const LEFT_OUT: HeaderName = HeaderName::from_static("dualcaster-left-out");

#[derive(Clone)]
struct Exports {
    app: Arc<App>,
    gate: Arc<Gate>,
}

/// The routes.
pub(crate) fn routes(app: Arc<App>, gate: Arc<Gate>) -> Router<Arc<Gate>> {
    let toll = Toll { gate: gate.clone(), points: PRICE, intent: Intent::Read };
    let inventory = get(inventory_file).layer(from_fn_with_state(toll, take));
    Router::new().route("/export/inventory/{format}", inventory.with_state(Exports { app, gate }))
}

/// `GET /export/inventory/manabox`, with the access token or API key in `Authorization`.
async fn inventory_file(
    State(exports): State<Exports>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Path(format): Path<String>,
) -> Response {
    match make(&exports, &caller, &headers, &format).await {
        Ok(response) => response,
        Err(fault) => respond::refusal(fault, Media::Json, &caller.request_id),
    }
}

async fn make(
    exports: &Exports,
    caller: &Caller,
    headers: &HeaderMap,
    format: &str,
) -> Result<Response, Fault> {
    let viewer = viewer::of_request(&exports.gate, headers, caller).await?;
    let unknown = || Fault::http(StatusCode::NOT_FOUND, code::NOT_FOUND, "there is no such format");
    let dialect = inventory::format(format).ok_or_else(unknown)?;
    let ctx = Ctx::new(exports.app.clone(), viewer.actor).with_origin(viewer.origin);
    let export = inventory::export(&ctx, dialect).await.map_err(|error| refused(&error))?;
    let extension = dialect.extension();
    let kind = match extension {
        "json" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "text/csv; charset=utf-8",
    };
    let day = ctx.now().date_naive();
    let name = format!("attachment; filename=\"inventory-{format}-{day}.{extension}\"");
    let name = HeaderValue::from_str(&name).map_err(|_| unknown())?;
    let counted = [(LOTS, export.lots), (SHORTENED, export.shortened), (LEFT_OUT, export.left_out)];
    let mut response = export.bytes.into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    out.insert(header::CONTENT_DISPOSITION, name);
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    out.extend(counted.map(|(name, count)| (name, HeaderValue::from(count))));
    Ok(response)
}

fn refused(error: &Error) -> Fault {
    let status = match error {
        Error::Unauthenticated => StatusCode::UNAUTHORIZED,
        Error::Forbidden(_) => StatusCode::FORBIDDEN,
        Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        _ => {
            tracing::error!(?error, "an inventory could not be exported");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    let retry = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(SHORTLY);
    Fault { retry, ..Fault::http(status, error.code(), error.to_string()) }
}
