use ::search::Warning;
use async_graphql::connection::PageInfo;
use async_graphql::{Context, Object, Result, SimpleObject};

use super::model::{SearchDirection, SearchOrder, SearchPage, SearchRequest, SearchUnique};
use super::ops;
use crate::catalog::{self, Card, Printing};
use crate::{Ctx, prefetch};

/// A part of a query that was not understood and is ignored.
#[derive(SimpleObject)]
pub(crate) struct SearchWarning {
    /// What is wrong with it.
    message: String,
    /// Where it begins in the query, in UTF-16 units.
    start: i32,
    /// Where it ends, in UTF-16 units.
    end: i32,
}

impl From<&Warning> for SearchWarning {
    fn from(warning: &Warning) -> Self {
        let place = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
        Self { message: warning.message.clone(), start: place(warning.start), end: place(warning.end) }
    }
}

/// A printing in a search result.
#[derive(SimpleObject)]
struct SearchEdge {
    /// Hand it back as `after` to go on behind this printing.
    cursor: String,
    /// The printing.
    node: Printing,
}

/// A page of a search result.
pub struct SearchConnection {
    page: SearchPage,
    printings: Vec<Printing>,
}

/// A page of a search result.
#[Object]
impl SearchConnection {
    /// The printings with their cursors.
    async fn edges(&self) -> Vec<SearchEdge> {
        let cursors = self.page.ids.iter().map(|(cursor, _)| cursor.clone());
        cursors.zip(&self.printings).map(|(cursor, node)| SearchEdge { cursor, node: node.clone() }).collect()
    }

    /// The printings.
    async fn nodes(&self) -> Vec<Printing> {
        self.printings.clone()
    }

    /// Whether and where it goes on.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_previous_page: self.page.has_previous,
            has_next_page: self.page.has_next,
            start_cursor: self.page.ids.first().map(|(cursor, _)| cursor.clone()),
            end_cursor: self.page.ids.last().map(|(cursor, _)| cursor.clone()),
        }
    }

    /// All matches. They are counted only if this field is asked for.
    async fn total_count(&self) -> Option<i64> {
        self.page.total
    }

    /// Parts of the query that were not understood and are ignored.
    async fn warnings(&self) -> Vec<SearchWarning> {
        self.page.warnings.iter().map(SearchWarning::from).collect()
    }

    /// The query as understood, in its canonical form.
    async fn normalized(&self) -> &str {
        &self.page.normalized
    }
}

/// A card that a person may be typing the name of.
#[derive(SimpleObject)]
pub struct Suggestion {
    /// Its name.
    name: String,
    /// The card.
    card: Card,
}

/// Reads by search.
#[derive(Default)]
pub struct Query;

#[Object(name = "SearchQuery")]
impl Query {
    /// Finds printings in Scryfall's search syntax, such as `t:goblin c:r usd<1`. Terms that are not
    /// understood are ignored with a warning. What the query itself says by `order:`, `unique:` and
    /// `direction:` overrides the arguments.
    #[expect(clippy::too_many_arguments, reason = "they are the field's arguments")]
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = "", desc = "The query, at most 1000 characters; empty finds everything.")]
        query: String,
        #[graphql(default, desc = "What is one row.")] unique: SearchUnique,
        #[graphql(default, desc = "What rows are sorted by; those without a value come last.")]
        order: SearchOrder,
        #[graphql(default, desc = "In which direction.")] direction: SearchDirection,
        #[graphql(default = 20, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last printing of the page before, of the same search.")]
        after: Option<String>,
    ) -> Result<SearchConnection> {
        let count = ctx.look_ahead().field("totalCount").exists();
        let request = SearchRequest { query, unique, order, direction, first, after, count };
        let mut page = ops::search(ctx.data_unchecked::<Ctx>(), &request).await?;
        let ids: Vec<_> = page.ids.iter().map(|(_, id)| *id).collect();
        let printings = catalog::printings(ctx.data_unchecked(), &ids).await?;
        // A printing that went away between the two reads takes its cursor with it.
        page.ids.retain(|(_, id)| printings.iter().any(|printing| printing.row().id == *id));
        prefetch::printings(ctx, &printings).await?;
        Ok(SearchConnection { page, printings })
    }

    /// Cards whose name begins with the text, has a word that does, or is nearly spelt so; best first.
    async fn autocomplete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was typed.")] text: String,
        #[graphql(default = 10, desc = "How many, 1 to 100.")] first: i32,
    ) -> Result<Vec<Suggestion>> {
        let ids = ops::autocomplete(ctx.data_unchecked::<Ctx>(), &text, first).await?;
        let found = catalog::cards_by_id(ctx.data_unchecked(), &ids).await?;
        prefetch::cards_in(ctx, "card", &found).await?;
        Ok(found.into_iter().map(|card| Suggestion { name: card.0.name.clone(), card }).collect())
    }
}
