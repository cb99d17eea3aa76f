use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject, Subscription as Live};
use chrono::{DateTime, Utc};
use futures_util::{Stream, StreamExt};

use super::live::{Update, follow};
use super::model::{JobCursor, JobFilter, JobId, JobRow};
use super::ops::{self, QueueStatus, Schedule};
use super::retry::{Class, FailedAttempt};
use super::state::JobState;
use crate::Page;
use crate::market::{EventPosition, UpdateKind};

/// An attempt that failed.
#[derive(SimpleObject)]
pub struct JobFailure {
    /// When.
    at: DateTime<Utc>,
    /// Which attempt it was, from 1.
    attempt: i32,
    /// What kind of failure it was, which decides whether it is tried again.
    class: Class,
    /// The error, then its cause, then the cause of that, and so on.
    chain: Vec<String>,
}

impl From<FailedAttempt> for JobFailure {
    fn from(failed: FailedAttempt) -> Self {
        Self { at: failed.at, attempt: failed.attempt, class: failed.class, chain: failed.chain }
    }
}

/// A piece of background work.
#[Object(name = "Job")]
impl JobRow {
    /// Its number; later jobs have larger ones.
    async fn id(&self) -> ID {
        self.id.to_string().into()
    }

    /// What kind of work it is.
    async fn kind(&self) -> &str {
        &self.kind
    }

    /// What it was told, as JSON.
    async fn payload(&self) -> String {
        self.payload.to_string()
    }

    /// What it queues behind: a source of data, or its kind. Jobs of one lane share its limits.
    async fn lane(&self) -> &str {
        &self.lane
    }

    /// How it stands.
    async fn state(&self) -> JobState {
        self.standing()
    }

    /// 1 goes before 2, 2 before 3.
    async fn priority(&self) -> i32 {
        self.priority.into()
    }

    /// When it may run.
    async fn run_at(&self) -> DateTime<Utc> {
        self.run_at
    }

    /// How often it was tried.
    async fn attempts(&self) -> i32 {
        self.attempts
    }

    /// After so many attempts it is dead.
    async fn max_attempts(&self) -> i32 {
        self.max_attempts
    }

    /// The process that has it, or had it last.
    async fn worker(&self) -> Option<&str> {
        self.worker.as_deref()
    }

    /// When that process last said that it is at it.
    async fn heartbeat_at(&self) -> Option<DateTime<Utc>> {
        self.heartbeat_at
    }

    /// Somebody wants it to end.
    async fn cancel_requested(&self) -> bool {
        self.cancel_requested
    }

    /// Units of its work that are done.
    async fn done(&self) -> i64 {
        self.done
    }

    /// Units of its work in all, where that is known.
    async fn total(&self) -> Option<i64> {
        self.total
    }

    /// Rows that it brought.
    async fn rows(&self) -> Option<i64> {
        self.rows
    }

    /// What came of it, in words: why it is degraded, why there was nothing to do.
    async fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// Its failures, oldest first; at most twelve.
    async fn errors(&self) -> Vec<JobFailure> {
        self.failures().into_iter().map(Into::into).collect()
    }

    /// When it was asked for.
    async fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// When its last attempt began.
    async fn started_at(&self) -> Option<DateTime<Utc>> {
        self.started_at
    }

    /// When it ended.
    async fn finished_at(&self) -> Option<DateTime<Utc>> {
        self.finished_at
    }

    /// The trace in which it was asked for, as the collector knows it; null when nobody traced that.
    async fn trace_id(&self) -> Option<&str> {
        self.traceparent.as_deref()?.split('-').nth(1)
    }
}

/// Which jobs are wanted.
#[derive(Default, InputObject)]
#[graphql(name = "JobFilter")]
pub struct JobFilterInput {
    /// Only in these states.
    states: Option<Vec<JobState>>,
    /// Only of this kind.
    kind: Option<String>,
    /// Only of this lane.
    lane: Option<String>,
}

/// Whether the clock starts a schedule.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum ScheduleStatus {
    /// It runs when it is due.
    Active,
    /// Somebody switched it off.
    Disabled,
    /// No worker of this installation can do its work: it does not run.
    NotBuiltYet,
}

