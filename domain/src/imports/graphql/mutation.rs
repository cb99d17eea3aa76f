use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::super::model::Import;
use super::super::{ops, receive};
use super::import_id;
use super::types::{ImportField, ImportRow, InventoryImport};
use crate::inventory::{InventoryError, Outcome, printing_id, settle};
use crate::{Ctx, ReaderLoader};

/// What a column of a file means.
#[derive(InputObject)]
struct ImportColumnInput {
    /// What stands above it.
    name: String,
    /// What it means.
    field: ImportField,
}

/// An import that waits for its file.
#[derive(SimpleObject)]
struct StartImportPayload {
    /// The import.
    import: Option<InventoryImport>,
    /// Where the file goes: the body of a `PUT` to this path of the same server, within 15 minutes, once. It
    /// needs no login: whoever has it can bring the file.
    upload_path: Option<String>,
    /// What has to be corrected; then nothing was done.
    errors: Vec<InventoryError>,
}

/// An import after something was done with it.
#[derive(SimpleObject)]
struct ImportPayload {
    /// The import.
    import: Option<InventoryImport>,
    /// What has to be corrected; then nothing was done.
    errors: Vec<InventoryError>,
}

impl ImportPayload {
    fn of(outcome: Outcome<Import>) -> Result<Self> {
        let (import, errors) = settle(outcome)?;
        Ok(Self { import: import.map(InventoryImport), errors })
    }
}

/// An entry of a file after its owner decided what it means.
#[derive(SimpleObject)]
struct ImportRowPayload {
    /// The import.
    import: Option<InventoryImport>,
    /// The entry.
    row: Option<ImportRow>,
    /// What has to be corrected; then nothing was done.
    errors: Vec<InventoryError>,
}

/// An import that was thrown away.
#[derive(SimpleObject)]
struct DiscardImportPayload {
    /// Its public id.
    id: Option<ID>,
    /// What has to be corrected; then nothing was done.
    errors: Vec<InventoryError>,
}

/// What somebody can do with files of their collection. API keys need the scope `WRITE_OWN`.
#[derive(Default)]
pub struct Mutation;

#[Object(name = "ImportMutation")]
impl Mutation {
    /// Begins an import and says where its file goes: CSV, TSV, XLSX, JSON, a decklist or a deck of Magic
    /// Online, as it is or packed with gzip, 10 MiB at most. Once it is there it is read; follow that with
    /// `inventoryImportUpdated`.
    async fn start_inventory_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the file is called, 1 to 200 characters.")] file_name: String,
    ) -> Result<StartImportPayload> {
        let (ticket, errors) = settle(receive::start(ctx.data_unchecked(), &file_name).await)?;
        let upload_path = ticket.as_ref().map(|ticket| format!("/import/inventory/{}", ticket.token));
        Ok(StartImportPayload {
            import: ticket.map(|ticket| InventoryImport(ticket.import)),
            upload_path,
            errors,
        })
    }

    /// Reads the file again, with its columns meaning something else.
    async fn remap_inventory_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Public id of the import.")] id: ID,
        #[graphql(desc = "What columns mean; the others keep what they were taken for.")] columns: Vec<
            ImportColumnInput,
        >,
        #[graphql(
            desc = "The format whose words for grades, languages and finishes are used, such as `manabox`; \
                          of the file's own app if nothing is said."
        )]
        words: Option<String>,
        #[graphql(desc = "What the file's money is in where it does not say: three letters of ISO 4217.")]
        currency: Option<String>,
    ) -> Result<ImportPayload> {
        let columns = columns.into_iter().map(|column| (column.name, column.field.into())).collect();
        let said = ops::Said { columns, words, currency };
        ImportPayload::of(ops::remap(ctx.data_unchecked(), import_id(&id), &said).await)
    }

    /// Decides what an entry means. It counts as exact from then on.
    async fn resolve_inventory_import_row(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Public id of the import.")] id: ID,
        #[graphql(desc = "Which entry.")] row: i32,
        #[graphql(
            desc = "The printing, by its public id or Scryfall's; the entry is left out if nothing is said."
        )]
        printing_id: Option<ID>,
    ) -> Result<ImportRowPayload> {
        let reader = ctx.data_unchecked::<ReaderLoader>();
        let printing = match &printing_id {
            Some(printing) => Some(self::printing_id(reader, printing).await?),
            None => None,
        };
        let outcome = ops::resolve(ctx.data_unchecked::<Ctx>(), import_id(&id), row, printing).await;
        let (done, errors) = settle(outcome)?;
        let (import, row) = done.unzip();
        Ok(ImportRowPayload { import: import.map(InventoryImport), row: row.map(ImportRow::of), errors })
    }

    /// Enters what was read, as one change. What earlier imports brought is not brought again, so that the same
    /// file twice changes nothing.
    async fn enter_inventory_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Public id of the import.")] id: ID,
        #[graphql(default, desc = "Approximate entries too, as they are.")] approximate: bool,
        #[graphql(default, desc = "Again also what earlier imports brought: these are other copies.")] again: bool,
    ) -> Result<ImportPayload> {
        let outcome = ops::enter_later(ctx.data_unchecked(), import_id(&id), approximate, again).await;
        ImportPayload::of(outcome)
    }

    /// Throws an import away that is not in. What is in is taken back by `undoInventoryChange`.
    async fn discard_inventory_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Public id of the import.")] id: ID,
    ) -> Result<DiscardImportPayload> {
        let (id, errors) = settle(ops::discard(ctx.data_unchecked(), import_id(&id)).await)?;
        Ok(DiscardImportPayload { id: id.map(|id| id.public().into()), errors })
    }
}
