use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use dialects::{Detected, Sure};
use serde::{Deserialize, Serialize};

use super::super::cause::{Cause, Code};
use super::super::model::{Import, ImportState, MatchedBy, Row, RowCursor, RowStatus};
use super::super::ops;
use crate::catalog::{Printing, PrintingKey};
use crate::inventory::{Grade, Language};
use crate::prices::Finish;
use crate::reader::boxed;
use crate::{Page, ReaderLoader};

/// What a column of a file means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize, Deserialize)]
#[graphql(name = "ImportField", remote = "dialects::Field")]
pub(in super::super) enum ImportField {
    /// The card's name.
    Name,
    /// The name with a shop's remarks: stands in for a name that is missing.
    Label,
    /// The set's code.
    SetCode,
    /// The set's name.
    SetName,
    /// The collector number.
    Number,
    /// Copies.
    Quantity,
    /// Copies without foil.
    NonfoilQuantity,
    /// Foil copies.
    FoilQuantity,
    /// Copies of a special foil.
    SpecialFoilQuantity,
    /// Whether each copy is a playset of four.
    Playset,
    /// Copies that are for trade.
    ForTrade,
    /// Whether all copies are for trade.
    TradeFlag,
    /// The finish.
    Finish,
    /// What a special finish is called.
    FinishText,
    /// The grade.
    Grade,
    /// The condition as somebody wrote it.
    ConditionText,
    /// The language.
    Language,
    /// Scryfall's id of the printing.
    ScryfallId,
    /// Scryfall's id of the card.
    OracleId,
    /// TCGplayer's product.
    TcgplayerProduct,
    /// TCGplayer's article.
    TcgplayerSku,
    /// Cardmarket's product.
    CardmarketProduct,
    /// Gatherer's number.
    MultiverseId,
    /// Magic Online's number.
    MtgoId,
    /// What was paid for one copy.
    Cost,
    /// What it was paid in.
    Currency,
    /// The day it was acquired.
    Acquired,
    /// The binder, deck or list.
    Binder,
    /// Which of these it is.
    BinderKind,
    /// Tags.
    Tags,
    /// Notes.
    Notes,
    /// Signed copies.
    Signed,
    /// Altered copies.
    Altered,
    /// Misprints.
    Misprint,
    /// Proxies.
    Proxy,
    /// Copies that their owner shows to nobody.
    Hidden,
    /// Main deck or sideboard.
    Section,
    /// The game: rows of other games are passed over.
    Game,
    /// Everything else that a lot holds, as our own files write it.
    Rest,
    /// Kept as it is, without a meaning.
    Raw,
    /// Known without the file: a fact of the card, or a market price.
    Ignored,
}

/// How sure it is which app a file is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ImportSureness", remote = "Sure")]
pub(super) enum Sureness {
    /// No column is known: say what they mean.
    Nothing,
    /// Columns have known names: look whether they mean what is said.
    Names,
    /// Something in it is only of this app.
    Marker,
    /// It has exactly the columns that this app writes.
    Exact,
}

/// A column of a file.
#[derive(SimpleObject)]
struct ImportColumn {
    /// What stands above it.
    name: String,
    /// What it means.
    field: ImportField,
}

/// What is the matter with a row.
#[Object(name = "ImportCause")]
impl Cause {
    /// What it is, for programs.
    async fn code(&self) -> Code {
        self.code
    }

    /// In which field.
    async fn field(&self) -> Option<ImportField> {
        self.field.map(ImportField::from)
    }

    /// What is written there.
    async fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// What it is, for people.
    async fn message(&self) -> &str {
        &self.message
    }
}

/// A page of a file's rows.
type RowConnection = Connection<RowCursor, ImportRow, EmptyFields, EmptyFields>;

/// A file of one's collection on its way into one's inventory. It is read and matched first; nothing is
/// entered until its owner has looked and says so.
pub struct InventoryImport(pub(in super::super) Import);

impl InventoryImport {
    fn detected(&self) -> Option<Detected> {
        self.0.detected.as_ref().and_then(|known| serde_json::from_value(known.clone()).ok())
    }
}

/// A file of one's collection on its way into one's inventory. It is read and matched first; nothing is
/// entered until its owner has looked and says so.
#[Object]
impl InventoryImport {
    /// Public id.
    async fn id(&self) -> ID {
        self.0.id.public().into()
    }

    /// What its owner calls the file.
    async fn file_name(&self) -> &str {
        &self.0.file_name
    }

    /// How far it is.
    async fn state(&self) -> ImportState {
        self.0.state()
    }

    /// Why it failed, or could not be entered as it is.
    async fn problem(&self) -> Option<&str> {
        self.0.problem.as_deref()
    }

    /// Size of the file as it came, in bytes.
    async fn bytes(&self) -> i64 {
        self.0.bytes
    }

