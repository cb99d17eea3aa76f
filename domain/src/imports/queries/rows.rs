//! Rows of files, many at a time.

use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Jsonb, Nullable, SmallInt, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use tables::inventory_import_rows as r;
use uuid::Uuid;

use super::super::model::{Import, MatchedBy, Row, RowCursor, RowStatus};
use crate::fixed::fixed;
use crate::prices::Finish;
use crate::{ImportId, Page, PrintingId, UserId};

/// What came of an entry of a file.
pub(in super::super) struct NewRow {
    pub n: i32,
    pub line: i32,
    pub status: RowStatus,
    pub lot: Option<Value>,
    pub found: Option<(PrintingId, Finish, MatchedBy)>,
    pub causes: Value,
    pub copies: i32,
    pub digest: Option<Uuid>,
}

/// Forgets what was read before.
pub(in super::super) async fn clear(conn: &mut AsyncPgConnection, id: ImportId) -> QueryResult<usize> {
    diesel::delete(r::table.filter(r::import_id.eq(id))).execute(conn).await
}

pub(in super::super) async fn insert(
    conn: &mut AsyncPgConnection,
    id: ImportId,
    new: &[NewRow],
) -> QueryResult<usize> {
    fn all<T>(new: &[NewRow], of: impl Fn(&NewRow) -> T) -> Vec<T> {
        new.iter().map(of).collect()
    }
    fixed(
        "INSERT INTO inventory_import_rows (import_id, n, line, status, lot, printing_id, finish, matched_by, \
             causes, copies, digest) \
         SELECT $1, g.* FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS g",
    )
    .bind::<Integer, _>(id.0)
    .bind::<Array<Integer>, _>(all(new, |row| row.n))
    .bind::<Array<Integer>, _>(all(new, |row| row.line))
    .bind::<Array<SmallInt>, _>(all(new, |row| row.status.number()))
    .bind::<Array<Nullable<Jsonb>>, _>(all(new, |row| row.lot.clone()))
    .bind::<Array<Nullable<Integer>>, _>(all(new, |row| row.found.map(|(printing, ..)| printing.0)))
    .bind::<Array<Nullable<SmallInt>>, _>(all(new, |row| row.found.map(|(_, finish, _)| finish.number())))
    .bind::<Array<Nullable<SmallInt>>, _>(all(new, |row| row.found.map(|(.., by)| by.number())))
    .bind::<Array<Jsonb>, _>(all(new, |row| row.causes.clone()))
    .bind::<Array<Integer>, _>(all(new, |row| row.copies))
    .bind::<Array<Nullable<SqlUuid>>, _>(all(new, |row| row.digest))
    .execute(conn)
    .await
}

/// Finds out which copies earlier imports brought: those that are in still, not taken back. A change that was
/// taken back an even number of times stands.
pub(in super::super) async fn compare(
    conn: &mut AsyncPgConnection,
    user: UserId,
    id: ImportId,
) -> QueryResult<usize> {
    fixed(
        "WITH RECURSIVE chain AS ( \
             SELECT i.id, i.change_id AS last, 0 AS length FROM inventory_imports i \
             WHERE i.user_id = $1 AND i.change_id IS NOT NULL \
             UNION ALL SELECT c.id, u.id, c.length + 1 FROM chain c JOIN inventory_changes u ON u.undoes = c.last), \
         standing AS (SELECT id FROM chain GROUP BY id HAVING max(length) % 2 = 0), \
         brought AS (SELECT r.digest, sum(r.entered) AS copies FROM standing s \
             JOIN inventory_import_rows r ON r.import_id = s.id WHERE r.entered > 0 GROUP BY r.digest), \
         wanted AS (SELECT r.n, r.copies, coalesce(b.copies, 0) AS brought, \
                 sum(r.copies) OVER (PARTITION BY r.digest ORDER BY r.n) - r.copies AS earlier \
             FROM inventory_import_rows r LEFT JOIN brought b ON b.digest = r.digest WHERE r.import_id = $2) \
         UPDATE inventory_import_rows r SET before = greatest(0, least(w.copies, w.brought - w.earlier)) \
         FROM wanted w WHERE r.import_id = $2 AND r.n = w.n \
             AND r.before <> greatest(0, least(w.copies, w.brought - w.earlier))",
    )
    .bind::<Integer, _>(user.0)
    .bind::<Integer, _>(id.0)
    .execute(conn)
    .await
}

