//! The SQL of one request, as the database saw it, run bare by `pgbench`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use crate::platform::Platform;

/// The statements of a piece of work with their parameters filled in; the pool's own left out.
pub async fn of<T>(
    platform: &Platform,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<Vec<String>> {
    let sql = platform.sql().await?;
    sql.batch_execute("ALTER SYSTEM SET log_min_duration_statement = 0").await?;
    reload(&sql, "log_min_duration_statement", "0").await?;
    let log = platform.postgres_log();
    let before = std::fs::metadata(&log)?.len() as usize;
    let done = work.await;
    sql.batch_execute("ALTER SYSTEM RESET log_min_duration_statement").await?;
    reload(&sql, "log_min_duration_statement", "-1").await?;
    done?;
    let text = std::fs::read(&log)?;
    let statements = parse(&String::from_utf8_lossy(text.get(before..).unwrap_or_default()));
    ensure!(!statements.is_empty(), "no statement of the request is in {}", log.display());
    Ok(statements)
}

/// New connections see it at once; the API's own see it before their next statement.
async fn reload(sql: &tokio_postgres::Client, setting: &str, value: &str) -> anyhow::Result<()> {
    sql.query_one("SELECT pg_reload_conf()", &[]).await?;
    for _ in 0..200 {
        let now: String = sql.query_one("SELECT current_setting($1)", &[&setting]).await?.get(0);
        if now == value {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    anyhow::bail!("Postgres does not take {setting} = {value}")
}

/// The executed statements in a log whose lines begin with time, process and database.
fn parse(log: &str) -> Vec<String> {
    let mut entries: Vec<(&str, String)> = Vec::new();
    for line in log.lines() {
        let begun = line.split_once(" UTC [").and_then(|(_, rest)| rest.split_once("] "));
        match (begun, entries.last_mut()) {
            (Some((process, text)), _) if !line.starts_with('\t') => entries.push((process, text.to_owned())),
            (_, Some((_, text))) => *text += &format!(" {}", line.trim()),
            _ => {}
        }
    }
    let mut statements: Vec<(&str, String)> = Vec::new();
    for (process, text) in &entries {
        // Several processes write at once: the parameters belong to the last statement of their own.
        if let Some((_, parameters)) = text.split_once("DETAIL:  parameters: ") {
            let own = statements.iter_mut().rev().find(|(of, _)| of == process);
            if let Some((_, statement)) = own {
                *statement = filled(statement, parameters.trim());
            }
        } else if let Some((_, run)) = text.split_once(" ms  execute ")
            && let Some((_, statement)) = run.split_once(": ")
        {
            statements.push((process, statement.trim().to_owned()));
        }
    }
    let own = ["SELECT current_setting", "SELECT pg_reload_conf"];
    // The workers look for work all the time, and write to the same log.
    let others = ["jobs", "job_lanes", "outbox", "schedules", "pg_try_advisory_lock"];
    let statements = statements.into_iter().map(|(_, statement)| statement);
    let measured = |statement: &String| {
        !own.iter().any(|own| statement.starts_with(own)) && !others.iter().any(|of| statement.contains(of))
    };
    statements.filter(measured).collect()
}

/// Puts `$1 = 'a', $2 = NULL` into a statement.
fn filled(statement: &str, parameters: &str) -> String {
    let mut filled = statement.to_owned();
    let mut values: Vec<(&str, &str)> = Vec::new();
    for part in parameters.split(", $") {
        if let Some((number, value)) = part.trim_start_matches('$').split_once(" = ") {
            values.push((number, value));
        }
    }
    // The highest number first: `$1` begins `$10`.
    for (number, value) in values.iter().rev() {
        filled = filled.replace(&format!("${number}"), value);
    }
    filled
}

/// What `pgbench` saw.
pub struct Bare {
    pub per_second: f64,
    /// Milliseconds, on average.
    pub latency: f64,
}

/// Runs statements again and again as one transaction script, prepared; `None` without a `pgbench`.
pub fn pgbench(
    platform: &Platform,
    statements: &[String],
    connections: usize,
    seconds: u64,
) -> anyhow::Result<Option<Bare>> {
    let Some(program) = program() else { return Ok(None) };
    let folder = platform.folder().join("files");
    std::fs::create_dir_all(&folder)?;
    let script = folder.join("statements.sql");
    std::fs::write(&script, statements.iter().map(|s| format!("{s};\n")).collect::<String>())?;
    let out = Command::new(program)
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=2"])
        .args(["--client", &connections.to_string(), "--time", &seconds.to_string()])
        .arg("--file")
        .arg(&script)
        .arg(platform.database_url("bench"))
        .output()?;
    let said = String::from_utf8_lossy(&out.stdout);
    ensure!(out.status.success(), "pgbench: {}", String::from_utf8_lossy(&out.stderr));
    let figure = |name: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(name));
        let value = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
        value.with_context(|| format!("pgbench says no {name:?}: {said}"))
    };
    Ok(Some(Bare { per_second: figure("tps = ")?, latency: figure("latency average = ")? }))
}

fn program() -> Option<PathBuf> {
    let path = tests::variable("PATH").unwrap_or_default();
    let beside = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let folders = std::env::split_paths(&path).chain(beside.map(|version| version.path().join("bin")));
    folders.map(|folder| folder.join("pgbench")).find(|program: &PathBuf| Path::is_file(program))
}

#[cfg(test)]
mod parsing {
    use super::*;

    #[test]
    fn statements_are_read_with_their_parameters() {
        let log = "2026-11-23 05:05:07.821 UTC [7] bench LOG:  duration: 0.1 ms  parse s1: SELECT $1\n\
            2026-11-23 05:05:07.822 UTC [7] bench LOG:  duration: 0.2 ms  execute s1: SELECT\n\
            \ta FROM t\n\tWHERE x = $1 OR y = ANY ($2)\n\
            2026-11-23 05:05:07.822 UTC [8] bench LOG:  duration: 1 ms  execute s2: SELECT 2\n\
            2026-11-23 05:05:07.823 UTC [7] bench DETAIL:  parameters: $1 = 'it''s', $2 = '{1,2}'\n\
            2026-11-23 05:05:07.829 UTC [1]  LOG:  received fast shutdown request\n";
        assert_eq!(parse(log), ["SELECT a FROM t WHERE x = 'it''s' OR y = ANY ('{1,2}')", "SELECT 2"]);
    }
}
