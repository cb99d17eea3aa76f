use chrono::TimeDelta;
use dialects::{Detected, Field, Mapping};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::to_value;

use super::cause::{Cause, Code};
use super::enter::EnterImport;
use super::live::tell;
use super::lots;
use super::model::{Import, ImportCursor, ImportState, Row, RowCursor, RowStatus};
use super::queries;
use super::read::ReadImport;
use crate::inventory::{Outcome, Problem, ProblemCode, finishes_of};
use crate::{Ctx, Error, ImportId, Page, PrintingId, Result, UserId, inventory, jobs};

/// An import that nobody finished is thrown away after so long.
const KEEP: TimeDelta = TimeDelta::days(7);

/// An import of the viewer's.
pub async fn import(ctx: &Ctx, id: ImportId) -> Result<Option<Import>> {
    let user = ctx.reader()?;
    Ok(queries::import(&mut *ctx.conn().await?, user, id).await?)
}

/// The viewer's imports, the newest first.
pub async fn imports(ctx: &Ctx, page: &Page<ImportCursor>) -> Result<Vec<Import>> {
    let user = ctx.reader()?;
    Ok(queries::imports(&mut *ctx.conn().await?, user, page).await?)
}

/// What the rows of an import of the viewer's came to, in the order of the file.
pub async fn rows(
    ctx: &Ctx,
    id: ImportId,
    status: Option<RowStatus>,
    page: &Page<RowCursor>,
) -> Result<Vec<Row>> {
    let user = ctx.reader()?;
    let mut conn = ctx.conn().await?;
    if queries::import(&mut conn, user, id).await?.is_none() {
        return Err(Error::NotFound("import"));
    }
    Ok(queries::rows::page(&mut conn, id, status, page).await?)
}

/// The viewer's import, locked, if it can be looked at and nothing of it is in yet.
async fn ready(conn: &mut AsyncPgConnection, user: UserId, id: ImportId) -> Outcome<Import> {
    let problem = |code, message: &str| Problem::new(code, "id", message);
    let import = queries::lock(conn, id).await?.filter(|import| import.user_id == user);
    let import = import.ok_or_else(|| problem(ProblemCode::NotFound, "you have no such import"))?;
    match import.state() {
        ImportState::Ready => Ok(import),
        ImportState::Failed => Err(problem(ProblemCode::Invalid, "it failed: begin another one").into()),
        ImportState::Done => Err(problem(ProblemCode::Invalid, "it is in your inventory already").into()),
        _ => Err(problem(ProblemCode::Invalid, "it is at work: wait until it is ready").into()),
    }
}

/// What the owner of a file says about it.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// What columns of these names mean.
    pub columns: Vec<(String, Field)>,
    /// The format whose words its cells are in.
    pub words: Option<String>,
    /// What its money is in where it does not say.
    pub currency: Option<String>,
}

impl Said {
    fn apply(&self, mapping: &mut Mapping) -> Outcome<()> {
        mapping.columns.extend(self.columns.iter().cloned());
        if let Some(words) = &self.words {
            let unknown = || Problem::new(ProblemCode::Invalid, "words", "there is no such format");
            mapping.words = inventory::format(words).ok_or_else(unknown)?;
        }
        if let Some(currency) = &self.currency {
            let message = "must be three letters of ISO 4217, such as USD";
            let unknown = |_| Problem::new(ProblemCode::Invalid, "currency", message);
            mapping.currency = Some(currency.parse().map_err(unknown)?);
        }
        Ok(())
    }
}

/// Reads the file again, with its columns meaning what their owner says.
pub async fn remap(ctx: &Ctx, id: ImportId, said: &Said) -> Outcome<Import> {
    let user = ctx.writer()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let import = ready(conn, user, id).await?;
        let detected: Option<Detected> =
            import.detected.as_ref().and_then(|known| serde_json::from_value(known.clone()).ok());
        let detected =
            detected.ok_or_else(|| Error::internal(anyhow::anyhow!("an import knows no columns")))?;
        let mut mapping = detected.mapping();
        said.apply(&mut mapping)?;
        let mapping = to_value(&mapping).map_err(Error::internal)?;
        queries::set_mapping(conn, id, &mapping).await?;
        let import = queries::set_state(conn, id, ImportState::Reading, None, ctx.now()).await?;
        jobs::enqueue(ctx, conn, &ReadImport::of(&import)).await?;
        tell(conn, &import).await?;
        Ok(import)
    })
    .await
}

/// Decides what an entry means: a printing, or nothing at all.
pub async fn resolve(
    ctx: &Ctx,
    id: ImportId,
    n: i32,
    printing: Option<PrintingId>,
) -> Outcome<(Import, Row)> {
    let user = ctx.writer()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let import = ready(conn, user, id).await?;
        let none = || Problem::new(ProblemCode::NotFound, "row", "the file has no such row");
        let row = queries::rows::row(conn, id, n).await?.ok_or_else(none)?;
        let Some(lot) = row.lot() else {
            return Err(Problem::new(ProblemCode::Invalid, "row", "it cannot be read").into());
        };
        let (status, found, causes) = match printing {
            None => (RowStatus::Skipped, None, vec![Cause::plain(Code::LeftOut)]),
            Some(printing) => {
                let finishes = finishes_of(conn, printing).await?.ok_or_else(|| {
                    Problem::new(ProblemCode::NotFound, "printingId", "there is no such printing")
                })?;
                let (finish, corrected) = lots::surface(&lot, finishes);
                let causes = corrected.into_iter().chain(lots::losses(&lot)).collect();
                (RowStatus::Exact, Some((printing, finish)), causes)
            }
        };
        let causes = to_value(&causes).map_err(Error::internal)?;
        let row = queries::rows::decide(conn, (id, n), status, found, causes).await?;
        queries::rows::count(conn, id, import.rows).await?;
        tell(conn, &import).await?;
        let import = queries::lock(conn, id).await?.unwrap_or(import);
        Ok((import, row))
    })
    .await
}

/// Has an import entered, in the background.
pub async fn enter_later(ctx: &Ctx, id: ImportId, approximate: bool, again: bool) -> Outcome<Import> {
    let user = ctx.writer()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        ready(conn, user, id).await?;
        queries::set_wishes(conn, id, approximate, again).await?;
        let import = queries::set_state(conn, id, ImportState::Entering, None, ctx.now()).await?;
        jobs::enqueue(ctx, conn, &EnterImport::of(&import)).await?;
        tell(conn, &import).await?;
        Ok(import)
    })
    .await
}

/// Throws an import away of which nothing is in. What is in is taken back by undoing its change.
pub async fn discard(ctx: &Ctx, id: ImportId) -> Outcome<ImportId> {
    let user = ctx.writer()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        let problem = |code, message: &str| Problem::new(code, "id", message);
        let import = queries::lock(conn, id).await?.filter(|import| import.user_id == user);
        let import = import.ok_or_else(|| problem(ProblemCode::NotFound, "you have no such import"))?;
        if matches!(import.state(), ImportState::Done | ImportState::Entering) {
            let message = "it is in your inventory: undo its change instead";
            return Err(problem(ProblemCode::Invalid, message).into());
        }
        queries::delete(conn, id).await?;
        tell(conn, &import).await?;
        Ok(id)
    })
    .await
}

/// Throws imports away that nobody finished. Returns how many.
pub async fn sweep(ctx: &Ctx) -> Result<usize> {
    ctx.require_service()?;
    Ok(queries::delete_unfinished(&mut *ctx.conn().await?, ctx.now() - KEEP).await?)
}