/// Counts what the rows came to.
pub(in super::super) async fn count(
    conn: &mut AsyncPgConnection,
    id: ImportId,
    rows: i32,
) -> QueryResult<usize> {
    fixed(
        "UPDATE inventory_imports i SET rows = $1, exact = g.exact, approximate = g.approximate, \
             unmatched = g.unmatched, refused = g.refused, skipped = g.skipped, copies = g.copies, before = g.before \
         FROM (SELECT count(*) FILTER (WHERE status = 1) AS exact, count(*) FILTER (WHERE status = 2) AS approximate, \
             count(*) FILTER (WHERE status = 3) AS unmatched, count(*) FILTER (WHERE status = 4) AS refused, \
             count(*) FILTER (WHERE status = 5) AS skipped, \
             coalesce(sum(copies) FILTER (WHERE status <= 2), 0) AS copies, \
             coalesce(sum(before) FILTER (WHERE status <= 2), 0) AS before \
             FROM inventory_import_rows WHERE import_id = $2) g WHERE i.id = $2",
    )
    .bind::<Integer, _>(rows)
    .bind::<Integer, _>(id.0)
    .execute(conn)
    .await
}

pub(in super::super) async fn page(
    conn: &mut AsyncPgConnection,
    id: ImportId,
    status: Option<RowStatus>,
    page: &Page<RowCursor>,
) -> QueryResult<Vec<Row>> {
    let mut query = Row::query().filter(r::import_id.eq(id)).order(r::n).limit(page.fetch()).into_boxed();
    if let Some(status) = status {
        query = query.filter(r::status.eq(status.number()));
    }
    if let Some(RowCursor(n)) = page.after {
        query = query.filter(r::n.gt(n));
    }
    query.load(conn).await
}

pub(in super::super) async fn row(
    conn: &mut AsyncPgConnection,
    id: ImportId,
    n: i32,
) -> QueryResult<Option<Row>> {
    Row::query().filter(r::import_id.eq(id).and(r::n.eq(n))).first(conn).await.optional()
}

/// What its owner decided about a row.
pub(in super::super) async fn decide(
    conn: &mut AsyncPgConnection,
    (id, n): (ImportId, i32),
    status: RowStatus,
    found: Option<(PrintingId, Finish)>,
    causes: Value,
) -> QueryResult<Row> {
    diesel::update(r::table.find((id, n)))
        .set((
            r::status.eq(status.number()),
            r::printing_id.eq(found.map(|(printing, _)| printing)),
            r::finish.eq(found.map(|(_, finish)| finish.number())),
            r::matched_by.eq(found.map(|_| MatchedBy::Owner.number())),
            r::causes.eq(causes),
        ))
        .returning(Row::as_select())
        .get_result(conn)
        .await
}

/// Rows with copies to enter, as the import's owner wants them, in the order of the file.
pub(in super::super) async fn to_enter(
    conn: &mut AsyncPgConnection,
    import: &Import,
) -> QueryResult<Vec<Row>> {
    let status = if import.take_approximate { RowStatus::Approximate } else { RowStatus::Exact };
    let mut query = Row::query()
        .filter(r::import_id.eq(import.id).and(r::status.le(status.number())).and(r::copies.gt(0)))
        .order(r::n)
        .into_boxed();
    if !import.take_again {
        query = query.filter(r::before.lt(r::copies));
    }
    query.load(conn).await
}

/// Writes down how many copies of each row are in.
pub(in super::super) async fn mark(
    conn: &mut AsyncPgConnection,
    id: ImportId,
    entered: &[(i32, i32)],
) -> QueryResult<usize> {
    fixed(
        "UPDATE inventory_import_rows r SET entered = g.copies FROM unnest($1, $2) AS g (n, copies) \
         WHERE r.import_id = $3 AND r.n = g.n",
    )
    .bind::<Array<Integer>, _>(entered.iter().map(|(n, _)| *n).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(entered.iter().map(|(_, copies)| *copies).collect::<Vec<_>>())
    .bind::<Integer, _>(id.0)
    .execute(conn)
    .await
}
