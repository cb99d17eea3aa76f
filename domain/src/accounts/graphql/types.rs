use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, ID, Object, Result};
use chrono::{DateTime, Utc};

use super::super::model::{Account, AccountExport, ApiKey, Identity, Provider, Session};
use super::super::ops;
use crate::alerts::{self, Alert, AlertConnection, AlertEventConnection, AlertFilterInput};
use crate::audit::{EventConnection, events_of_viewer};
use crate::imports::{self, ImportConnection, InventoryImport};
use crate::inventory::{
    self, Binder, InventoryChangeConnection, InventoryConnection, InventoryFilterInput, Listed, LotOrder,
};
use crate::notifications::{self, NotificationConnection, NotificationPreferences};
use crate::portfolio::{Portfolio, PortfolioInput, portfolio};
use crate::reader::boxed;
use crate::saved::{self, SavedSearch};
use crate::search::SearchDirection;
use crate::shares::{self, Share};
use crate::wants::{self, Want, WantList};
use crate::{Actor, ApiKeyId, Ctx, Page, Role, Scope, SessionId, Tier};

/// One's own account.
#[Object]
impl Account {
    /// Public id.
    async fn id(&self) -> ID {
        self.0.id.public().into()
    }

    /// The e-mail, which its owner has confirmed. Null for somebody who came by a provider that
    /// gave none that could be trusted.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// The name that others see.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether there is a password; without one the login is by a provider.
    async fn has_password(&self) -> bool {
        self.0.password_hash.is_some()
    }

    /// What the account is besides a user's.
    async fn roles(&self) -> Vec<Role> {
        self.0.roles().list()
    }

    /// What was paid for: how much the limits allow.
    async fn tier(&self) -> Tier {
        self.0.tier()
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// A login on one device.
pub struct SessionNode {
    row: Session,
    current: bool,
}

/// A login on one device.
#[Object(name = "Session")]
impl SessionNode {
    /// Public id.
    async fn id(&self) -> ID {
        self.row.id.public().into()
    }

    /// Whether it is the one that asks.
    async fn current(&self) -> bool {
        self.current
    }

    /// What the program said it is: the header `User-Agent`.
    async fn agent(&self) -> &str {
        &self.row.agent
    }

    /// The address from which it was begun.
    async fn address(&self) -> &str {
        &self.row.address
    }

    /// When it was begun.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// When it last asked for an access token.
    async fn last_used_at(&self) -> DateTime<Utc> {
        self.row.last_used_at
    }

    /// When it ends, whatever happens. Unused for 30 days it ends before.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.row.expires_at
    }
}

/// A key of a third-party program.
#[Object]
impl ApiKey {
    /// Public id.
    pub(super) async fn id(&self) -> ID {
        self.id.public().into()
    }

    /// What its owner calls it.
    async fn name(&self) -> &str {
        &self.name
    }

    /// How it begins, to recognise it by.
    async fn prefix(&self) -> &str {
        &self.prefix
    }

    /// What it may do.
    async fn scopes(&self) -> Vec<Scope> {
        self.granted().list()
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// When it ends.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }

    /// When it was last used, to the minute.
    async fn last_used_at(&self) -> Option<DateTime<Utc>> {
        self.last_used_at
    }
}

/// The one who asks, and everything that is theirs alone.
pub struct Viewer;

/// The one who asks, and everything that is theirs alone.
#[Object]
impl Viewer {
    /// The account. An API key needs the scope `READ_OWN`.
    async fn account(&self, ctx: &Context<'_>) -> Result<Account> {
        Ok(ops::account(ctx.data_unchecked()).await?)
    }

    /// What the API key that asks may do; null for a person who is logged in.
    async fn scopes(&self, ctx: &Context<'_>) -> Option<Vec<Scope>> {
        match ctx.data_unchecked::<Ctx>().actor() {
            Actor::ApiKey(key) => Some(key.scopes.list()),
            Actor::User(_) | Actor::Anonymous | Actor::Service => None,
        }
    }

    /// Open logins, the newest first. Not for API keys.
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last session of the page before.")] after: Option<String>,
    ) -> Result<Connection<i32, SessionNode, EmptyFields, EmptyFields>> {
        let ctx = ctx.data_unchecked::<Ctx>();
        let page = Page::<i32>::parse(first, after.as_deref())?;
        let current = ctx.signed_in()?.session;
        let rows = ops::sessions(ctx, &page.map(SessionId)).await?;
        let node = |row: Session| SessionNode { current: row.id == current, row };
        Ok(page.connection(rows, EmptyFields, |row| row.id.0, node))
    }

