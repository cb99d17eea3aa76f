//! What runs by the clock: each tick once, whoever proposes it and whatever the clock does.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::jobs::{self as queue, JobState, Leader, Schedule};
use domain::{Actor, Ctx};
use jobs::Registry;
use tests::TestApp;

/// Schedules whose work was the first to be built.
const OURS: [&str; 5] =
    ["bulk_refresh", "outbox_cleanup", "partition_maintenance", "retention", "token_cleanup"];

/// A platform whose workers can do just these.
async fn platform() -> TestApp {
    let app = TestApp::new().await;
    let mut kinds = Registry::all().announced();
    kinds.retain(|kind| OURS.contains(&kind.kind));
    queue::announce(&app.ctx(), &kinds).await.unwrap();
    app
}

fn other(app: &TestApp) -> Ctx {
    Ctx::new(app.another(), Actor::Service)
}

fn at(ctx: &Ctx, text: &str) -> Ctx {
    ctx.at(text.parse::<DateTime<Utc>>().unwrap())
}

/// As if nothing had run since a moment.
async fn since(app: &TestApp, text: &str) {
    let moment = text.parse::<DateTime<Utc>>().unwrap();
    app.sql("UPDATE schedules SET ticked_until = $1", &[&moment]).await;
}

async fn run_jobs(app: &TestApp) {
    let registry =
        Registry::default().with::<jobs::tasks::OutboxCleanup>().with::<jobs::tasks::PartitionMaintenance>();
    jobs::run_due(app.app.clone(), registry).await.unwrap();
}

/// Ends the scheduler's connection, as its silence would.
async fn cut(app: &TestApp) {
    let holder = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = 823650005 \
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    assert_eq!(app.sql(holder, &[]).await.len(), 1);
}

