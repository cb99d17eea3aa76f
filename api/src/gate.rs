//! The way into the schema, the same for every transport: read the document once, hold it against
//! the limits, price it, run it in bounded time.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType,
};
use async_graphql::{Positioned, Request, Response, Value, Variables};
use axum::http::{HeaderMap, StatusCode};
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::documents::Documents;
use crate::errors::{Body, Cost, Extensions, Fault, code};
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

/// A request that may be executed.
pub(crate) struct Prepared {
    request: Request,
    pub(crate) kind: OperationType,
    /// Its name, for the log.
    pub(crate) name: Option<String>,
    pub(crate) viewer: Viewer,
    cost: Cost,
}

/// A result and how it came about.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Body,
    /// Only the document was at fault.
    pub(crate) document: bool,
    /// What the schema says of caching, in seconds; 0 says nothing, less than that forbids it.
    pub(crate) max_age: i32,
    /// What resolvers want to say in headers: cookies.
    pub(crate) headers: HeaderMap,
}

/// One process's transport over one backend.
pub struct Gate {
    backend: Arc<dyn Backend>,
    settings: Settings,
    documents: Documents,
    costs: CostTable,
    slots: Semaphore,
    draining: AtomicBool,
    sockets: AtomicUsize,
    pub(crate) closing: CancellationToken,
    pub(crate) tasks: TaskTracker,
}

impl Gate {
    /// Reads the schema's prices and starts with empty caches.
    pub fn new(backend: Arc<dyn Backend>, settings: Settings) -> anyhow::Result<Arc<Self>> {
        let costs = CostTable::of(&backend.sdl())?;
        Ok(Arc::new(Self {
            backend,
            documents: Documents::default(),
            costs,
            slots: Semaphore::new(settings.in_flight),
            settings,
            draining: AtomicBool::new(false),
            sockets: AtomicUsize::new(0),
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
        admitted.then(|| SocketGuard(self.clone()))
    }

    pub(crate) fn sockets(&self) -> usize {
        self.sockets.load(Ordering::Relaxed)
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
        let variables = Variables::from_json(serde_json::Value::Object(params.variables));
        require_variables(operation, &variables)?;
        once::check(&document, &operation.node)?;
        let kind = operation.node.ty;
        let requested = self.costs.price(&document, &operation.node, &variables);
        if requested > limits.cost {
            let message =
                format!("the request costs {requested} points, at most {} are allowed", limits.cost);
            return Err(Fault::document("COST_LIMIT", message));
        }
        let mut request = Request::new(String::new()).variables(variables);
        request.operation_name = params.operation;
        request.set_parsed_query(ExecutableDocument::clone(&document));
        Ok(Prepared { request, kind, name, viewer, cost: Cost { requested, limit: limits.cost } })
    }

    /// Runs a query or mutation to its end, its deadline or its panic.
    pub(crate) async fn run(&self, prepared: Prepared, request_id: &str) -> Answer {
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
                body.extensions = Some(Extensions { cost: prepared.cost });
                return Answer { headers, ..Answer::of(body, max_age) };
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

    /// Follows a subscription; a panic ends it with an error.
    pub(crate) fn follow(&self, prepared: Prepared) -> BoxStream<'static, Response> {
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
pub(crate) struct SocketGuard(Arc<Gate>);

impl Drop for SocketGuard {
    fn drop(&mut self) {
        self.0.sockets.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Answer {
    pub(crate) fn refused(fault: Fault, request_id: &str) -> Self {
        let (status, document) = (fault.status, fault.document);
        Self {
            status,
            document,
            body: Body::refused(fault, request_id),
            max_age: -1,
            headers: HeaderMap::new(),
        }
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
        Self { status, body, document: refused && !away, max_age, headers: HeaderMap::new() }
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
