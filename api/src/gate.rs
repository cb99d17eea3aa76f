//! The way into the schema, the same for every transport: read the document once, hold it against
//! the limits, price it, run it in bounded time.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Selection,
};
use async_graphql::{Positioned, Request, Response, Value, Variables};
use axum::http::{HeaderMap, StatusCode};
use domain::Actor;
use domain::limits::{Budget, Intent, Payer};
use domain::operations::{Metrics, Open};
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::documents::Documents;
use crate::doors::{Doors, Seat};
use crate::edge::Caller;
use crate::errors::{Body, Cost, Extensions, Fault, Left, code};
use crate::load::Load;
use crate::recent::{self, Recent, Stale};
use crate::viewer::Viewer;
use crate::{Backend, CostTable, Settings, once};

/// What a client asks, whatever it came by.
#[derive(Debug, Default)]
pub(crate) struct Params {
    pub(crate) query: Option<String>,
    pub(crate) operation: Option<String>,
    pub(crate) variables: serde_json::Map<String, serde_json::Value>,
    /// `extensions.persistedQuery.sha256Hash`.
    pub(crate) hash: Option<String>,
}

/// The least that a request costs, and what a refused one does.
const LEAST: u64 = 1;

/// A request that may be executed once it is paid.
pub(crate) struct Prepared {
    request: Request,
    pub(crate) kind: OperationType,
    /// Its name, for the log.
    pub(crate) name: Option<String>,
    /// What it asks for, where that is one thing.
    pub(crate) field: Option<String>,
    pub(crate) viewer: Viewer,
    cost: Cost,
    /// What the caller has left.
    pub(crate) budget: Option<Budget>,
    /// Where its answer is kept, if it is one for everybody.
    recent: Option<recent::Key>,
}

/// A result and how it came about.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Body,
    /// Only the document was at fault.
    pub(crate) document: bool,
    /// What the schema says of caching, in seconds; 0 says nothing, less than that forbids it.
    pub(crate) max_age: i32,
    /// When to come again, if that makes a difference.
    pub(crate) retry: Option<Duration>,
    /// What the caller has left.
    pub(crate) budget: Option<Budget>,
    /// What resolvers want to say in headers: cookies.
    pub(crate) headers: HeaderMap,
}

/// One process's transport over one backend.
pub struct Gate {
    backend: Arc<dyn Backend>,
    settings: Settings,
    documents: Documents,
    recent: Recent,
    costs: CostTable,
    slots: Semaphore,
    started: AtomicBool,
    draining: AtomicBool,
    sockets: AtomicUsize,
    doors: Arc<Doors>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) load: Arc<Load>,
    pub(crate) closing: CancellationToken,
    pub(crate) tasks: TaskTracker,
}

