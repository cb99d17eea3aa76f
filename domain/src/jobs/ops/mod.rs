mod admin;
mod enqueue;
mod schedule;
mod work;

pub use admin::{
    QueueStatus, cancel, discard, forget_old, job, jobs, jobs_by_id, newest, queue_status, retry, trigger,
    trigger_with,
};
pub(crate) use enqueue::enqueue_beside;
pub use enqueue::{another_waits, enqueue, enqueue_all, enqueue_at, is_at_work, submit, submit_all};
pub use schedule::{Schedule, fire_due, schedules, set_schedule_enabled, startable};
pub use work::{
    Taker, announce, claim, end_cancelled, fail, hold, ready, reap, release, renew, settle, settle_in,
};
