//! Which feeds are read: data, which operators change.

use diesel_async::AsyncConnection;
use markets::http::public_address;
use serde_json::json;

use super::model::Feed;
use super::queries;
use crate::audit::{self, Event, EventKind};
use crate::{Ctx, Error, Result};

const LONGEST_NAME: usize = 100;

/// Every feed, those that are switched off too, in the order in which they are read; for admins.
pub async fn all_feeds(ctx: &Ctx) -> Result<Vec<Feed>> {
    ctx.require_operator()?;
    Ok(queries::all_feeds(&mut *ctx.conn().await?).await?)
}

/// Adds a feed, which is read from the next visit on; for admins. An address that is known already is a
/// `CONFLICT`.
pub async fn add_feed(ctx: &Ctx, name: &str, url: &str) -> Result<Feed> {
    ctx.require_operator()?;
    let name = name.trim();
    if !(1..=LONGEST_NAME).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", format!("must have 1 to {LONGEST_NAME} characters")));
    }
    let url = address(url)?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let added = queries::add_feed(conn, name, &url).await?;
        let feed = added.ok_or_else(|| Error::Conflict(format!("the feed {url} is there already")))?;
        audit::record(ctx, conn, event(EventKind::FeedAdded, &feed)).await?;
        Ok(feed)
    })
    .await
}

/// Switches a feed on or off; for admins. What was read of it stays.
pub async fn set_feed_enabled(ctx: &Ctx, url: &str, enabled: bool) -> Result<Feed> {
    ctx.require_operator()?;
    if enabled {
        // One that stood in for all others may be anywhere.
        address(url)?;
    }
    let kind = if enabled { EventKind::FeedEnabled } else { EventKind::FeedDisabled };
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let found = queries::feed(conn, url.trim()).await?.ok_or(Error::NotFound("feed"))?;
        if found.enabled == enabled {
            return Ok(found);
        }
        queries::set_feed_enabled(conn, found.id, enabled).await?;
        audit::record(ctx, conn, event(kind, &found)).await?;
        Ok(Feed { enabled, ..found })
    })
    .await
}

fn address(url: &str) -> Result<String> {
    public_address(url).map_err(|why| Error::invalid("url", why))
}

fn event(kind: EventKind, feed: &Feed) -> Event {
    Event::of(kind).with(json!({ "about": feed.name, "url": feed.url }))
}