    /// Accounts elsewhere that log in to this one, at most one a provider. Not for API keys.
    async fn linked_accounts(&self, ctx: &Context<'_>) -> Result<Vec<Identity>> {
        Ok(ops::identities(ctx.data_unchecked()).await?)
    }

    /// API keys that are not revoked, the newest first. Not for API keys themselves.
    async fn api_keys(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last key of the page before.")] after: Option<String>,
    ) -> Result<Connection<i32, ApiKey, EmptyFields, EmptyFields>> {
        let page = Page::<i32>::parse(first, after.as_deref())?;
        let rows = ops::api_keys(ctx.data_unchecked(), &page.map(ApiKeyId)).await?;
        Ok(page.connection(rows, EmptyFields, |row| row.id.0, |row| row))
    }

    /// The copy of everything that was asked for last; kept for a week. Not for API keys.
    async fn account_export(&self, ctx: &Context<'_>) -> Result<Option<AccountExport>> {
        Ok(ops::export(ctx.data_unchecked()).await?)
    }

    /// What the viewer owns: lots, the newest first unless another order is asked for. An API key needs the
    /// scope `READ_OWN`.
    async fn inventory(
        &self,
        ctx: &Context<'_>,
        #[graphql(default, desc = "Which lots.")] filter: InventoryFilterInput,
        #[graphql(default, desc = "What they are sorted by.")] order: LotOrder,
        #[graphql(default, desc = "In which direction; names and sets go up, all else down, unless told.")]
        direction: SearchDirection,
        #[graphql(default = 50, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last lot of the page before, in the same order.")] after: Option<
            String,
        >,
    ) -> Result<InventoryConnection> {
        inventory::page(ctx, Listed { filter, order, direction, first, after }).await
    }

    /// What the viewer did to their inventory, the newest first. An API key needs the scope `READ_OWN`.
    async fn inventory_changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last change of the page before.")] after: Option<String>,
    ) -> Result<InventoryChangeConnection> {
        Ok(inventory::changes_page(ctx, first, after).await?)
    }

    /// The viewer's binders, by name. An API key needs the scope `READ_OWN`.
    async fn binders(&self, ctx: &Context<'_>) -> Result<Vec<Binder>> {
        Ok(inventory::binders(ctx.data_unchecked()).await?)
    }

    /// The viewer's imports, the newest first. An API key needs the scope `READ_OWN`.
    async fn inventory_imports(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last import of the page before.")] after: Option<String>,
    ) -> Result<ImportConnection> {
        Ok(imports::imports_page(ctx.data_unchecked(), first, after).await?)
    }

