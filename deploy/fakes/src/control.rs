//! A developer's way to change a mood: `curl -X POST localhost:PORT/control/cardkingdom?mood=half`.

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::post;

use crate::{Moment, Mood, Mooded, Service, locked};

pub(crate) fn routes() -> Router<Moment> {
    Router::new().route("/control/{service}", post(change))
}

async fn change(
    State(moment): State<Moment>,
    Path(service): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> (StatusCode, String) {
    let service = Service::ALL.into_iter().find(|known| known.name() == service);
    let mood = query.get("mood").and_then(|word| Mood::named(word));
    let (Some(service), Some(mood)) = (service, mood) else {
        return (StatusCode::NOT_FOUND, "there is no such service or mood\n".to_owned());
    };
    let left = query.get("requests").and_then(|count| count.parse().ok());
    locked(&moment.shared.moods).insert(service, Mooded { mood, left });
    (StatusCode::OK, format!("{} is {mood:?}\n", service.name()))
}
