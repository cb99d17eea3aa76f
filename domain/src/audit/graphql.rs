use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::model::{EventCursor, EventKind, EventRow};
use super::ops;
use crate::{Ctx, Page};

/// A page of security events.
pub(crate) type EventConnection = Connection<EventCursor, EventRow, EmptyFields, EmptyFields>;

/// Something that happened to the security of an account.
#[Object(name = "SecurityEvent")]
impl EventRow {
    /// Its number; later events have larger ones.
    async fn id(&self) -> ID {
        self.logged.id.to_string().into()
    }

    /// When.
    async fn at(&self) -> DateTime<Utc> {
        self.logged.at
    }

    /// What; null for a kind that this version does not know any more.
    async fn kind(&self) -> Option<EventKind> {
        EventKind::of(self.logged.event)
    }

    /// The account that it concerns; null for a login to an account that does not exist.
    async fn user_id(&self) -> Option<ID> {
        self.logged.user_id.map(|id| id.public().into())
    }

    /// Who did it; null for a stranger and for the platform itself.
    async fn actor_id(&self) -> Option<ID> {
        self.logged.actor_id.map(|id| id.public().into())
    }

    /// The network that it came from, `/24` or `/48`.
    async fn network(&self) -> Option<&str> {
        self.detail.as_ref()?.network.as_deref()
    }

    /// The request that did it, as in our logs.
    async fn request_id(&self) -> Option<&str> {
        self.detail.as_ref()?.request_id.as_deref()
    }

    /// More about it in a few words: the name of a key, the new roles.
    async fn detail(&self) -> Option<String> {
        let about = self.detail.as_ref()?.detail.as_object()?.get("about")?.as_str()?;
        Some(about.to_owned())
    }
}

fn connection(page: &Page<EventCursor>, rows: Vec<EventRow>) -> EventConnection {
    page.connection(rows, EmptyFields, |row| EventCursor(row.logged.id), |row| row)
}

/// The events of the one who asks.
pub(crate) async fn events_of_viewer(
    ctx: &Ctx,
    first: i32,
    after: Option<String>,
) -> crate::Result<EventConnection> {
    let page = Page::parse(first, after.as_deref())?;
    Ok(connection(&page, ops::own_events(ctx, &page).await?))
}

/// Reads of the log of security events.
#[derive(Default)]
pub struct Query;

#[Object(name = "AuditQuery")]
impl Query {
    /// Security events of everybody, newest first. For admins.
    async fn security_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those of this user.")] user_id: Option<ID>,
        #[graphql(default = 20, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last event of the page before.")] after: Option<String>,
    ) -> Result<EventConnection> {
        let page = Page::parse(first, after.as_deref())?;
        let events =
            ops::all_events(ctx.data_unchecked(), user_id.as_deref().map(String::as_str), &page).await?;
        Ok(connection(&page, events))
    }
}
