//! What `up` tells the person in front of it.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use tokio_postgres::{Client, Row};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::link::Link;

const REFRESH: Duration = Duration::from_millis(500);

/// The one screen: where it is, what it shows, how to stop it.
pub fn welcome(config: &Config, link: &Link, data: &str, admin: &[String]) {
    let url = config.url();
    let mut lines = vec![
        String::new(),
        format!("  Dualcaster Deals {} is running", env!("CARGO_PKG_VERSION")),
        String::new(),
        format!("  Web app   {url}/"),
        format!("  GraphQL   {url}/graphql  (HTTP, WebSocket and server-sent events)"),
        format!("  Explorer  {url}/explorer"),
        format!("  Health    {url}/health/ready"),
        String::new(),
        format!("  Data      {}", data),
        format!("  Stores    {}", stores(link)),
        format!("  Logs      {}", config.state_dir.join("log").display()),
        "  Stop      Ctrl-C".to_owned(),
    ];
    lines.extend_from_slice(admin);
    let notices = link.stores.iter().flat_map(|stores| &stores.place().notices);
    lines.extend(notices.map(|notice| format!("  Note      {notice}")));
    if !config.web_dir.join("index.html").is_file() {
        lines.push(format!("  Note      the web app is not built: {} is missing", config.web_dir.display()));
    }
    println!("{}\n", lines.join("\n"));
}

fn stores(link: &Link) -> String {
    match &link.stores {
        Some(stores) => {
            format!("{}, private, in {}", stores.versions().join(" and "), stores.place().data.display())
        }
        None => "your own Postgres and Redis".to_owned(),
    }
}

/// Shows how loading goes until it has ended: one line that moves on a terminal, else a line when a
/// part is done.
pub async fn follow_loads(database_url: String, ended: CancellationToken) {
    if let Err(error) = follow(&database_url, &ended).await {
        tracing::info!(%error, "cannot show how loading goes");
    }
}

async fn follow(database_url: &str, ended: &CancellationToken) -> anyhow::Result<()> {
    let client = domain::db::dedicated(database_url).await?;
    let mut last = newest(&client).await?;
    let moving = std::io::stdout().is_terminal();
    loop {
        // The last part ends just before the whole does: it is shown, too.
        let over = ended.run_until_cancelled(tokio::time::sleep(REFRESH)).await.is_none();
        let query = "SELECT id, name, done, total, unit, message, finished_at IS NOT NULL FROM data_loads \
                     WHERE id > $1 ORDER BY id";
        for row in client.query(query, &[&last]).await? {
            let finished: bool = row.get(6);
            if finished {
                last = row.get(0);
            }
            if finished || moving {
                show(&row, finished, moving)?;
            }
        }
        if over {
            return Ok(());
        }
    }
}

async fn newest(client: &Client) -> anyhow::Result<i32> {
    let row = client.query_one("SELECT coalesce(max(id), 0) FROM data_loads", &[]).await?;
    Ok(row.get(0))
}

fn show(row: &Row, finished: bool, moving: bool) -> std::io::Result<()> {
    let (name, done, total): (&str, i64, Option<i64>) = (row.get(1), row.get(2), row.get(3));
    let (unit, message): (&str, Option<&str>) = (row.get(4), row.get(5));
    let part = total.filter(|total| *total > 0).map(|total| format!(" {:>3} %", done * 100 / total));
    let note = message.map(|message| format!(": {message}")).unwrap_or_default();
    let mut out = std::io::stdout().lock();
    let (begin, end) = (if moving { "\r\x1b[2K" } else { "" }, if finished { "\n" } else { "" });
    write!(out, "{begin}  {name}{} {done} {unit}{note}{end}", part.unwrap_or_default())?;
    out.flush()
}
