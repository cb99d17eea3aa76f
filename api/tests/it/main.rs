//! The transport over a toy schema: what HTTP, WebSocket and event streams promise whatever the
//! schema says. The real schema is tested in the workspace's `tests`.

mod assets;
mod attacks;
mod budget;
mod doors;
mod drain;
mod health;
mod http;
mod http_errors;
mod load;
mod origin;
mod sse;
mod toy;
mod ws;
mod ws_life;
