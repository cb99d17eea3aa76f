//! The operator's commands about background work.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Subcommand;
use domain::jobs::{self, JobFilter, JobRow, JobState};
use domain::{Actor, App, Ctx, Page};

use crate::config::Config;
use crate::link::Link;

/// Between two looks at a job that is waited for.
const LOOK: Duration = Duration::from_millis(300);
/// What a command ends with when the work brought less than it should.
const DEGRADED: u8 = 3;

/// What can be done about jobs.
#[derive(Subcommand)]
pub enum JobsCommand {
    /// List jobs, newest first
    List {
        /// Only in this state, such as dead or running; may be given several times
        #[arg(long, value_parser = state)]
        state: Vec<JobState>,
        /// Only of this kind
        #[arg(long)]
        kind: Option<String>,
        /// How many, 1 to 100
        #[arg(long, default_value_t = 20)]
        first: i32,
    },
    /// List what runs by the clock
    Schedules,
    /// Put a dead job into the queue again, with all its attempts
    Retry {
        /// Its number
        id: i64,
    },
    /// Give a dead job up
    Discard {
        /// Its number
        id: i64,
    },
    /// End a job that waits, or ask the worker of one that runs to end it
    Cancel {
        /// Its number
        id: i64,
    },
}

fn state(text: &str) -> Result<JobState, String> {
    let wanted = text.replace(['-', '_'], "").to_lowercase();
    let found = JobState::ALL.into_iter().find(|state| format!("{state:?}").to_lowercase() == wanted);
    let all = || JobState::ALL.map(|state| format!("{state:?}").to_lowercase()).join(", ");
    found.ok_or_else(|| format!("one of {}", all()))
}

pub(crate) async fn open(config: &Config) -> anyhow::Result<(Link, Ctx)> {
    let link = Link::join(config).await?;
    domain::db::migrate(&link.database_url).await?;
    let ctx = Ctx::new(App::start(&link.settings(config)?)?, Actor::Service);
    // What this program can run is known even if no worker ever ran.
    jobs::announce(&ctx, &::jobs::Registry::all().announced()).await?;
    Ok((link, ctx))
}

/// Does what was asked for about jobs.
pub async fn run(config: &Config, command: JobsCommand) -> anyhow::Result<()> {
    let (_link, ctx) = open(config).await?;
    match command {
        JobsCommand::List { state, kind, first } => {
            let states = (!state.is_empty()).then_some(state);
            let filter = JobFilter { states, kind, lane: None };
            let page = Page::new(first, None)?;
            let rows = jobs::jobs(&ctx, &filter, &page).await?;
            rows.iter().take(page.limit()).for_each(|job| println!("{}", line(job)));
        }
        JobsCommand::Schedules => {
            for schedule in jobs::schedules(&ctx).await? {
                let (name, cron) = (&schedule.row.name, &schedule.row.cron);
                let last = schedule.last.as_ref().map_or_else(|| "never ran".to_owned(), line);
                let next = match (schedule.built, schedule.next_at) {
                    (false, _) => "not built yet".to_owned(),
                    (true, None) => "switched off".to_owned(),
                    (true, Some(next)) => format!("next {}", next.format("%F %T")),
                };
                println!("{name:<28} {cron:<22} {next:<26} {last}");
            }
        }
        JobsCommand::Retry { id } => println!("{}", line(&jobs::retry(&ctx, id).await?)),
        JobsCommand::Discard { id } => println!("{}", line(&jobs::discard(&ctx, id).await?)),
        JobsCommand::Cancel { id } => println!("{}", line(&jobs::cancel(&ctx, id).await?)),
    }
    Ok(())
}

/// Runs a schedule's work now.
pub async fn trigger(config: &Config, name: &str, wait: bool) -> anyhow::Result<ExitCode> {
    let (link, ctx) = open(config).await?;
    let job = jobs::trigger(&ctx, name).await?;
    println!("{}", line(&job));
    // Nobody else works on stores that this command has started itself.
    let alone = link.stores.as_ref().is_some_and(stores::Stores::has_postgres);
    if !wait {
        if alone {
            println!("it runs when the platform does: `dualcaster up`, or here with --wait");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let (app, registry): (Arc<App>, _) = (ctx.app().clone(), crate::roles::registry(config)?);
    let work = tokio::spawn(async move {
        match alone {
            true => ::jobs::run_due(app, registry).await.map(|_| ()),
            false => Ok(()),
        }
    });
    let end = follow(&ctx, job).await?;
    work.await??;
    Ok(code(&[end]))
}

/// What a command ends with: as the worst of the jobs.
pub(crate) fn code(ended: &[JobRow]) -> ExitCode {
    let good = |job: &JobRow| matches!(job.standing(), JobState::Succeeded | JobState::NothingToDo);
    let fair = |job: &JobRow| good(job) || job.standing() == JobState::Degraded;
    if ended.iter().all(good) {
        ExitCode::SUCCESS
    } else if ended.iter().all(fair) {
        ExitCode::from(DEGRADED)
    } else {
        ExitCode::FAILURE
    }
}

/// Says how a job goes on until it is over, or failed and waits.
pub(crate) async fn follow(ctx: &Ctx, job: JobRow) -> anyhow::Result<JobRow> {
    let mut said = line(&job);
    let tried = job.failures().len();
    loop {
        tokio::time::sleep(LOOK).await;
        let now = jobs::job(&ctx.renewed(), job.id).await?;
        let now = now.ok_or_else(|| anyhow::anyhow!("the job is gone"))?;
        let text = line(&now);
        if text != said {
            println!("{text}");
            said = text;
        }
        if now.standing().is_over() || now.failures().len() > tried {
            return Ok(now);
        }
    }
}

/// A job in a line.
pub(crate) fn line(job: &JobRow) -> String {
    let state = format!("{:?}", job.standing()).to_lowercase();
    let mut text = format!("{:>8}  {:<28} {state:<12} {}", job.id, job.kind, job.created_at.format("%F %T"));
    if let Some(rows) = job.rows {
        text += &format!("  {rows} rows");
    } else if job.done > 0 {
        text += &job
            .total
            .map_or_else(|| format!("  {}", job.done), |total| format!("  {} of {total}", job.done));
    }
    if let Some(note) = &job.note {
        text += &format!("  {note}");
    }
    if let Some(failed) = job.failures().last().filter(|_| job.rows.is_none()) {
        text += &format!("  attempt {} of {}: {}", failed.attempt, job.max_attempts, failed.chain.join(": "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_by_their_names() {
        assert_eq!(state("nothing-to-do"), Ok(JobState::NothingToDo));
        assert_eq!(state("Dead"), Ok(JobState::Dead));
        assert!(state("green").unwrap_err().contains("degraded"));
    }
}
