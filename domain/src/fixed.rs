//! Statements whose text never changes. `diesel::sql_query` is parsed and planned by Postgres at
//! every call; these are prepared once per connection.

use std::marker::PhantomData;

use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Untyped};

/// A statement with its parameters `$1`, `$2`, …, which must first appear in that order.
pub(crate) struct Fixed {
    text: &'static str,
    parameters: Vec<Box<dyn Parameter + Send>>,
}

/// Begins a statement.
pub(crate) fn fixed(text: &'static str) -> Fixed {
    Fixed { text, parameters: Vec::new() }
}

impl Fixed {
    /// Gives the next parameter.
    pub(crate) fn bind<ST, T>(mut self, value: T) -> Self
    where
        Pg: HasSqlType<ST>,
        T: ToSql<ST, Pg> + Send + 'static,
        ST: Send + 'static,
    {
        self.parameters.push(Box::new(Bound(value, PhantomData)));
        self
    }
}

trait Parameter {
    fn push<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()>;
}

struct Bound<ST, T>(T, PhantomData<ST>);

impl<ST, T> Parameter for Bound<ST, T>
where
    Pg: HasSqlType<ST>,
    T: ToSql<ST, Pg>,
{
    fn push<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_bind_param(&self.0)
    }
}

impl QueryFragment<Pg> for Fixed {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let mut rest = self.text;
        for (n, parameter) in self.parameters.iter().enumerate() {
            let mark = format!("${}", n + 1);
            let (before, after) = rest.split_once(mark.as_str()).ok_or_else(|| {
                let wrong = format!("{mark} does not appear after the parameters before it: {}", self.text);
                diesel::result::Error::QueryBuilderError(wrong.into())
            })?;
            out.push_sql(before);
            // Writes the mark, too.
            parameter.push(&mut out)?;
            rest = after;
        }
        out.push_sql(rest);
        Ok(())
    }
}

impl QueryId for Fixed {
    type QueryId = ();
    // Known by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Fixed {
    type SqlType = Untyped;
}
