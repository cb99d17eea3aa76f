use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::super::model::{Alert, Definition};
use super::super::ops;
use super::alert_id;
use super::inputs::AlertInput;
use crate::inventory::{InventoryError, Outcome, settle};
use crate::{Ctx, ReaderLoader};

/// An alert after a change.
#[derive(SimpleObject)]
pub(super) struct AlertPayload {
    /// The alert; null when nothing was done.
    alert: Option<Alert>,
    /// What has to be corrected; then nothing was done.
    errors: Vec<InventoryError>,
}

impl AlertPayload {
    fn of(outcome: Outcome<Alert>) -> Result<Self> {
        let (alert, errors) = settle(outcome)?;
        Ok(Self { alert, errors })
    }
}

/// An alert that is gone.
#[derive(SimpleObject)]
pub(super) struct DeleteAlertPayload {
    /// Its public id; null when nothing was done.
    id: Option<ID>,
    /// What has to be corrected; then nothing was done.
    errors: Vec<InventoryError>,
}

async fn read(ctx: &Context<'_>, input: AlertInput) -> Outcome<Definition> {
    let reader: &ReaderLoader = ctx.data_unchecked();
    input.read(ctx.data_unchecked(), reader).await
}

/// What somebody can do with their alerts. API keys need the scope `WRITE_OWN`.
#[derive(Default)]
pub struct Mutation;

#[Object(name = "AlertMutation")]
impl Mutation {
    /// A new alert. One user may have 500.
    async fn create_alert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is about and what sets it off.")] input: AlertInput,
    ) -> Result<AlertPayload> {
        let platform: &Ctx = ctx.data_unchecked();
        platform.writer()?;
        AlertPayload::of(match read(ctx, input).await {
            Ok(definition) => ops::create(platform, &definition).await,
            Err(refusal) => Err(refusal),
        })
    }

    /// Gives an alert another rule in place of the one that it has. It begins anew with it.
    async fn edit_alert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The alert.")] id: ID,
        #[graphql(desc = "What it is about and what sets it off from now on.")] input: AlertInput,
    ) -> Result<AlertPayload> {
        let platform: &Ctx = ctx.data_unchecked();
        platform.writer()?;
        AlertPayload::of(match read(ctx, input).await {
            Ok(definition) => ops::edit(platform, alert_id(&id), &definition).await,
            Err(refusal) => Err(refusal),
        })
    }

    /// Ends an alert, with what became of it.
    async fn delete_alert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The alert.")] id: ID,
    ) -> Result<DeleteAlertPayload> {
        let (deleted, errors) = settle(ops::delete(ctx.data_unchecked(), alert_id(&id)).await)?;
        Ok(DeleteAlertPayload { id: deleted.map(|id| id.public().into()), errors })
    }

    /// Lets an alert rest, or work again, for which it begins anew.
    async fn pause_alert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The alert.")] id: ID,
        #[graphql(default = true, desc = "Whether it rests.")] paused: bool,
    ) -> Result<AlertPayload> {
        AlertPayload::of(ops::pause(ctx.data_unchecked(), alert_id(&id), paused).await)
    }

    /// Has an alert tell nobody for a while. What fires until then is written down with its reason, and not
    /// told later.
    async fn snooze_alert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The alert.")] id: ID,
        #[graphql(desc = "Until when, within a year; it tells again at once, if left out.")] until: Option<
            DateTime<Utc>,
        >,
    ) -> Result<AlertPayload> {
        AlertPayload::of(ops::snooze(ctx.data_unchecked(), alert_id(&id), until).await)
    }
}
