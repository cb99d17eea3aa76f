use diesel::deserialize::FromSqlRow;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::Error::DatabaseError;
use diesel::sql_types::{Integer, Text, Untyped};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

use super::compile::{EXTRA_LAYOUT, Sql, like};
use super::model::Found;
use super::statement::Plan;
use crate::CardId;

/// How long the database may spend on somebody's regular expression.
const REGEX_TIMEOUT: &str = "SET LOCAL statement_timeout = '1s'";

/// What became of a search in the database.
pub(crate) enum Outcome<T> {
    /// It was answered.
    Rows(Vec<T>),
    /// The database does not accept a regular expression.
    BadRegex,
    /// It takes too long.
    Timeout,
}

pub(super) async fn matches(conn: &mut AsyncPgConnection, plan: &Plan) -> QueryResult<Outcome<Found>> {
    rows(conn, plan.statement(), plan.has_regex()).await
}

/// Runs a statement with conditions of the search language; one with somebody's regular expression must be
/// quick.
pub(crate) async fn rows<T>(
    conn: &mut AsyncPgConnection,
    sql: Sql,
    has_regex: bool,
) -> QueryResult<Outcome<T>>
where
    T: FromSqlRow<Untyped, Pg> + Send + 'static,
{
    let statement = sql.into_query();
    let rows = if has_regex {
        conn.transaction(async |conn| {
            conn.batch_execute(REGEX_TIMEOUT).await?;
            statement.load::<T>(conn).await
        })
        .await
    } else {
        statement.load::<T>(conn).await
    };
    match rows {
        Ok(rows) => Ok(Outcome::Rows(rows)),
        Err(DatabaseError(_, info)) if info.message().starts_with("invalid regular expression") => {
            Ok(Outcome::BadRegex)
        }
        Err(DatabaseError(_, info)) if info.message().contains("statement timeout") => Ok(Outcome::Timeout),
        Err(error) => Err(error),
    }
}

/// A card whose name resembles a text.
#[derive(Clone, Debug, QueryableByName)]
pub(super) struct Candidate {
    #[diesel(sql_type = Integer)]
    pub id: CardId,
    #[diesel(sql_type = Text)]
    pub name_folded: String,
    #[diesel(sql_type = Integer)]
    pub edhrec_rank: i32,
}

const CANDIDATE: &str = "SELECT c.id, c.name_folded, coalesce(c.edhrec_rank, 2147483647) AS edhrec_rank FROM cards c \
     WHERE c.default_printing_id IS NOT NULL AND NOT (";

/// Cards whose name, or a word of it, begins with the text; the best first.
pub(super) async fn beginning(
    conn: &mut AsyncPgConnection,
    text: &str,
    limit: i64,
) -> QueryResult<Vec<Candidate>> {
    let start = format!("{}%", like(text));
    // `c.name_folded LIKE` twice, so that each part uses the index that fits it.
    diesel::sql_query(format!(
        "SELECT id, name_folded, edhrec_rank FROM (\
           (SELECT 0 AS class, * FROM ({CANDIDATE}{EXTRA_LAYOUT}) AND c.name_folded LIKE $1) whole \
             ORDER BY (name_folded = $3) DESC, edhrec_rank, name_folded LIMIT $4) \
           UNION ALL \
           (SELECT 1 AS class, * FROM ({CANDIDATE}{EXTRA_LAYOUT}) AND c.name_folded LIKE $2 \
             AND NOT c.name_folded LIKE $1) word ORDER BY edhrec_rank, name_folded LIMIT $4)) found \
         ORDER BY class, (name_folded = $3) DESC, edhrec_rank, name_folded LIMIT $4"
    ))
    .bind::<Text, _>(&start)
    .bind::<Text, _>(format!("% {start}"))
    .bind::<Text, _>(text)
    .bind::<diesel::sql_types::BigInt, _>(limit)
    .load(conn)
    .await
}

/// Cards whose name shares three-letter pieces with the text.
pub(super) async fn resembling(
    conn: &mut AsyncPgConnection,
    text: &str,
    limit: i64,
) -> QueryResult<Vec<Candidate>> {
    diesel::sql_query(format!(
        "{CANDIDATE}{EXTRA_LAYOUT}) AND c.name_folded % $1 \
         ORDER BY similarity(c.name_folded, $1) DESC, c.edhrec_rank LIMIT $2"
    ))
    .bind::<Text, _>(text)
    .bind::<diesel::sql_types::BigInt, _>(limit)
    .load(conn)
    .await
}
