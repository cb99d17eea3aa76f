//! The skin of imports.

mod live;
mod mutation;
mod types;

use async_graphql::connection::{Connection, EmptyFields};

pub(crate) use live::Subscription;
pub(crate) use mutation::Mutation;
pub(crate) use types::InventoryImport;

use super::model::ImportCursor;
use super::ops;
use crate::{Ctx, ImportId, Page, Result};

/// A page of imports.
pub(crate) type ImportConnection = Connection<ImportCursor, InventoryImport, EmptyFields, EmptyFields>;

/// An id that is nobody's: what is no id of its kind is treated like one that is somebody else's.
fn import_id(id: &str) -> ImportId {
    ImportId::from_public(id).unwrap_or(ImportId(0))
}

/// A page of the viewer's imports.
pub(crate) async fn imports_page(ctx: &Ctx, first: i32, after: Option<String>) -> Result<ImportConnection> {
    let page = Page::parse(first, after.as_deref())?;
    let imports = ops::imports(ctx, &page).await?;
    Ok(page.connection(imports, EmptyFields, |import| ImportCursor(import.id), InventoryImport))
}

/// An import of the viewer's.
pub(crate) async fn import_of_viewer(ctx: &Ctx, id: &str) -> Result<Option<InventoryImport>> {
    Ok(ops::import(ctx, import_id(id)).await?.map(InventoryImport))
}
