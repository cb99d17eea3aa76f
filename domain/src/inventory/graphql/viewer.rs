use ::search::parse;
use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{ComplexObject, Context, ID, InputObject, Result, SimpleObject};

use super::super::loader::{BinderKey, LotKey, MovementsKey, UndoneKey};
use super::super::model::{Change, ChangeCursor, Filter, Lot, LotCursor, LotOrder};
use super::super::ops;
use super::inputs::binder_id;
use crate::reader::boxed;
use crate::search::{SearchDirection, SearchWarning};
use crate::{Ctx, Error, Page, PrintingId, ReaderLoader, prefetch};

/// A page of lots, and what there is in all.
pub(crate) type InventoryConnection = Connection<LotCursor, Lot, ViewerInventory, EmptyFields>;

/// What somebody owns in all, whatever the page shows.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct ViewerInventory {
    /// Lots with copies in them.
    total_lots: i32,
    /// Copies.
    total_copies: i64,
    /// Parts of the filter's query that were not understood and are ignored.
    warnings: Vec<SearchWarning>,
    /// The filter's query as understood, in its canonical form.
    normalized: String,
    #[graphql(skip)]
    filter: Filter,
    #[graphql(skip)]
    matching: Option<InventoryMatch>,
}

#[ComplexObject]
impl ViewerInventory {
    /// What the filter finds in all. It is counted only if this field is asked for.
    async fn matching(&self, ctx: &Context<'_>) -> Result<InventoryMatch> {
        match self.matching {
            Some(matching) => Ok(matching),
            None => Ok(matching(ctx.data_unchecked(), &self.filter).await?),
        }
    }
}

async fn matching(ctx: &Ctx, filter: &Filter) -> crate::Result<InventoryMatch> {
    let (lots, copies) = boxed(ops::matching(ctx, filter)).await?;
    Ok(InventoryMatch { lots, copies })
}

/// What a filter finds in an inventory.
#[derive(Clone, Copy, SimpleObject)]
struct InventoryMatch {
    /// Lots.
    lots: i64,
    /// Copies in them.
    copies: i64,
}

/// A page of changes.
pub(crate) type InventoryChangeConnection = Connection<ChangeCursor, Change, EmptyFields, EmptyFields>;

/// Which lots are wanted; all of what is given.
#[derive(Default, InputObject)]
pub(crate) struct InventoryFilterInput {
    /// In the search language of `search`, at most 1,000 characters. Of lots, `is:foil`, `lang:ja`, `usd>5`
    /// and `eur<1` are about the copies themselves; and there are `binder:"trade box"` (or `binder:none`),
    /// `cond>=lp`, `qty>=4`, `have>4` (copies of the card in all lots), `tag:edh`, `is:fortrade`, `is:signed`,
    /// `is:altered`, `is:misprint`, `is:graded` and `is:hidden`. What is not understood is ignored with a warning.
    query: Option<String>,
    /// In this binder.
    binder_id: Option<ID>,
    /// Of this printing, by its public id.
    printing_id: Option<ID>,
    /// For trade, or not.
    for_trade: Option<bool>,
    /// Kept out of what the viewer shares, or not.
    hidden: Option<bool>,
    /// Also lots whose copies are all gone.
    #[graphql(default)]
    empty: bool,
}

/// What a page of lots is asked for with.
pub(crate) struct Listed {
    /// Which lots.
    pub filter: InventoryFilterInput,
    /// In which order.
    pub order: LotOrder,
    /// In which direction.
    pub direction: SearchDirection,
    /// How many.
    pub first: i32,
    /// Behind which lot.
    pub after: Option<String>,
}

/// A page of the viewer's lots, with what the selection asks of their printings read ahead.
pub(crate) async fn page(ctx: &Context<'_>, listed: Listed) -> Result<InventoryConnection> {
    let page = Page::parse(listed.first, listed.after.as_deref())?;
    let asked = listed.filter;
    let text = asked.query.unwrap_or_default().replace('\0', " ");
    let parsed = parse(&text).map_err(|error| Error::invalid("filter.query", error.to_string()))?;
    let normalized = parsed.query.to_string();
    let filter = Filter {
        query: parsed.query.filter,
        binder: asked.binder_id.as_ref().map(binder_id),
        printing: asked.printing_id.map(|id| PrintingId::from_public(&id).unwrap_or(PrintingId(0))),
        for_trade: asked.for_trade,
        hidden: asked.hidden,
        empty: asked.empty,
    };
    let descending = match listed.direction {
        SearchDirection::Auto => !matches!(listed.order, LotOrder::Name | LotOrder::Set),
        SearchDirection::Asc => false,
        SearchDirection::Desc => true,
    };
    let platform: &Ctx = ctx.data_unchecked();
    // The count reads as much as the page: they go side by side.
    let counted = async {
        let asked = ctx.look_ahead().field("matching").exists();
        if asked { matching(platform, &filter).await.map(Some) } else { Ok(None) }
    };
    let lots = ops::lots(platform, &filter, listed.order, descending, &page);
    // Both to their ends: a connection that is left in the middle of a statement is lost to the pool.
    let (lots, matching) = tokio::join!(lots, counted);
    let (lots, matching, totals) = (lots?, matching?, ops::inventory(platform).await?);
    prefetch::printings_at(ctx, &["printing"], lots.iter().map(|(_, lot)| lot.facts.printing).collect())
        .await?;
    if !prefetch::asked_of_nodes(ctx, &["binder"]).is_empty() {
        let binders = lots.iter().filter_map(|(_, lot)| lot.facts.binder);
        ctx.data_unchecked::<ReaderLoader>().load_many(binders.map(BinderKey)).await?;
    }
    let all = ViewerInventory {
        total_lots: totals.lots,
        total_copies: totals.copies,
        warnings: parsed.warnings.iter().map(SearchWarning::from).collect(),
        normalized,
        filter,
        matching,
    };
    Ok(page.connection(lots, all, |(cursor, _)| cursor.clone(), |(_, lot)| lot))
}

/// A page of what the viewer did, with what the selection asks of it read ahead.
pub(crate) async fn changes_page(
    ctx: &Context<'_>,
    first: i32,
    after: Option<String>,
) -> crate::Result<InventoryChangeConnection> {
    let page = Page::parse(first, after.as_deref())?;
    let changes = ops::changes(ctx.data_unchecked(), &page).await?;
    let reader = ctx.data_unchecked::<ReaderLoader>();
    let asked = prefetch::asked_of_nodes(ctx, &["undone", "movements"]);
    if asked.contains(&"undone") {
        reader.load_many(changes.iter().map(|change| UndoneKey(change.id))).await?;
    }
    if asked.contains(&"movements") {
        let movements = reader.load_many(changes.iter().map(|change| MovementsKey(change.id))).await?;
        if prefetch::asked_at(ctx, &["movements"], "lot") {
            let lots = reader.load_many(movements.values().flatten().map(|one| LotKey(one.item_id))).await?;
            let printings = lots.values().map(|lot| lot.facts.printing).collect();
            prefetch::printings_at(ctx, &["movements", "lot", "printing"], printings).await?;
        }
    }
    Ok(page.connection(changes, EmptyFields, |change| ChangeCursor(change.id), |change| change))
}