impl Gate {
    /// Reads the schema's prices and starts with empty caches.
    pub fn new(backend: Arc<dyn Backend>, settings: Settings) -> anyhow::Result<Arc<Self>> {
        let costs = CostTable::of(&backend.sdl())?;
        Ok(Arc::new(Self {
            metrics: backend.metrics(),
            backend,
            documents: Documents::default(),
            recent: Recent::default(),
            costs,
            slots: Semaphore::new(settings.in_flight),
            settings,
            started: AtomicBool::new(false),
            draining: AtomicBool::new(false),
            sockets: AtomicUsize::new(0),
            doors: Arc::default(),
            load: Arc::default(),
            closing: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }))
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn backend(&self) -> &dyn Backend {
        self.backend.as_ref()
    }

    /// Everything that the process needs was there.
    pub(crate) fn start(&self) {
        self.started.store(true, Ordering::Relaxed);
    }

    pub(crate) fn has_started(&self) -> bool {
        self.started.load(Ordering::Relaxed)
    }

    /// From now on readiness says no.
    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Counts a socket in for as long as the guard lives; `None` when there are too many.
    pub(crate) fn admit_socket(self: &Arc<Self>) -> Option<SocketGuard> {
        let limit = self.settings.sockets.count;
        let step = |n: usize| (n < limit).then_some(n + 1);
        let admitted = self.sockets.fetch_update(Ordering::Relaxed, Ordering::Relaxed, step).is_ok();
        admitted.then(|| SocketGuard(self.clone(), self.metrics.socket()))
    }

    pub(crate) fn sockets(&self) -> usize {
        self.sockets.load(Ordering::Relaxed)
    }

    /// Counts a handshake of an address.
    pub(crate) fn knock(&self, caller: &Caller) -> Result<(), Fault> {
        let home = Payer::of(&Actor::Anonymous, caller.address);
        let limit = self.settings.sockets.handshakes;
        self.doors.knock(&home.bucket, limit).map_err(|wait| {
            Fault::too_many(wait, format!("an address may open at most {limit} sockets each second"))
        })
    }

    /// Counts a socket to its address, and to its user or key if there is one.
    pub(crate) fn seat(&self, caller: &Caller) -> Result<Vec<Seat>, Fault> {
        let home = Payer::of(&Actor::Anonymous, caller.address);
        let own = (caller.payer != home).then_some(&caller.payer);
        let take = |payer: &Payer| {
            let limit = self.backend.rate(payer.tier).sockets;
            self.doors.enter(&payer.bucket, limit).ok_or_else(|| Fault::too_many_sockets(limit))
        };
        std::iter::once(&home).chain(own).map(take).collect()
    }

    /// Sends a caller away while the process does not keep up.
    pub(crate) fn keep_up(&self, caller: &Caller) -> Result<(), Fault> {
        if !self.load.sheds(caller.payer.tier, self.settings.lag) {
            return Ok(());
        }
        let message = "the server is too busy at this moment, try again shortly";
        Err(Fault::http(StatusCode::SERVICE_UNAVAILABLE, code::OVERLOADED, message))
    }

    /// Takes one of the slots for requests in flight.
    pub(crate) fn slot(&self) -> Result<SemaphorePermit<'_>, Fault> {
        self.slots.try_acquire().map_err(|_| {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            Fault::http(status, code::OVERLOADED, "too many requests at this moment, try again shortly")
        })
    }

    /// Reads, limits and prices a request.
    pub(crate) fn prepare(&self, params: Params, viewer: Viewer) -> Result<Prepared, Fault> {
        let limits = &self.settings.limits;
        let document = self.documents.read(params.query.as_deref(), params.hash.as_deref(), limits)?;
        let (operation, name) = choose(&document, params.operation.as_deref())?;
        let recent = recent::Key::of(&params, &viewer.actor, operation.node.ty);
        let variables = Variables::from_json(serde_json::Value::Object(params.variables));
        require_variables(operation, &variables)?;
        once::check(&document, &operation.node)?;
        let kind = operation.node.ty;
        let requested = self.costs.price(&document, &operation.node, &variables).max(LEAST);
        if requested > limits.cost {
            let message =
                format!("the request costs {requested} points, at most {} are allowed", limits.cost);
            return Err(Fault::document("COST_LIMIT", message));
        }
        let field = (kind == OperationType::Subscription).then(|| only_field(operation)).flatten();
        let mut request = Request::new(String::new()).variables(variables);
        request.operation_name = params.operation;
        request.set_parsed_query(ExecutableDocument::clone(&document));
        let cost = Cost { requested, limit: limits.cost, left: None };
        Ok(Prepared { request, kind, name, field, viewer, cost, budget: None, recent })
    }

    /// Takes points for what is asked outside of GraphQL.
    pub(crate) async fn toll(
        &self,
        caller: &Caller,
        points: u64,
        intent: Intent,
    ) -> Result<Option<Budget>, Fault> {
        self.keep_up(caller)?;
        let paid = self.backend.charge(&caller.payer, points, intent).await;
        paid.map_err(|refusal| Fault::unpaid(refusal, points))
    }