/// Something that runs by the clock.
#[Object(name = "Schedule")]
impl Schedule {
    /// Its name, which is the kind of its jobs.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// When, in UTC: minute, hour, day of the month, month, day of the week.
    async fn cron(&self) -> &str {
        &self.row.cron
    }

    /// What it does.
    async fn description(&self) -> &str {
        &self.row.description
    }

    /// Whether the clock may start it.
    async fn enabled(&self) -> bool {
        self.row.enabled
    }

    /// Whether the clock does start it.
    async fn status(&self) -> ScheduleStatus {
        match (self.built, self.row.enabled) {
            (false, _) => ScheduleStatus::NotBuiltYet,
            (true, false) => ScheduleStatus::Disabled,
            (true, true) => ScheduleStatus::Active,
        }
    }

    /// When it is next; null when the clock does not start it.
    async fn next_run_at(&self) -> Option<DateTime<Utc>> {
        self.next_at
    }

    /// Its last run, by the clock or by hand.
    async fn last_job(&self) -> Option<&JobRow> {
        self.last.as_ref()
    }

    /// When its last run began.
    async fn last_run_at(&self) -> Option<DateTime<Utc>> {
        self.last.as_ref()?.started_at
    }

    /// How long its last run took, in milliseconds; null while it goes on.
    async fn last_duration_ms(&self) -> Option<i64> {
        let last = self.last.as_ref()?;
        Some((last.finished_at? - last.started_at?).num_milliseconds())
    }

    /// Rows that its last run brought.
    async fn last_rows(&self) -> Option<i64> {
        self.last.as_ref()?.rows
    }

    /// How its last run stands or ended.
    async fn last_result(&self) -> Option<JobState> {
        Some(self.last.as_ref()?.standing())
    }

    /// When a run last brought what it should.
    async fn last_good_at(&self) -> Option<DateTime<Utc>> {
        self.row.good_at
    }

    /// Whether that is longer ago than it may be.
    async fn stale(&self) -> bool {
        self.stale
    }
}

/// How the queue stands.
#[Object(name = "JobQueue")]
impl QueueStatus {
    /// Jobs that wait for their first attempt.
    async fn queued(&self) -> i64 {
        self.queued
    }

    /// Jobs that failed and are tried again.
    async fn retrying(&self) -> i64 {
        self.retrying
    }

    /// Jobs that a worker has.
    async fn running(&self) -> i64 {
        self.running
    }

    /// Jobs that wait for `retryJob` or `discardJob`.
    async fn dead(&self) -> i64 {
        self.dead
    }

    /// Since when the job has been due that has waited longest.
    async fn oldest_due(&self) -> Option<DateTime<Utc>> {
        self.oldest_due
    }
}

/// The number behind an id; what is none is nobody's, so that only who may ask learns that it is none.
fn number(id: &ID) -> JobId {
    id.parse().unwrap_or(0)
}

/// Reads of the background work.
#[derive(Default)]
pub struct Query;

#[Object(name = "JobsQuery")]
impl Query {
    /// Background work, newest first. For admins.
    async fn jobs(
        &self,
        ctx: &Context<'_>,
        #[graphql(default, desc = "Which jobs.")] filter: JobFilterInput,
        #[graphql(default = 20, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last job of the page before.")] after: Option<String>,
    ) -> Result<Connection<JobCursor, JobRow, EmptyFields, EmptyFields>> {
        let page = Page::parse(first, after.as_deref())?;
        let filter = JobFilter { states: filter.states, kind: filter.kind, lane: filter.lane };
        let rows = ops::jobs(ctx.data_unchecked(), &filter, &page).await?;
        Ok(page.connection(rows, EmptyFields, |row| JobCursor(row.id), |row| row))
    }

    /// One job. For admins.
    async fn job(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its number.")] id: ID,
    ) -> Result<Option<JobRow>> {
        Ok(ops::job(ctx.data_unchecked(), number(&id)).await?)
    }

    /// How the queue stands. For admins.
    async fn job_queue(&self, ctx: &Context<'_>) -> Result<QueueStatus> {
        Ok(ops::queue_status(ctx.data_unchecked()).await?)
    }

