//! What somebody owns as a file to keep, or to take to another app.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use domain::limits::Intent;
use domain::wants::{ShoppingForm, ShoppingOrder};
use domain::{App, Ctx, Error, WantListId, inventory, wants};

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

/// Lines with cards that are in the file.
const CARDS: HeaderName = HeaderName::from_static("dualcaster-lines");

#[derive(Clone)]
struct Exports {
    app: Arc<App>,
    gate: Arc<Gate>,
}

/// Points of a list of wants: it holds at most 5,000.
const PRICE_OF_WANTS: u64 = 50;

/// The routes.
pub(crate) fn routes(app: Arc<App>, gate: Arc<Gate>) -> Router<Arc<Gate>> {
    let toll = |points| Toll { gate: gate.clone(), points, intent: Intent::Read };
    let inventory = get(inventory_file).layer(from_fn_with_state(toll(PRICE), take));
    let wants = get(wants_file).layer(from_fn_with_state(toll(PRICE_OF_WANTS), take));
    let exports = Exports { app, gate };
    Router::new()
        .route("/export/inventory/{format}", inventory.with_state(exports.clone()))
        .route("/export/wants/{list}/{file}", wants.with_state(exports))
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

/// `GET /export/wants/{list}/by-color.txt` or `by-set.txt`, or `.csv`: what its owner does not have of a list of
/// wants.
async fn wants_file(
    State(exports): State<Exports>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Path((list, file)): Path<(String, String)>,
) -> Response {
    match missing(&exports, &caller, &headers, (&list, &file)).await {
        Ok(response) => response,
        Err(fault) => respond::refusal(fault, Media::Json, &caller.request_id),
    }
}

async fn missing(
    exports: &Exports,
    caller: &Caller,
    headers: &HeaderMap,
    (list, file): (&str, &str),
) -> Result<Response, Fault> {
    let viewer = viewer::of_request(&exports.gate, headers, caller).await?;
    let unknown = || Fault::http(StatusCode::NOT_FOUND, code::NOT_FOUND, "there is no such list");
    let (order, form) = match file {
        "by-color.txt" => (ShoppingOrder::Color, ShoppingForm::Decklist),
        "by-set.txt" => (ShoppingOrder::Set, ShoppingForm::Decklist),
        "by-color.csv" => (ShoppingOrder::Color, ShoppingForm::Table),
        "by-set.csv" => (ShoppingOrder::Set, ShoppingForm::Table),
        _ => return Err(unknown()),
    };
    let kind = match form {
        ShoppingForm::Decklist => "text/plain; charset=utf-8",
        ShoppingForm::Table => "text/csv; charset=utf-8",
    };
    let list = WantListId::from_public(list).ok_or_else(unknown)?;
    let ctx = Ctx::new(exports.app.clone(), viewer.actor).with_origin(viewer.origin);
    let missing = wants::missing(&ctx, list, order, form).await.map_err(|error| refused(&error))?;
    let name = format!("attachment; filename=\"wants-{file}\"");
    let name = HeaderValue::from_str(&name).map_err(|_| unknown())?;
    let mut response = missing.text.into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    out.insert(header::CONTENT_DISPOSITION, name);
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    out.insert(CARDS, HeaderValue::from(missing.lines));
    Ok(response)
}

fn refused(error: &Error) -> Fault {
    let status = match error {
        Error::Unauthenticated => StatusCode::UNAUTHORIZED,
        Error::Forbidden(_) => StatusCode::FORBIDDEN,
        Error::NotFound(_) => StatusCode::NOT_FOUND,
        Error::Unavailable(_) | Error::QueueFull(_) => StatusCode::SERVICE_UNAVAILABLE,
        _ => {
            tracing::error!(?error, "an export could not be made");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    let retry = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(SHORTLY);
    Fault { retry, ..Fault::http(status, error.code(), error.to_string()) }
}
