use async_graphql::{Context, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::model::{DataOrigin, LoadProgress, LoadState};
use super::ops;
use crate::market::SourceStatus;
use crate::{Ctx, prices};

/// One file, or one download, on its way into the catalogue.
#[Object]
impl LoadProgress {
    /// What is loaded.
    async fn name(&self) -> &str {
        &self.name
    }

    /// How it stands.
    async fn state(&self) -> LoadState {
        LoadState::from_number(self.state)
    }

    /// Units done.
    async fn done(&self) -> i64 {
        self.done
    }

    /// Units in all, where that is known.
    async fn total(&self) -> Option<i64> {
        self.total
    }

    /// What is counted: `bytes`, `days` …
    async fn unit(&self) -> &str {
        &self.unit
    }

    /// What came of it, in words.
    async fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// When it began.
    async fn started_at(&self) -> DateTime<Utc> {
        self.started_at
    }

    /// When it ended.
    async fn finished_at(&self) -> Option<DateTime<Utc>> {
        self.finished_at
    }
}

/// What the catalogue is filled with, and what is on its way.
#[derive(SimpleObject)]
struct DataStatus {
    /// Nothing, the demo with simulated prices, or real data.
    origin: DataOrigin,
    /// The latest loads, newest first; at most 30.
    loads: Vec<LoadProgress>,
    /// What each source said last.
    sources: Vec<SourceStatus>,
}

/// Reads of the platform's own state.
#[derive(Default)]
pub struct Query;

#[Object(name = "SystemQuery")]
impl Query {
    /// What the catalogue is filled with, and what is on its way.
    async fn data_status(&self, ctx: &Context<'_>) -> Result<DataStatus> {
        let ctx: &Ctx = ctx.data_unchecked();
        let rows = prices::sources(ctx).await?;
        Ok(DataStatus {
            origin: ops::origin(ctx).await?,
            loads: ops::loads(ctx).await?,
            sources: rows.iter().filter_map(|row| SourceStatus::of(row, ctx.now())).collect(),
        })
    }
}
