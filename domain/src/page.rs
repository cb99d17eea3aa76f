use async_graphql::OutputType;
use async_graphql::connection::{Connection, CursorType, Edge, EmptyFields};

use crate::{Error, Result};

/// One page of a keyset-paginated list, forward only.
#[derive(Clone, Debug)]
pub struct Page<C> {
    /// Where the page before ended.
    pub after: Option<C>,
    limit: usize,
}

impl<C> Page<C> {
    /// The most rows of a page.
    pub const MAX: usize = 100;

    /// Checks `first` (1 to 100).
    pub fn new(first: i32, after: Option<C>) -> Result<Self> {
        let limit = usize::try_from(first).ok().filter(|n| (1..=Self::MAX).contains(n));
        let limit = limit.ok_or_else(|| Error::invalid("first", "must be between 1 and 100"))?;
        Ok(Self { after, limit })
    }

    /// From the arguments of a GraphQL field.
    pub(crate) fn parse(first: i32, after: Option<&str>) -> Result<Self>
    where
        C: CursorType,
    {
        let after = after.map(C::decode_cursor).transpose();
        Self::new(first, after.map_err(|_| Error::invalid("after", "is not a cursor of this list"))?)
    }

    /// The same page of a list with another kind of cursor.
    pub(crate) fn map<D>(&self, cursor: impl Fn(C) -> D) -> Page<D>
    where
        C: Clone,
    {
        Page { after: self.after.clone().map(cursor), limit: self.limit }
    }

    /// Rows of the page.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// One row more than the page, so that the reader learns whether another follows.
    pub(crate) fn fetch(&self) -> i64 {
        self.limit as i64 + 1
    }

    /// Wraps the rows that were fetched with `fetch()`.
    pub(crate) fn connection<R, N: OutputType, X: async_graphql::ObjectType>(
        &self,
        mut rows: Vec<R>,
        extra: X,
        cursor: impl Fn(&R) -> C,
        node: impl Fn(R) -> N,
    ) -> Connection<C, N, X, EmptyFields>
    where
        C: CursorType + Send + Sync,
    {
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let mut connection = Connection::with_additional_fields(self.after.is_some(), more, extra);
        connection.edges.extend(rows.into_iter().map(|row| Edge::new(cursor(&row), node(row))));
        connection
    }
}
