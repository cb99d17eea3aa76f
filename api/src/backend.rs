use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Request, Response};
use axum::Router;
use domain::accounts::{Bearer, Watch, authenticate, device_in};
use domain::limits::{self, Budget, Intent, Payer, Rate, Refusal, Tier};
use domain::operations::{self, Metrics};
use domain::{Actor, App, Ctx, DeviceToken, Origin, Reader, replica};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use serde::Serialize;
use tokio_util::task::AbortOnDropHandle;

use crate::viewer::Viewer;
use crate::{Gate, auth, export, import, mail, reads};

/// A readiness probe must be quick to say no.
const ACQUIRE: Duration = Duration::from_millis(500);

/// Who asks, or why that cannot be said.
pub type Admission<'a> = BoxFuture<'a, Result<Viewer, domain::Error>>;

/// What the transport needs of what it carries. The platform is one; tests put a toy schema here.
pub trait Backend: Send + Sync + 'static {
    /// Finds out who asks. Whoever shows nothing is anonymous.
    fn authenticate<'a>(&'a self, bearer: Option<&'a str>, origin: Arc<Origin>) -> Admission<'a> {
        Box::pin(async move {
            match bearer {
                Some(_) => Err(domain::Error::Unauthenticated),
                None => Ok(Viewer::anonymous(origin)),
            }
        })
    }
    /// What cookies say of a browser in which somebody has logged in.
    fn device(&self, _: &str) -> Option<DeviceToken> {
        None
    }
    /// Waits until the viewer's right has ended or changed; for ever, if it cannot.
    fn ended(&self, _: &Viewer) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
    /// Executes a query or mutation.
    fn execute(&self, request: Request, viewer: Viewer) -> BoxFuture<'_, Response>;
    /// Starts a subscription (or runs a query as a stream of one).
    fn subscribe(&self, request: Request, viewer: Viewer) -> BoxStream<'static, Response>;
    /// Routes besides GraphQL.
    fn routes(&self, _: &Arc<Gate>) -> anyhow::Result<Router<Arc<Gate>>> {
        Ok(Router::new())
    }
    /// The schema.
    fn sdl(&self) -> String;
    /// Takes the price of a request from the payer's budget; `None` when budgets are away and the
    /// request may run all the same.
    fn charge<'a>(
        &'a self,
        payer: &'a Payer,
        points: u64,
        intent: Intent,
    ) -> BoxFuture<'a, Result<Option<Budget>, Refusal>>;
    /// What a tier may spend.
    fn rate(&self, tier: Tier) -> Rate;
    /// What the process counts as it works.
    fn metrics(&self) -> Arc<Metrics> {
        Arc::default()
    }
    /// What a monitoring system reads.
    fn exposition(&self) -> BoxFuture<'_, domain::Result<String>> {
        Box::pin(async { Err(domain::Error::Unavailable("the platform")) })
    }
    /// Whether what the schema needs is there.
    fn health(&self) -> BoxFuture<'_, Health>;
}

/// State of the parts behind the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Health {
    /// A connection can be had.
    pub database: bool,
    /// The tables are those that this version was made for.
    pub migrations: bool,
    /// Live events flow. Without them the platform answers, but nothing moves.
    pub events: bool,
    /// Budgets can be had. Without them writes and expensive requests are refused.
    pub limits: bool,
}

impl Health {
    /// Requests can be answered.
    pub fn ready(&self) -> bool {
        self.database && self.migrations
    }

    /// They can, but not all of them, or not as well as they should.
    pub fn degraded(&self) -> bool {
        !self.events || !self.limits
    }
}

/// The real thing.
pub struct Platform {
    app: Arc<App>,
    schema: domain::root::Roots,
    watch: Watch,
    _limits: AbortOnDropHandle<()>,
    _replica: AbortOnDropHandle<()>,
}

impl Platform {
    /// The domain's schema over a process. Watches over the budgets and the replica for as long as it lives.
    pub fn new(app: Arc<App>) -> Self {
        // Suggestions would make validation compare every unknown name with the whole schema.
        let schema = domain::root::schema().disable_suggestions().finish();
        let limits = tokio::spawn(limits::watch(app.clone()));
        let replica = tokio::spawn(replica::watch(app.clone()));
        Self {
            watch: Watch::start(app.clone()),
            app,
            schema,
            _limits: AbortOnDropHandle::new(limits),
            _replica: AbortOnDropHandle::new(replica),
        }
    }

    fn ctx(&self, viewer: Viewer) -> Ctx {
        Ctx::new(self.app.clone(), viewer.actor).with_origin(viewer.origin)
    }
}

impl Backend for Platform {
    fn authenticate<'a>(&'a self, bearer: Option<&'a str>, origin: Arc<Origin>) -> Admission<'a> {
        Box::pin(async move {
            let Some(bearer) = bearer else { return Ok(Viewer::anonymous(origin)) };
            let permit = authenticate(&Ctx::new(self.app.clone(), Actor::Anonymous), Bearer(bearer)).await?;
            Ok(Viewer { actor: permit.actor, origin, until: permit.until })
        })
    }

    fn device(&self, cookies: &str) -> Option<DeviceToken> {
        device_in(self.app.auth.settings(), cookies).map(|token| DeviceToken(token.to_owned()))
    }

    fn ended(&self, viewer: &Viewer) -> BoxFuture<'static, ()> {
        match viewer.actor {
            Actor::Anonymous | Actor::Service => Box::pin(std::future::pending()),
            Actor::User(_) | Actor::ApiKey(_) => Box::pin(self.watch.ended(viewer.actor)),
        }
    }

    fn execute(&self, request: Request, viewer: Viewer) -> BoxFuture<'_, Response> {
        Box::pin(reads::execute(&self.schema, request, self.ctx(viewer)))
    }

    fn subscribe(&self, request: Request, viewer: Viewer) -> BoxStream<'static, Response> {
        let ctx = self.ctx(viewer);
        let request = request.data(Reader::live_loader(ctx.clone())).data(ctx);
        self.schema.execute_stream(request).boxed()
    }

    fn routes(&self, gate: &Arc<Gate>) -> anyhow::Result<Router<Arc<Gate>>> {
        let out = export::routes(self.app.clone(), gate.clone());
        let r#in = import::routes(self.app.clone(), gate.clone());
        let mail = mail::routes(self.app.clone(), gate.clone());
        Ok(auth::routes(self.app.clone(), gate.clone())?.merge(out).merge(r#in).merge(mail))
    }

    fn sdl(&self) -> String {
        self.schema.sdl()
    }

    fn charge<'a>(
        &'a self,
        payer: &'a Payer,
        points: u64,
        intent: Intent,
    ) -> BoxFuture<'a, Result<Option<Budget>, Refusal>> {
        Box::pin(limits::charge(&self.app, payer, points, intent))
    }

    fn rate(&self, tier: Tier) -> Rate {
        self.app.limiter.rate(tier)
    }

    fn metrics(&self) -> Arc<Metrics> {
        self.app.metrics.clone()
    }

    fn exposition(&self) -> BoxFuture<'_, domain::Result<String>> {
        Box::pin(operations::exposition(&self.app))
    }

    fn health(&self) -> BoxFuture<'_, Health> {
        Box::pin(async {
            let check = domain::db::is_current(&self.app.db);
            let current = tokio::time::timeout(ACQUIRE, check).await.ok().and_then(Result::ok);
            Health {
                database: current.is_some(),
                migrations: current == Some(true),
                events: self.app.hub.connected(),
                limits: self.app.limiter.is_up(),
            }
        })
    }
}
