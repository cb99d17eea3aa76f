//! Everything Dualcaster Deals knows how to do, one folder a domain.

pub mod catalog;
mod copy;
mod ctx;
pub mod db;
pub mod demo;
mod error;
pub mod events;
mod ids;
mod page;
pub mod prices;
mod reader;
pub mod root;

pub use ctx::{Actor, App, Ctx, Settings};
pub use error::{Error, Result};
pub use ids::{CardId, Entity, PrintingId, SeriesId, SetId, decode};
pub use page::Page;
pub use reader::{Reader, ReaderLoader};
