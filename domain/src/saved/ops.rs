use std::collections::HashMap;

use diesel_async::AsyncPgConnection;

use super::model::SavedSearch;
use super::queries;
use crate::search::{self, Finding};
use crate::{Ctx, Result, SavedSearchId};

/// The viewer's saved searches, by name.
pub async fn saved_searches(ctx: &Ctx) -> Result<Vec<SavedSearch>> {
    let user = ctx.reader()?;
    Ok(queries::all(&mut *ctx.conn().await?, user).await?)
}

/// What each of some searches finds now, for its owner: at most so many, and how many there are.
pub(super) async fn find(
    ctx: &Ctx,
    conn: &mut AsyncPgConnection,
    some: &[SavedSearch],
    most: i64,
) -> Result<Vec<Option<Finding>>> {
    let sought: Vec<_> = some.iter().map(SavedSearch::sought).collect();
    search::find_all(conn, &sought, ctx.now().date_naive(), most).await
}

/// Counts anew what the viewer's searches find, and keeps it.
pub(super) async fn recount(ctx: &Ctx) -> Result<Vec<SavedSearch>> {
    let mut all = saved_searches(ctx).await?;
    let mut conn = ctx.conn().await?;
    let found = find(ctx, &mut conn, &all, 1).await?;
    let mut counts: HashMap<SavedSearchId, Option<i32>> = HashMap::new();
    for (saved, found) in all.iter_mut().zip(found) {
        let found = found.map(|finding| finding.total);
        if found != saved.matching {
            counts.insert(saved.id, found);
        }
        (saved.matching, saved.counted_at) = (found, Some(ctx.now()));
    }
    queries::counted(&mut conn, &counts, ctx.now()).await?;
    Ok(all)
}