    /// The app that the file is from, such as `ManaBox`; null until that is known.
    async fn format(&self) -> Option<&'static str> {
        self.detected().map(|detected| detected.dialect.name())
    }

    /// How sure that is.
    async fn sureness(&self) -> Option<Sureness> {
        self.detected().map(|detected| detected.sure.into())
    }

    /// The columns of the file and what they are taken for; empty if it has none.
    async fn columns(&self) -> Vec<ImportColumn> {
        let columns = self.detected().map(|detected| detected.columns).unwrap_or_default();
        columns.into_iter().map(|(name, field)| ImportColumn { name, field: field.into() }).collect()
    }

    /// Rows of the file that were read so far. A row that counts foils apart comes to two entries.
    async fn rows_read(&self) -> i32 {
        self.0.rows
    }

    /// Entries that name one printing.
    async fn exact(&self) -> i32 {
        self.0.exact
    }

    /// Entries that are not quite clear.
    async fn approximate(&self) -> i32 {
        self.0.approximate
    }

    /// Entries that name no card of the catalogue.
    async fn unmatched(&self) -> i32 {
        self.0.unmatched
    }

    /// Rows that cannot be read.
    async fn refused(&self) -> i32 {
        self.0.refused
    }

    /// Rows with nothing to enter.
    async fn skipped(&self) -> i32 {
        self.0.skipped
    }

    /// Copies of exact and approximate entries.
    async fn copies(&self) -> i64 {
        self.0.copies
    }

    /// Of these, copies that earlier imports brought; they are entered again only if that is wanted.
    async fn copies_before(&self) -> i64 {
        self.0.before
    }

    /// The change that it became, by which it can be taken back; null if nothing had to change.
    async fn change_id(&self) -> Option<ID> {
        self.0.change_id.map(|change| change.public().into())
    }

    /// When it began.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// What its rows came to, in the order of the file.
    async fn rows(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only these.")] status: Option<RowStatus>,
        #[graphql(default = 50, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last row of the page before.")] after: Option<String>,
    ) -> Result<RowConnection> {
        let page = Page::parse(first, after.as_deref())?;
        let rows = ops::rows(ctx.data_unchecked(), self.0.id, status, &page).await?;
        Ok(page.connection(rows, EmptyFields, |row| RowCursor(row.n), ImportRow::of))
    }
}

/// An entry of a file, what it says and what came of it.
pub(super) struct ImportRow {
    row: Row,
    lot: Option<dialects::Lot>,
    causes: Vec<Cause>,
}

impl ImportRow {
    pub fn of(row: Row) -> Self {
        let causes = serde_json::from_value(row.causes.clone()).unwrap_or_default();
        Self { lot: row.lot(), causes, row }
    }

    fn said<T>(&self, of: impl FnOnce(&dialects::Lot) -> T) -> Option<T> {
        self.lot.as_ref().map(of)
    }
}

/// An entry of a file, what it says and what came of it.
#[Object(name = "InventoryImportRow")]
impl ImportRow {
    /// Its place among the entries of the file, from 1; by it its owner decides what it means.
    async fn row(&self) -> i32 {
        self.row.n
    }

    /// The line of the file that it begins on.
    async fn line(&self) -> i32 {
        self.row.line
    }

    /// What came of it.
    async fn status(&self) -> RowStatus {
        self.row.status()
    }

    /// What is not quite clear about it, or why there is nothing to enter.
    async fn causes(&self) -> &[Cause] {
        &self.causes
    }

    /// The card's name in the file; null where the row could not be read.
    async fn name(&self) -> Option<&str> {
        self.lot.as_ref().map(|lot| lot.name.as_str()).filter(|name| !name.is_empty())
    }

    /// The set's code in the file, in small letters.
    async fn set_code(&self) -> Option<&str> {
        self.lot.as_ref().and_then(|lot| lot.set_code.as_deref())
    }

    /// The set's name in the file.
    async fn set_name(&self) -> Option<&str> {
        self.lot.as_ref().and_then(|lot| lot.set_name.as_deref())
    }

    /// The collector number in the file.
    async fn collector_number(&self) -> Option<&str> {
        self.lot.as_ref().and_then(|lot| lot.number.as_deref())
    }

    /// The binder in the file; it is made if there is none of that name.
    async fn binder(&self) -> Option<&str> {
        self.lot.as_ref().and_then(|lot| lot.binder.as_ref()).map(|binder| binder.name.as_str())
    }

    /// The condition in the file's own words.
    async fn condition_text(&self) -> Option<&str> {
        self.lot.as_ref().and_then(|lot| lot.condition_text.as_deref())
    }

    /// The printing that it was matched to.
    async fn printing(&self, ctx: &Context<'_>) -> Result<Option<Printing>> {
        let Some(printing) = self.row.printing_id else { return Ok(None) };
        Ok(boxed(ctx.data_unchecked::<ReaderLoader>().load_one(PrintingKey(printing))).await?)
    }

    /// By what it was matched.
    async fn matched_by(&self) -> Option<MatchedBy> {
        self.row.matched_by.and_then(MatchedBy::from_number)
    }

    /// The finish that is entered.
    async fn finish(&self) -> Option<Finish> {
        self.row.finish.and_then(Finish::from_number)
    }

    /// The grade that is entered; near mint where the file says none.
    async fn grade(&self) -> Option<Grade> {
        self.said(|lot| lot.grade.map_or(Grade::NearMint, Grade::from))
    }

    /// The language that is entered; English where the file says none.
    async fn language(&self) -> Option<Language> {
        self.said(|lot| lot.language.map_or(Language::En, Language::from))
    }

    /// Copies.
    async fn copies(&self) -> i32 {
        self.row.copies
    }

    /// Of these, copies that earlier imports brought.
    async fn copies_before(&self) -> i32 {
        self.row.before
    }

    /// Copies that are in the inventory because of it.
    async fn copies_entered(&self) -> i32 {
        self.row.entered
    }
}
