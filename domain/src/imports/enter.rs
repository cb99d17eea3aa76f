//! What was read and looked at is entered: as one change, which can be taken back as one.

use std::collections::HashMap;

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde::{Deserialize, Serialize};

use super::live::tell;
use super::lots;
use super::model::{Import, ImportState, Row};
use super::queries::{self, rows};
use crate::inventory::{self, Addition, Facts, Outcome, Refusal, Wanted};
use crate::jobs::{Job, Lane};
use crate::notifications::{self, New, NotificationKind};
use crate::prices::Finish;
use crate::{BinderId, Ctx, ImportId, Result};

/// Rows of an import that change what the planner knows.
const MANY: u64 = 5_000;

/// Enters what an import brings.
#[derive(Debug, Serialize, Deserialize)]
pub struct EnterImport {
    /// Which import.
    pub import: ImportId,
    /// When its owner said so, in microseconds.
    pub since: i64,
}

impl EnterImport {
    pub(super) fn of(import: &Import) -> Self {
        Self { import: import.id, since: import.changed_at.timestamp_micros() }
    }
}

impl Job for EnterImport {
    const KIND: &'static str = "enter_import";
    const LANE: Lane = Lane::of("imports", 2);
    const MAX_ATTEMPTS: u16 = 4;

    fn unique_key(&self) -> Option<String> {
        Some(format!("{} {}", self.import.0, self.since))
    }
}

/// Enters what an import brings, all of it or nothing; says how many rows it were. Nothing if nobody waits
/// for it, or it was done before.
pub async fn enter(ctx: &Ctx, id: ImportId) -> Result<Option<u64>> {
    ctx.require_service()?;
    let mut conn = ctx.conn().await?;
    let entered = conn.transaction(async |conn| enter_in(ctx, conn, id).await).await;
    let problems = match entered {
        Ok(entered) => {
            // The planner must not take many new lots for a few until it looks by itself.
            if entered.is_some_and(|rows| rows >= MANY) {
                queries::look_at_lots(&mut conn).await?;
            }
            return Ok(entered);
        }
        Err(Refusal::Error(error)) => return Err(error),
        Err(Refusal::Problems(problems)) => problems,
    };
    // Its owner can do something about it, and try again.
    let messages: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
    let problem = messages.join("; ");
    conn.transaction(async |conn| {
        let import = queries::set_state(conn, id, ImportState::Ready, Some(&problem), ctx.now()).await?;
        tell(conn, &import).await?;
        notifications::post_in(conn, ctx.now(), &[refused_news(&import, &problem)]).await?;
        Ok(Some(0))
    })
    .await
}

async fn enter_in(ctx: &Ctx, conn: &mut AsyncPgConnection, id: ImportId) -> Outcome<Option<u64>> {
    queries::take_time(conn).await?;
    let import = queries::lock(conn, id).await?;
    let Some(import) = import.filter(|import| import.state() == ImportState::Entering) else {
        return Ok(None);
    };
    let user = import.user_id;
    // From here on no other import or change of this inventory comes between.
    inventory::lock(conn, user).await?;
    rows::compare(conn, user, id).await?;
    rows::count(conn, id, import.rows).await?;
    let wanted = rows::to_enter(conn, &import).await?;
    let lots: Vec<(Row, dialects::Lot)> = wanted.into_iter().filter_map(with_lot).collect();
    let names = lots.iter().filter_map(|(_, lot)| lot.binder.as_ref()).map(|binder| binder.name.as_str());
    let binders = inventory::binders_named(ctx, conn, user, names).await?;
    let (mut additions, mut entered) = (Vec::with_capacity(lots.len()), Vec::with_capacity(lots.len()));
    for (row, lot) in &lots {
        let copies = if import.take_again { row.copies } else { row.copies - row.before };
        let Some(facts) = facts(row, lot, &binders) else { continue };
        entered.push((row.n, copies));
        for (for_trade, quantity) in lots::parts(lot, copies) {
            if quantity > 0 {
                additions.push(Addition { facts: Facts { for_trade, ..facts.clone() }, quantity });
            }
        }
    }
    let change = inventory::enter_in(ctx, conn, user, Wanted::Import(additions)).await?;
    rows::mark(conn, id, &entered).await?;
    let import = queries::finish(conn, id, change.map(|change| change.id), ctx.now()).await?;
    tell(conn, &import).await?;
    notifications::post_in(conn, ctx.now(), &[entered_news(&import)]).await?;
    Ok(Some(entered.len() as u64))
}

/// What its owner is told of an import that is in.
fn entered_news(import: &Import) -> New {
    let copies = match import.copies {
        1 => "1 copy".to_owned(),
        copies => format!("{copies} copies"),
    };
    let news = news(import, "entered", format!("{} is in your inventory", import.file_name));
    New { body: format!("The file names {copies}. The whole import can be taken back."), ..news }
}

/// What its owner is told of an import that could not be entered.
fn refused_news(import: &Import, problem: &str) -> New {
    let when = import.changed_at.timestamp_micros().to_string();
    let news = news(import, &when, format!("{} could not be entered", import.file_name));
    New { body: problem.to_owned(), ..news }
}

fn news(import: &Import, once: &str, title: String) -> New {
    let group = format!("import {}", import.id.0);
    New {
        user: import.user_id,
        kind: NotificationKind::Import,
        dedupe: format!("{group} {once}"),
        group: Some(group),
        title,
        body: String::new(),
        link: Some(format!("/inventory/import?id={}", import.id.public())),
        card: None,
        printing: None,
    }
}

fn with_lot(row: Row) -> Option<(Row, dialects::Lot)> {
    let lot = row.lot()?;
    Some((row, lot))
}

fn facts(row: &Row, lot: &dialects::Lot, binders: &HashMap<String, BinderId>) -> Option<Facts> {
    let (printing, finish) = (row.printing_id?, Finish::from_number(row.finish?)?);
    let binder = lot.binder.as_ref().and_then(|binder| inventory::binder_in(binders, &binder.name));
    Some(lots::facts(lot, printing, finish, binder))
}
