//! The public face of the platform: GraphQL over HTTP, WebSocket and server-sent events, health,
//! and the web app's files. Transport only: what an answer says is decided in `domain`.

mod assets;
mod auth;
mod backend;
mod client;
mod cost;
mod counted;
mod documents;
mod doors;
mod edge;
mod errors;
mod export;
mod gate;
mod headers;
mod health;
mod http;
mod import;
mod limits;
mod load;
mod mail;
mod metrics;
mod once;
mod reads;
mod recent;
mod serve;
mod settings;
mod sse;
mod viewer;
mod ws;

pub use backend::{Admission, Backend, Health, Platform};
pub use client::{Network, caller};
pub use cost::CostTable;
pub use gate::Gate;
pub use metrics::{MetricsToken, serve_metrics};
pub use serve::{router, serve, serve_on};
pub use settings::{Limits, ProviderClient, Settings, Sockets};
pub use viewer::Viewer;
