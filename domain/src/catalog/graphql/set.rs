use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::parser::types::Field;
use async_graphql::{Context, ID, Object, Result, ScalarType, Value};

use super::super::model::{MtgSet, Printing, PrintingCursor};
use super::super::ops;
use super::printing::connection;
use crate::Page;
use crate::plain::Plain;
use crate::reader::boxed;
use crate::scalars::Date;

/// A set of cards that were released together.
#[Object(name = "Set")]
impl MtgSet {
    /// Public id.
    pub(super) async fn id(&self) -> ID {
        self.0.id.public().into()
    }

    /// Scryfall's code, lower case, such as `ltr`.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Scryfall's kind of set, an open list: `core`, `expansion`, `commander`, `masters` …
    async fn set_type(&self) -> &str {
        &self.0.set_type
    }

    /// Release date.
    async fn released_at(&self) -> Option<Date> {
        self.0.released_at.map(Date)
    }

    /// Cards in the set, by Scryfall's count.
    async fn card_count(&self) -> i32 {
        self.0.card_count
    }

    /// Printings of the set that are in this catalogue.
    async fn printing_count(&self) -> i32 {
        self.0.printing_count
    }

    /// Whether it was released only in video games.
    async fn digital(&self) -> bool {
        self.0.digital
    }

    /// Code of the set that it belongs to, as tokens and promos do.
    async fn parent_code(&self) -> Option<&str> {
        self.0.parent_code.as_deref()
    }

    /// Name of its block.
    async fn block(&self) -> Option<&str> {
        self.0.block.as_deref()
    }

    /// Its symbol at Scryfall, SVG.
    async fn icon_uri(&self) -> Option<&str> {
        self.0.icon_uri.as_deref()
    }

    /// Its printings, by collector number.
    async fn printings(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last printing of the page before.")] after: Option<String>,
    ) -> Result<Connection<PrintingCursor, Printing, EmptyFields, EmptyFields>> {
        let page = Page::parse(first, after.as_deref())?;
        let rows = boxed(ops::printings_of_set(ctx.data_unchecked(), self.0.id, &page)).await?;
        boxed(connection(ctx, &page, rows)).await
    }
}

impl Plain for MtgSet {
    fn plain(&self, field: &Field) -> Option<Value> {
        let text = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::from);
        let row = &self.0;
        Some(match field.name.node.as_str() {
            "id" => row.id.public().into(),
            "code" => row.code.as_str().into(),
            "name" => row.name.as_str().into(),
            "setType" => row.set_type.as_str().into(),
            "releasedAt" => row.released_at.map_or(Value::Null, |day| Date(day).to_value()),
            "cardCount" => row.card_count.into(),
            "printingCount" => row.printing_count.into(),
            "digital" => row.digital.into(),
            "parentCode" => text(&row.parent_code),
            "block" => text(&row.block),
            "iconUri" => text(&row.icon_uri),
            _ => return None,
        })
    }
}
