//! Everything Dualcaster Deals knows how to do, one folder a domain.

pub mod accounts;
mod actor;
pub mod alerts;
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
pub mod fx;
mod ids;
pub mod imports;
pub mod inventory;
pub mod jobs;
pub mod limits;
mod links;
pub mod mail;
pub mod market;
pub mod news;
pub mod notifications;
pub mod operations;
mod page;
mod plain;
pub mod portfolio;
mod prefetch;
pub mod prices;
mod reader;
pub mod replica;
pub mod root;
pub mod saved;
mod scalars;
pub mod search;
pub mod shares;
pub mod similar;
pub mod sources;
mod spans;
pub mod tournaments;
pub mod wants;

pub use actor::{Actor, DeviceToken, KeyHolder, Origin, Role, Roles, Scope, Scopes, SignedIn, Tier};
pub use ctx::{App, Ctx, Settings};
pub use error::{Error, Result};
pub use ids::{
    AlertEventId, AlertId, ApiKeyId, ArticleId, BinderId, CardId, ChangeId, Entity, IdentityId, ImportId,
    LotId, NotificationId, PrintingId, SavedSearchId, SeriesId, SessionId, SetId, ShareId, TournamentId,
    UserId, WantId, WantListId, decode,
};
pub use page::Page;
pub use reader::{Reader, ReaderLoader};