    /// One of the viewer's imports. An API key needs the scope `READ_OWN`.
    async fn inventory_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Public id of the import.")] id: ID,
    ) -> Result<Option<InventoryImport>> {
        Ok(imports::import_of_viewer(ctx.data_unchecked(), &id).await?)
    }

    /// What the viewer was told, the newest first. An API key needs the scope `READ_OWN`.
    async fn notifications(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last notification of the page before.")] after: Option<String>,
        #[graphql(default, desc = "Only those that were not read.")] unread_only: bool,
    ) -> Result<NotificationConnection> {
        notifications::page(ctx, first, after, unread_only).await
    }

    /// How many notifications the viewer has not read. An API key needs the scope `READ_OWN`.
    async fn unread_notifications(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(notifications::unread(ctx.data_unchecked()).await?)
    }

    /// How the viewer wants to be told. An API key needs the scope `READ_OWN`.
    async fn notification_preferences(&self, ctx: &Context<'_>) -> Result<NotificationPreferences> {
        Ok(notifications::preferences_of_viewer(ctx.data_unchecked()).await?)
    }

    /// The viewer's lists of wants, at most 100: the default one first, then by name. An API key needs the scope
    /// `READ_OWN`.
    async fn want_lists(&self, ctx: &Context<'_>) -> Result<Vec<WantList>> {
        Ok(wants::lists_of_viewer(ctx.data_unchecked()).await?)
    }

    /// One of the viewer's lists of wants. An API key needs the scope `READ_OWN`.
    async fn want_list(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Public id of the list.")] id: ID,
    ) -> Result<Option<WantList>> {
        Ok(wants::list_of_viewer(ctx.data_unchecked(), &id).await?)
    }

    /// The viewer's wants of all lists that cost no more than their targets now and are not had in full, those
    /// that are furthest below first. An API key needs the scope `READ_OWN`.
    async fn wants_reached(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20, desc = "How many, 1 to 100.")] first: i32,
    ) -> Result<Vec<Want>> {
        Ok(boxed(wants::reached_of_viewer(ctx, first)).await?)
    }

    /// The viewer's saved searches, at most 50, by name. An API key needs the scope `READ_OWN`.
    async fn saved_searches(&self, ctx: &Context<'_>) -> Result<Vec<SavedSearch>> {
        Ok(saved::of_viewer(ctx.data_unchecked()).await?)
    }

    /// What the viewer shares by a link, at most 600, by name. An API key needs the scope `READ_OWN`.
    async fn shares(&self, ctx: &Context<'_>) -> Result<Vec<Share>> {
        Ok(shares::of_viewer(ctx.data_unchecked()).await?)
    }

    /// What the viewer's collection is worth, what it cost and what it brought. An API key needs the scope
    /// `READ_OWN`.
    async fn portfolio(
        &self,
        ctx: &Context<'_>,
        #[graphql(default, desc = "What values it.")] by: PortfolioInput,
    ) -> Result<Portfolio> {
        Ok(boxed(portfolio(ctx, by)).await?)
    }

    /// The viewer's alerts, the newest first. An API key needs the scope `READ_OWN`.
    async fn alerts(
        &self,
        ctx: &Context<'_>,
        #[graphql(default, desc = "Which alerts.")] filter: AlertFilterInput,
        #[graphql(default = 20, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last alert of the page before.")] after: Option<String>,
    ) -> Result<AlertConnection> {
        Ok(alerts::alerts_page(ctx, filter, first, after).await?)
    }

    /// The viewer's alerts that are nearest to firing: those whose condition holds and only has to last, then by
    /// how far the last price is from what it must reach. Those of the rules PERCENT and BACK_IN_STOCK are there
    /// only while they have to last. An API key needs the scope `READ_OWN`.
    async fn nearest_alerts(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 10, desc = "How many, 1 to 100.")] first: i32,
    ) -> Result<Vec<Alert>> {
        Ok(alerts::nearest_of_viewer(ctx, first).await?)
    }

    /// One of the viewer's alerts. An API key needs the scope `READ_OWN`.
    async fn alert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Public id of the alert.")] id: ID,
    ) -> Result<Option<Alert>> {
        Ok(alerts::alert_of_viewer(ctx.data_unchecked(), &id).await?)
    }

    /// What became of the viewer's alerts, the newest first; what nobody was told of, too. An API key needs the
    /// scope `READ_OWN`.
    async fn alert_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only of this alert, by its public id.")] alert_id: Option<ID>,
        #[graphql(default = 20, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last event of the page before.")] after: Option<String>,
    ) -> Result<AlertEventConnection> {
        Ok(alerts::events_page(ctx, alert_id, first, after).await?)
    }

    /// What happened to the security of the account, newest first. Not for API keys.
    async fn security_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 20, desc = "How many, 1 to 100.")] first: i32,
        #[graphql(desc = "Cursor of the last event of the page before.")] after: Option<String>,
    ) -> Result<EventConnection> {
        Ok(events_of_viewer(ctx.data_unchecked(), first, after).await?)
    }
}

/// Reads of accounts.
#[derive(Default)]
pub struct Query;

#[Object(name = "AccountQuery")]
impl Query {
    /// Who else can say who somebody is, here: log in by opening `/auth/{provider}/start?next=/`.
    async fn login_providers(&self, ctx: &Context<'_>) -> Vec<Provider> {
        ctx.data_unchecked::<Ctx>().auth().settings().providers.clone()
    }

    /// The one who asks; null for whoever is not logged in and shows no key.
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Viewer> {
        match ctx.data_unchecked::<Ctx>().actor() {
            Actor::User(_) | Actor::ApiKey(_) => Some(Viewer),
            Actor::Anonymous | Actor::Service => None,
        }
    }
}
