//! Everything Dualcaster Deals knows how to do, one folder a domain.

pub mod accounts;
mod actor;
pub mod audit;
pub mod catalog;
mod copy;
mod ctx;
mod cursor;
pub mod data;
pub mod db;
pub mod demo;
pub mod edhrec;
mod error;
pub mod events;
mod fixed;
mod ids;
pub mod inventory;
pub mod jobs;
pub mod limits;
pub mod mail;
pub mod market;
pub mod news;
pub mod operations;
mod page;
mod plain;
mod prefetch;
pub mod prices;
mod reader;
pub mod replica;
pub mod root;
mod scalars;
pub mod search;
pub mod similar;
pub mod sources;
mod spans;
pub mod tournaments;

pub use actor::{Actor, DeviceToken, KeyHolder, Origin, Role, Roles, Scope, Scopes, SignedIn, Tier};
pub use ctx::{App, Ctx, Settings};
pub use error::{Error, Result};
pub use ids::{
    ApiKeyId, ArticleId, BinderId, CardId, ChangeId, Entity, IdentityId, LotId, PrintingId, SeriesId,
    SessionId, SetId, TournamentId, UserId, decode,
};
pub use page::Page;
pub use reader::{Reader, ReaderLoader};
