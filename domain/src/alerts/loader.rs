use std::collections::HashMap;

use async_graphql::dataloader::Loader;

use super::explain::{Explanation, explain};
use super::model::{Alert, AlertEvent};
use super::queries::events;
use super::{ops, pass, queries};
use crate::{AlertId, Error, Reader, Result, WantId};

/// Events of an alert that are shown with it.
const SHOWN: i64 = 20;

/// An alert of the viewer's by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct AlertKey(pub AlertId);

impl Loader<AlertKey> for Reader {
    type Value = Alert;
    type Error = Error;

    async fn load(&self, keys: &[AlertKey]) -> Result<HashMap<AlertKey, Alert>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let user = self.0.reader()?;
        let rows = queries::by_ids(&mut *self.0.conn().await?, user, &ids).await?;
        rows.into_iter().map(|row| Alert::try_from(row).map(|alert| (AlertKey(alert.id), alert))).collect()
    }
}

/// The alert of a want of the viewer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct WantAlertKey(pub WantId);

impl Loader<WantAlertKey> for Reader {
    type Value = Alert;
    type Error = Error;

    async fn load(&self, keys: &[WantAlertKey]) -> Result<HashMap<WantAlertKey, Alert>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let alerts = ops::alerts_of_wants(&self.0, &ids).await?.into_iter();
        Ok(alerts.filter_map(|alert| Some((WantAlertKey(alert.want_id?), alert))).collect())
    }
}

/// How an alert of the viewer's stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ExplanationKey(pub AlertId);

impl Loader<ExplanationKey> for Reader {
    type Value = Explanation;
    type Error = Error;

    async fn load(&self, keys: &[ExplanationKey]) -> Result<HashMap<ExplanationKey, Explanation>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let (user, now) = (self.0.reader()?, self.0.now());
        let mut conn = self.0.conn().await?;
        let rows = queries::by_ids(&mut conn, user, &ids).await?;
        let alerts: Vec<Alert> = rows.into_iter().map(Alert::try_from).collect::<Result<_>>()?;
        let mut looks = pass::look(&mut conn, &alerts, now).await?;
        let explained = |alert: &Alert| {
            let look = looks.remove(&alert.id).unwrap_or_default();
            (ExplanationKey(alert.id), explain(alert, look, now))
        };
        Ok(alerts.iter().map(explained).collect())
    }
}

/// The last events of an alert of the viewer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct LastEventsKey(pub AlertId);

impl Loader<LastEventsKey> for Reader {
    type Value = Vec<AlertEvent>;
    type Error = Error;

    async fn load(&self, keys: &[LastEventsKey]) -> Result<HashMap<LastEventsKey, Vec<AlertEvent>>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let user = self.0.reader()?;
        let mut found: HashMap<_, Vec<_>> = keys.iter().map(|key| (*key, Vec::new())).collect();
        for event in events::last(&mut *self.0.conn().await?, user, &ids, SHOWN).await? {
            found.entry(LastEventsKey(event.alert_id)).or_default().push(event);
        }
        Ok(found)
    }
}
