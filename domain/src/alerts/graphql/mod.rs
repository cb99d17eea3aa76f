//! The skin of alerts.

mod ahead;
mod inputs;
mod live;
mod mutation;
mod query;
mod types;

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, ID, InputObject};

use super::model::{Alert, AlertCursor, AlertEvent, AlertEventCursor, AlertFilter};
use super::ops;
use crate::{AlertId, CardId, Ctx, Page, PrintingId, Result, SetId};

pub(crate) use live::Subscription;
pub(crate) use mutation::Mutation;
pub(crate) use query::Query;

/// An id that is nobody's: what is no id of its kind is treated like one that is somebody else's.
const NOBODYS: i32 = 0;

/// A page of alerts.
pub(crate) type AlertConnection = Connection<AlertCursor, Alert, EmptyFields, EmptyFields>;

/// A page of what became of alerts.
pub(crate) type AlertEventConnection = Connection<AlertEventCursor, AlertEvent, EmptyFields, EmptyFields>;

fn alert_id(id: &str) -> AlertId {
    AlertId::from_public(id).unwrap_or(AlertId(NOBODYS))
}

/// Which alerts are wanted; all of what is given.
#[derive(Default, InputObject)]
pub(crate) struct AlertFilterInput {
    /// About this printing, by its public id.
    printing_id: Option<ID>,
    /// About this card, by its public id.
    card_id: Option<ID>,
    /// About this set, by its public id.
    set_id: Option<ID>,
    /// About the portfolio, or about anything else.
    portfolio: Option<bool>,
}

impl From<AlertFilterInput> for AlertFilter {
    fn from(input: AlertFilterInput) -> Self {
        Self {
            printing: input.printing_id.map(|id| PrintingId::from_public(&id).unwrap_or(PrintingId(NOBODYS))),
            card: input.card_id.map(|id| CardId::from_public(&id).unwrap_or(CardId(NOBODYS))),
            set: input.set_id.map(|id| SetId::from_public(&id).unwrap_or(SetId(NOBODYS))),
            portfolio: input.portfolio,
        }
    }
}

/// A page of the viewer's alerts.
pub(crate) async fn alerts_page(
    ctx: &Context<'_>,
    filter: AlertFilterInput,
    first: i32,
    after: Option<String>,
) -> Result<AlertConnection> {
    let page = Page::parse(first, after.as_deref())?;
    let alerts = ops::alerts(ctx.data_unchecked(), filter.into(), &page).await?;
    ahead::alerts(ctx, &alerts).await?;
    Ok(page.connection(alerts, EmptyFields, |alert| AlertCursor(alert.id), |alert| alert))
}

/// An alert of the viewer's.
pub(crate) async fn alert_of_viewer(ctx: &Ctx, id: &str) -> Result<Option<Alert>> {
    ops::alert(ctx, alert_id(id)).await
}

/// The viewer's alerts that are nearest to firing.
pub(crate) async fn nearest_of_viewer(ctx: &Context<'_>, first: i32) -> Result<Vec<Alert>> {
    let alerts = ops::nearest(ctx.data_unchecked(), first).await?;
    ahead::alerts(ctx, &alerts).await?;
    Ok(alerts)
}

/// A page of what became of the viewer's alerts.
pub(crate) async fn events_page(
    ctx: &Context<'_>,
    alert: Option<ID>,
    first: i32,
    after: Option<String>,
) -> Result<AlertEventConnection> {
    let page = Page::parse(first, after.as_deref())?;
    let events = ops::alert_events(ctx.data_unchecked(), alert.map(|id| alert_id(&id)), &page).await?;
    ahead::events(ctx, &events).await?;
    Ok(page.connection(events, EmptyFields, |event| AlertEventCursor(event.id), |event| event))
}