    pub(crate) async fn bill(
        &self,
        prepared: Result<Prepared, Fault>,
        payer: &Payer,
    ) -> Result<Prepared, Fault> {
        let (points, intent) = match &prepared {
            Ok(Prepared { cost, kind: OperationType::Mutation, .. }) => (cost.requested, Intent::Write),
            Ok(Prepared { cost, .. }) => (cost.requested, Intent::Read),
            Err(_) => (LEAST, Intent::Read),
        };
        let paid = self.backend.charge(payer, points, intent).await;
        let budget = paid.map_err(|refusal| Fault::unpaid(refusal, points))?;
        match prepared {
            Ok(prepared) => Ok(Prepared { budget, ..prepared }),
            Err(fault) => Err(Fault { budget: budget.map(Box::new), ..fault }),
        }
    }

    pub(crate) async fn execute(&self, prepared: Prepared, request_id: &str) -> Answer {
        let slot = match self.slot() {
            Ok(slot) => slot,
            Err(fault) => return Answer::refused(fault, request_id),
        };
        let work = AssertUnwindSafe(self.backend.execute(prepared.request, prepared.viewer)).catch_unwind();
        let outcome = tokio::time::timeout(self.settings.timeout, work).await;
        drop(slot);
        let fault = match outcome {
            Ok(Ok(mut response)) => {
                let headers = std::mem::take(&mut response.http_headers);
                let max_age = response.cache_control.max_age;
                let mut body = Body::answered(response, request_id);
                body.extensions = Some(Extensions { cost: prepared.cost, stale: None });
                let answer = Answer { headers, ..Answer::of(body, max_age).with(prepared.budget) };
                return match prepared.recent {
                    Some(key) => self.recent.settle(key, answer),
                    None => answer,
                };
            }
            Ok(Err(_)) => {
                tracing::error!(request_id, operation = prepared.name, "a resolver panicked");
                Fault::http(StatusCode::INTERNAL_SERVER_ERROR, code::INTERNAL, "internal error")
            }
            Err(_) => {
                tracing::warn!(request_id, operation = prepared.name, "a request ran into its deadline");
                let limit = self.settings.timeout;
                let message = format!("the request took longer than the limit of {limit:?}");
                Fault::http(StatusCode::GATEWAY_TIMEOUT, code::TIMEOUT, message)
            }
        };
        Answer::refused(fault, request_id)
    }

    /// The results of an operation for transports that send many, or the refusal as the only one.
    pub(crate) fn stream(
        self: &Arc<Self>,
        prepared: Result<Prepared, Fault>,
        caller: Caller,
    ) -> BoxStream<'static, Body> {
        let (gate, request_id) = (self.clone(), caller.request_id);
        match prepared {
            Err(fault) => stream::once(async move { Body::refused(fault, &request_id) }).boxed(),
            Ok(prepared) if prepared.kind == OperationType::Subscription => gate
                .follow(prepared, caller.mark)
                .map(move |response| Body::answered(response, &request_id))
                .boxed(),
            Ok(prepared) => stream::once(async move {
                let mut answer = gate.run(prepared, &request_id).await;
                answer.tell();
                answer.body
            })
            .boxed(),
        }
    }

    pub(crate) fn listen(&self, prepared: Prepared) -> BoxStream<'static, Response> {
        let events =
            AssertUnwindSafe(self.backend.subscribe(prepared.request, prepared.viewer)).catch_unwind();
        let masked = |event: Result<Response, _>| {
            event.unwrap_or_else(|_| {
                let cause = anyhow::anyhow!("a subscription panicked");
                let error = async_graphql::Error::from(domain::Error::internal(cause));
                Response::from_errors(vec![error.into_server_error(async_graphql::Pos::default())])
            })
        };
        events.map(masked).boxed()
    }
}

