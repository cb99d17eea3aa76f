use diesel::prelude::*;
use diesel::result::Error::DatabaseError;
use diesel::sql_types::{Integer, Text};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

use super::compile::{EXTRA_LAYOUT, like};
use super::model::Found;
use super::statement::Plan;
use crate::CardId;

/// How long the database may spend on somebody's regular expression.
const REGEX_TIMEOUT: &str = "SET LOCAL statement_timeout = '1s'";

/// What became of a search in the database.
pub(super) enum Outcome {
    Rows(Vec<Found>),
    /// The database does not accept a regular expression.
    BadRegex,
    /// It takes too long.
    Timeout,
}

pub(super) async fn matches(conn: &mut AsyncPgConnection, plan: &Plan) -> QueryResult<Outcome> {
    let statement = plan.statement().into_query();
    let rows = if plan.has_regex() {
        conn.transaction(async |conn| {
            conn.batch_execute(REGEX_TIMEOUT).await?;
            statement.load::<Found>(conn).await
        })
        .await
    } else {
        statement.load::<Found>(conn).await
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
