//! Searches are saved, changed and forgotten.

use diesel_async::{AsyncConnection, AsyncPgConnection};

use super::live;
use super::model::{Draft, SavedSearch, unique};
use super::pass::{MOST_FOUND, patience};
use super::queries;
use crate::inventory::{Outcome, Problem, ProblemCode};
use crate::search::{self, Finding, Sought};
use crate::{Ctx, Error, SavedSearchId, UserId};

/// Saved searches of one user.
const MOST: usize = 50;
const LONGEST_NAME: usize = 60;

fn tidy(draft: Draft) -> Outcome<Draft> {
    let draft = Draft { name: draft.name.trim().to_owned(), query: draft.query.trim().to_owned(), ..draft };
    let fits = (1..=LONGEST_NAME).contains(&draft.name.chars().count());
    if !fits || draft.name.chars().any(char::is_control) {
        let message = format!("must have 1 to {LONGEST_NAME} characters");
        return Err(Problem::new(ProblemCode::Invalid, "name", message).into());
    }
    if draft.query.is_empty() {
        return Err(Problem::new(ProblemCode::Invalid, "query", "must say what is searched for").into());
    }
    Ok(draft)
}

/// What it finds now; all of it, where it is to tell what it finds later.
async fn try_out(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    user: UserId,
    draft: &Draft,
) -> Outcome<Option<Finding>> {
    let most = if draft.tells { MOST_FOUND } else { 1 };
    let today = ctx.now().date_naive();
    let sought = Sought { text: &draft.query, unique: unique(draft.prints), owner: user };
    let found = search::find(conn, &sought, today, most).await;
    let found = found.map_err(|error| match error {
        Error::Invalid { reason, .. } => Problem::new(ProblemCode::Invalid, "query", reason).into(),
        other => crate::inventory::Refusal::Error(other),
    })?;
    let many = found.as_ref().is_none_or(|finding| i64::from(finding.total) > MOST_FOUND);
    if draft.tells && many {
        let message = format!("one that tells what is new finds at most {MOST_FOUND}: narrow it down");
        return Err(Problem::new(ProblemCode::LimitReached, "query", message).into());
    }
    Ok(found)
}

fn name_free(all: &[SavedSearch], name: &str, but: Option<SavedSearchId>) -> Outcome<()> {
    let same = |one: &&SavedSearch| Some(one.id) != but && one.name.to_lowercase() == name.to_lowercase();
    match all.iter().find(same) {
        None => Ok(()),
        Some(_) => {
            let message = format!("you have a search {name} already");
            Err(Problem::new(ProblemCode::NameTaken, "name", message).into())
        }
    }
}

/// Saves a search.
pub async fn create(ctx: &Ctx, draft: Draft) -> Outcome<SavedSearch> {
    let (user, draft) = (ctx.writer()?, tidy(draft)?);
    let mut conn = ctx.conn().await?;
    let found = try_out(ctx, &mut conn, user, &draft).await?;
    conn.transaction(async |conn| {
        let all = queries::lock(conn, user).await?;
        name_free(&all, &draft.name, None)?;
        if all.len() >= MOST {
            let message = format!("there may be {MOST} saved searches");
            return Err(Problem::new(ProblemCode::LimitReached, "name", message).into());
        }
        let total = found.as_ref().map(|finding| finding.total);
        let saved = queries::insert(conn, user, &draft, total, ctx.now()).await?;
        begin(ctx, conn, &saved, found.as_ref()).await?;
        Ok(saved)
    })
    .await
}

/// From here on it is known what a search finds.
async fn begin(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    saved: &SavedSearch,
    found: Option<&Finding>,
) -> Outcome<()> {
    queries::forget_matches(conn, saved.id).await?;
    if let Some(finding) = found.filter(|_| saved.tells) {
        queries::remember(conn, &[(saved.id, finding, patience(finding))], true, ctx.now()).await?;
    }
    live::tell(conn, [saved.user_id]).await?;
    Ok(())
}

fn own(all: &[SavedSearch], id: SavedSearchId) -> Outcome<&SavedSearch> {
    let none = || Problem::new(ProblemCode::NotFound, "id", "you have no such search");
    Ok(all.iter().find(|one| one.id == id).ok_or_else(none)?)
}

/// Changes a search. What it finds from then on is not new.
pub async fn edit(ctx: &Ctx, id: SavedSearchId, draft: Draft) -> Outcome<SavedSearch> {
    let (user, draft) = (ctx.writer()?, tidy(draft)?);
    let mut conn = ctx.conn().await?;
    own(&queries::all(&mut conn, user).await?, id)?;
    let found = try_out(ctx, &mut conn, user, &draft).await?;
    conn.transaction(async |conn| {
        let all = queries::lock(conn, user).await?;
        own(&all, id)?;
        name_free(&all, &draft.name, Some(id))?;
        let total = found.as_ref().map(|finding| finding.total);
        let saved = queries::update(conn, id, &draft, total, ctx.now()).await?;
        begin(ctx, conn, &saved, found.as_ref()).await?;
        Ok(saved)
    })
    .await
}

/// Forgets a search.
pub async fn delete(ctx: &Ctx, id: SavedSearchId) -> Outcome<SavedSearchId> {
    let user = ctx.writer()?;
    let mut conn = ctx.conn().await?;
    conn.transaction(async |conn| {
        own(&queries::lock(conn, user).await?, id)?;
        queries::delete(conn, id).await?;
        live::tell(conn, [user]).await?;
        Ok(id)
    })
    .await
}