/// An open socket.
pub(crate) struct SocketGuard(Arc<Gate>, #[expect(dead_code, reason = "it counts while it lives")] Open);

impl Drop for SocketGuard {
    fn drop(&mut self) {
        self.0.sockets.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Answer {
    pub(crate) fn refused(fault: Fault, request_id: &str) -> Self {
        let Fault { status, document, retry, .. } = fault;
        let budget = fault.budget.as_deref().copied();
        let (body, headers) = (Body::refused(fault, request_id), HeaderMap::new());
        Self { status, document, body, max_age: -1, retry, budget, headers }
    }

    /// Tells the caller what is left. An answer that caches keep must not: it is for others too.
    fn with(mut self, budget: Option<Budget>) -> Self {
        self.budget = budget;
        self
    }

    /// Puts what is left into the body too.
    pub(crate) fn tell(&mut self) {
        if let Some(extensions) = &mut self.body.extensions {
            extensions.cost.left = self.budget.map(Left::of);
        }
    }

    /// Nothing in it is of one caller alone, and all went well.
    pub(crate) fn is_public(&self) -> bool {
        self.status == StatusCode::OK && self.body.errors.is_empty() && self.max_age >= 0
    }

    /// Something in it is missing because the database is away.
    pub(crate) fn is_away(&self) -> bool {
        self.body.has(code::UNAVAILABLE)
    }

    /// The same request's answer of a moment ago, which says how old it is and which no cache keeps.
    pub(crate) fn replaced(self, stale: Stale, data: Value) -> Self {
        let extensions = self.body.extensions.map(|known| Extensions { stale: Some(stale), ..known });
        let body = Body { errors: Vec::new(), data: Some(data), extensions };
        Self { status: StatusCode::OK, body, document: false, max_age: -1, retry: None, ..self }
    }

    fn of(body: Body, max_age: i32) -> Self {
        let refused = body.data.is_none();
        // An answer with nothing in it because a store is away is no answer: caches and balancers
        // should know.
        let away = body.has(code::UNAVAILABLE) && body.empty_handed();
        let status = match (away, refused) {
            (true, _) => StatusCode::SERVICE_UNAVAILABLE,
            (false, true) => StatusCode::BAD_REQUEST,
            (false, false) => StatusCode::OK,
        };
        let (retry, headers) = (away.then_some(crate::errors::SHORTLY), HeaderMap::new());
        Self { status, body, document: refused && !away, max_age, retry, budget: None, headers }
    }
}

/// The operation that runs, and its name.
fn choose<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<(&'a Positioned<OperationDefinition>, Option<String>), Fault> {
    let fault = |message: String| Err(Fault::document("OPERATION_RESOLUTION_FAILURE", message));
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Ok((operation, None)),
        (DocumentOperations::Multiple(all), Some(name)) if all.contains_key(name) => {
            Ok((&all[name], Some(name.to_owned())))
        }
        (DocumentOperations::Multiple(all), None) if all.len() == 1 => {
            let mut named = all.iter().map(|(name, operation)| (operation, Some(name.to_string())));
            named.next().map_or_else(|| fault("the document has no operation".to_owned()), Ok)
        }
        (_, Some(name)) => fault(format!("the document has no operation named {name:?}")),
        (_, None) => fault("the document has several operations: name one in operationName".to_owned()),
    }
}

/// The field that a subscription subscribes to; nothing where it hides in a fragment.
fn only_field(operation: &Positioned<OperationDefinition>) -> Option<String> {
    let selected = &operation.node.selection_set.node.items;
    selected.iter().find_map(|selection| match &selection.node {
        Selection::Field(field) => Some(field.node.name.node.to_string()),
        Selection::FragmentSpread(_) | Selection::InlineFragment(_) => None,
    })
}

/// A variable of a non-null type without a default must be given, used or not.
fn require_variables(operation: &Positioned<OperationDefinition>, given: &Variables) -> Result<(), Fault> {
    for definition in &operation.node.variable_definitions {
        let name = &definition.node.name.node;
        let required = !definition.node.var_type.node.nullable;
        let missing = match given.get(name) {
            Some(Value::Null) => true,
            Some(_) => false,
            None => definition.node.default_value.is_none(),
        };
        if required && missing {
            let message = format!("variable ${name} is required and must not be null");
            return Err(Fault::document(code::BAD_USER_INPUT, message).at(definition.pos));
        }
    }
    Ok(())
}
