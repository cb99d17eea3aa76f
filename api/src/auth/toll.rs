//! What is asked besides GraphQL is paid for like anything else, from the budget of the address: a script that
//! begins logins or tries cookies is slowed down before it costs us or a provider anything.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use domain::accounts::Purpose;
use domain::limits::Intent;

use super::way::{End, page};
use crate::edge::Caller;
use crate::errors::Fault;
use crate::gate::Gate;
use crate::http::respond::{self, Media};

/// The price of a route.
#[derive(Clone)]
pub(crate) struct Toll {
    pub(crate) gate: Arc<Gate>,
    pub(crate) points: u64,
    pub(crate) intent: Intent,
}

/// Takes the price, or sends the caller away until they have it.
pub(crate) async fn take(State(toll): State<Toll>, request: Request, next: Next) -> Response {
    let Some(caller) = request.extensions().get::<Caller>().cloned() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let way = *request.method() == Method::GET && request.uri().path().starts_with("/auth/");
    match toll.gate.toll(&caller, toll.points, toll.intent).await {
        Ok(budget) => {
            let mut response = next.run(request).await;
            respond::tell(budget, response.headers_mut());
            response
        }
        Err(fault) if way => unpaid_way(fault, &caller),
        Err(fault) => respond::refusal(fault, Media::Json, &caller.request_id),
    }
}

/// A program reads the status and the headers of any refusal. A browser with a person in front of it
/// shows what comes, so what comes leads back to the app, which says it in words.
fn unpaid_way(fault: Fault, caller: &Caller) -> Response {
    let end = match fault.status {
        StatusCode::TOO_MANY_REQUESTS => End::TooMany,
        _ => End::Unavailable,
    };
    let mut refusal = respond::refusal(fault, Media::Json, &caller.request_id);
    // Of a login: what this one was for is not looked up for nothing.
    let to = page(Purpose::LogIn, end, None, None).replace('&', "&amp;");
    let text = format!(
        "<!doctype html><html lang=\"en\"><title>Log in</title><meta http-equiv=\"refresh\" content=\"0; url={to}\">\
         <p><a href=\"{to}\">Back to Dualcaster Deals</a></p></html>"
    );
    let mut response = (refusal.status(), Html(text)).into_response();
    refusal.headers_mut().remove(header::CONTENT_TYPE);
    refusal.headers_mut().remove(header::CONTENT_LENGTH);
    response.headers_mut().extend(std::mem::take(refusal.headers_mut()));
    response
}
