use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tables::audit_log as a;

use super::model::{Event, EventCursor, EventRow};
use crate::{ApiKeyId, Page, SessionId, UserId};

/// Who did it, and from where.
pub(super) struct By {
    pub actor: Option<UserId>,
    pub session: Option<SessionId>,
    pub key: Option<ApiKeyId>,
    pub network: Option<String>,
    pub request_id: Option<String>,
}

pub(super) async fn insert(
    conn: &mut AsyncPgConnection,
    event: Event,
    by: By,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let row = (
        a::at.eq(now),
        a::event.eq(event.kind as i16),
        a::user_id.eq(event.user),
        a::actor_id.eq(by.actor),
        a::session_id.eq(by.session),
        a::api_key_id.eq(by.key),
        a::network.eq(by.network),
        a::request_id.eq(by.request_id),
        a::detail.eq(event.detail),
    );
    diesel::insert_into(a::table).values(row).execute(conn).await
}

/// Events, newest first; of one user, or of all.
pub(super) async fn page(
    conn: &mut AsyncPgConnection,
    user: Option<UserId>,
    page: &Page<EventCursor>,
) -> QueryResult<Vec<EventRow>> {
    let mut query = EventRow::query().order(a::id.desc()).limit(page.fetch()).into_boxed();
    if let Some(user) = user {
        query = query.filter(a::user_id.eq(user));
    }
    if let Some(after) = page.after {
        query = query.filter(a::id.lt(after.0));
    }
    query.load(conn).await
}