async fn elected(ctx: &Ctx) -> Leader {
    for _ in 0..200 {
        if let Some(leader) = Leader::elect(ctx).await.unwrap() {
            return leader;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("nobody leads");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_schedules_are_there_and_say_whether_they_are_built() {
    let app = platform().await;
    let all = queue::schedules(&app.ctx()).await.unwrap();
    assert_eq!(all.len(), 23);
    let built: Vec<&str> = all.iter().filter(|one| one.built).map(|one| one.row.name.as_str()).collect();
    assert_eq!(built, OURS);
    for Schedule { row, built, next_at, .. } in &all {
        assert_eq!(next_at.is_some(), *built, "{}", row.name);
    }
    let refused = queue::trigger(&app.ctx(), "prediction_signals").await.unwrap_err();
    assert_eq!(
        (refused.code(), refused.to_string().as_str()),
        ("CONFLICT", "prediction_signals is not built yet")
    );
    assert_eq!(queue::trigger(&app.ctx(), "nonsense").await.unwrap_err().code(), "NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_missed_is_made_up_for_once() {
    let app = platform().await;
    since(&app, "2026-11-01T00:00:30Z").await;
    let leader = elected(&app.ctx()).await;
    let week_later = at(&app.ctx(), "2026-11-08T00:12:00Z");
    let fired = queue::fire_due(&week_later, &leader).await.unwrap();
    assert_eq!(fired, OURS);
    assert!(queue::fire_due(&week_later, &leader).await.unwrap().is_empty());
    let ticks =
        app.sql("SELECT scheduled_at::text FROM schedule_ticks WHERE name = 'token_cleanup'", &[]).await;
    assert_eq!(
        ticks.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>(),
        ["2026-11-07 23:35:00+00"]
    );
    // A clock that is set back fires nothing that was fired, nor what is before it.
    let earlier = at(&app.ctx(), "2026-11-07T23:40:00Z");
    assert!(queue::fire_due(&earlier, &leader).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_leads_and_who_led_before_fires_nothing() {
    let app = platform().await;
    since(&app, "2026-11-08T00:00:00Z").await;
    let (first, second) = (app.ctx(), other(&app));
    let old = elected(&first).await;
    assert!(Leader::elect(&second).await.unwrap().is_none(), "two lead");
    old.still().await.unwrap();
    cut(&app).await;
    let new = elected(&second).await;
    assert!(new.fence() > old.fence());
    assert!(old.still().await.is_err());

    let now = "2026-11-08T00:11:00Z";
    let refused = queue::fire_due(&at(&first, now), &old).await.unwrap_err();
    assert_eq!(refused.code(), "CONFLICT");
    assert!(app.sql("SELECT FROM schedule_ticks", &[]).await.is_empty());
    assert!(app.sql("SELECT FROM jobs", &[]).await.is_empty());
    assert_eq!(queue::fire_due(&at(&second, now), &new).await.unwrap(), ["partition_maintenance"]);
}

/// A day in steps of some minutes, proposed by two processes that lose the lead again and again.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_of_two_schedulers_fires_each_tick_once() {
    let app = platform().await;
    since(&app, "2026-11-08T00:00:00Z").await;
    let both = [app.ctx(), other(&app)];
    let mut now = "2026-11-08T00:00:00Z".parse::<DateTime<Utc>>().unwrap();
    let end = now + TimeDelta::days(1);
    let (mut turn, mut fired) = (0, BTreeMap::<String, usize>::new());
    let mut old: Option<Leader> = None;
    while now <= end {
        let leader = elected(&both[turn % 2]).await;
        for (ctx, leader) in [(&both[(turn + 1) % 2], old.as_ref()), (&both[turn % 2], Some(&leader))] {
            let Some(leader) = leader else { continue };
            // Some ticks of the one that has lost the lead would be the first.
            for name in queue::fire_due(&ctx.at(now), leader).await.unwrap_or_default() {
                *fired.entry(name).or_default() += 1;
            }
        }
        app.sql("UPDATE jobs SET state = 4, finished_at = now()", &[]).await;
        now += TimeDelta::minutes([3, 7, 5, 11][turn % 4]);
        turn += 1;
        cut(&app).await;
        old = Some(leader);
    }
    let expected = [
        ("bulk_refresh", 2),
        ("outbox_cleanup", 24),
        ("partition_maintenance", 24),
        ("retention", 1),
        ("token_cleanup", 24),
    ];
    let expected: BTreeMap<String, usize> =
        expected.into_iter().map(|(name, n)| (name.to_owned(), n)).collect();
    assert_eq!(fired, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_switched_off_does_not_run_and_misses_what_it_misses() {
    let app = platform().await;
    since(&app, "2026-11-08T00:00:00Z").await;
    let leader = elected(&app.ctx()).await;
    let off = at(&app.ctx(), "2026-11-08T00:05:00Z");
    let schedule = queue::set_schedule_enabled(&off, "partition_maintenance", false).await.unwrap();
    assert!(!schedule.row.enabled && schedule.next_at.is_none());
    assert!(queue::fire_due(&at(&app.ctx(), "2026-11-08T00:11:00Z"), &leader).await.unwrap().is_empty());
    let on = at(&app.ctx(), "2026-11-08T00:12:00Z");
    queue::set_schedule_enabled(&on, "partition_maintenance", true).await.unwrap();
    assert!(queue::fire_due(&at(&app.ctx(), "2026-11-08T00:13:00Z"), &leader).await.unwrap().is_empty());
    let next = at(&app.ctx(), "2026-11-08T01:10:00Z");
    assert!(queue::fire_due(&next, &leader).await.unwrap().contains(&"partition_maintenance".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_triggered_run_is_shown_as_the_last_one() {
    let app = platform().await;
    let job = queue::trigger(&app.ctx(), "partition_maintenance").await.unwrap();
    assert_eq!(
        queue::trigger(&app.ctx(), "partition_maintenance").await.unwrap().id,
        job.id,
        "it waits already"
    );
    queue::trigger(&app.ctx(), "outbox_cleanup").await.unwrap();
    run_jobs(&app).await;
    let all = queue::schedules(&app.ctx()).await.unwrap();
    let last = |name: &str| {
        let schedule = all.iter().find(|one| one.row.name == name).unwrap();
        schedule.last.as_ref().map(|job| job.standing())
    };
    assert_eq!(last("partition_maintenance"), Some(JobState::Succeeded));
    assert_eq!(last("outbox_cleanup"), Some(JobState::NothingToDo), "nothing was done, and it says so");
    assert_eq!(last("token_cleanup"), None);
    assert_ne!(queue::trigger(&app.ctx(), "partition_maintenance").await.unwrap().id, job.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_and_old_is_forgotten() {
    let app = platform().await;
    let insert = "INSERT INTO jobs (kind, payload, lane, priority, state, run_at, max_attempts, created_at, finished_at) \
                  SELECT 'x', '{}', 'x', 2, s, now(), 1, now(), now() - make_interval(days => d) \
                  FROM unnest($1::int2[], $2::int4[]) AS g (s, d)";
    let (states, days) = (vec![4_i16, 4, 5, 5, 7, 9], vec![6_i32, 8, 8, 31, 400, 31]);
    app.sql(insert, &[&states, &days]).await;
    assert_eq!(queue::forget_old(&app.ctx()).await.unwrap(), 3);
    let left = app.sql("SELECT state FROM jobs ORDER BY id", &[]).await;
    assert_eq!(left.iter().map(|row| row.get::<_, i16>(0)).collect::<Vec<_>>(), [4, 5, 7]);
    app.sql(
        "INSERT INTO outbox (kind, payload, created_at) VALUES ('jobs', '{}', now() - interval '25 h')",
        &[],
    )
    .await;
    assert_eq!(domain::events::sweep(&app.ctx()).await.unwrap(), 1);
}