    /// Everything that runs by the clock, by name. For admins.
    async fn schedules(&self, ctx: &Context<'_>) -> Result<Vec<Schedule>> {
        Ok(ops::schedules(ctx.data_unchecked()).await?)
    }
}

/// A job after the change.
#[derive(SimpleObject)]
pub struct JobPayload {
    /// The job.
    job: JobRow,
}

/// A schedule after the change.
#[derive(SimpleObject)]
pub struct SchedulePayload {
    /// The schedule.
    schedule: Schedule,
}

/// What operators do about the background work. What the state does not allow is refused with the
/// code `CONFLICT`.
#[derive(Default)]
pub struct Mutation;

#[Object(name = "JobsMutation")]
impl Mutation {
    /// Runs a schedule's work now; when it is waiting or running already, that run is answered. For admins.
    async fn trigger_schedule(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The schedule.")] name: String,
    ) -> Result<JobPayload> {
        Ok(JobPayload { job: ops::trigger(ctx.data_unchecked(), &name).await? })
    }

    /// Switches a schedule on or off for the clock. For admins.
    async fn set_schedule_enabled(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The schedule.")] name: String,
        #[graphql(desc = "Whether the clock may start it.")] enabled: bool,
    ) -> Result<SchedulePayload> {
        Ok(SchedulePayload {
            schedule: ops::set_schedule_enabled(ctx.data_unchecked(), &name, enabled).await?,
        })
    }

    /// Puts a dead job into the queue again, with all its attempts. For admins.
    async fn retry_job(&self, ctx: &Context<'_>, #[graphql(desc = "The job.")] id: ID) -> Result<JobPayload> {
        Ok(JobPayload { job: ops::retry(ctx.data_unchecked(), number(&id)).await? })
    }

    /// Gives a dead job up. For admins.
    async fn discard_job(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The job.")] id: ID,
    ) -> Result<JobPayload> {
        Ok(JobPayload { job: ops::discard(ctx.data_unchecked(), number(&id)).await? })
    }

    /// Ends a job that waits, or asks the worker of one that runs to end it. For admins.
    async fn cancel_job(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The job.")] id: ID,
    ) -> Result<JobPayload> {
        Ok(JobPayload { job: ops::cancel(ctx.data_unchecked(), number(&id)).await? })
    }
}

/// News of one job.
#[derive(SimpleObject)]
pub struct JobUpdate {
    /// What this message is.
    kind: UpdateKind,
    /// Where in the feed it is.
    position: EventPosition,
    /// The job; null when it is not there (any more).
    job: Option<JobRow>,
}

/// News of the background work. A snapshot or reset holds the newest jobs, a delta those that changed.
#[derive(SimpleObject)]
pub struct JobsUpdate {
    /// What this message is.
    kind: UpdateKind,
    /// Where in the feed it is.
    position: EventPosition,
    /// How many jobs changed; `jobs` shows at most 100 of them.
    changed: i64,
    /// Jobs as they are now, newest first.
    jobs: Vec<JobRow>,
}

impl From<Update> for JobsUpdate {
    fn from(update: Update) -> Self {
        let position = update.position.into();
        Self { kind: update.kind, position, changed: update.changed, jobs: update.jobs }
    }
}

impl From<Update> for JobUpdate {
    fn from(update: Update) -> Self {
        let job = update.jobs.into_iter().next();
        Self { kind: update.kind, position: update.position.into(), job }
    }
}

/// The background work as it goes on.
#[derive(Default)]
pub struct Subscription;

#[Live(name = "JobsSubscription")]
impl Subscription {
    /// One job: how it stands, then every change, at most four messages a second. For admins.
    async fn job_updated(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The job.")] id: ID,
    ) -> Result<impl Stream<Item = JobUpdate>> {
        Ok(follow(ctx.data_unchecked(), Some(number(&id))).await?.map(JobUpdate::from))
    }

    /// All jobs: the newest, then those that change, at most four messages a second. For admins.
    async fn jobs_updated(&self, ctx: &Context<'_>) -> Result<impl Stream<Item = JobsUpdate>> {
        Ok(follow(ctx.data_unchecked(), None).await?.map(JobsUpdate::from))
    }
}
