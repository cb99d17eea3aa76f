//! The settings of whatever watches over a process.

use std::net::SocketAddr;
use std::str::FromStr;

use super::Secret;
use super::outside::BaseUrl;
use super::values::Values;

const SHORTEST: usize = 16;

/// Metrics and traces.
#[derive(Clone, Debug)]
pub struct Watching {
    /// Who shows it may read `/metrics`; without one only programs on this machine may.
    pub metrics_token: Option<Secret>,
    /// Where a worker, which serves nothing else, serves `/metrics`.
    pub metrics_listen: Option<SocketAddr>,
    /// Where traces go: the base address of a collector of OTLP over HTTP.
    pub otlp_endpoint: Option<String>,
    /// The share of the traces that begin here which is recorded.
    pub trace_ratio: f64,
}

pub(super) fn take(values: &mut Values) -> Watching {
    Watching {
        metrics_token: values.take_secret("metrics_token", check_token).map(Secret),
        metrics_listen: values.take("metrics_listen"),
        otlp_endpoint: values.take("otlp_endpoint").map(|url: BaseUrl| url.0),
        trace_ratio: values.take("trace_ratio").map_or(1.0, |ratio: Ratio| ratio.0),
    }
}

fn check_token(token: &str) -> Result<(), String> {
    let long = token.len() >= SHORTEST;
    long.then_some(()).ok_or_else(|| format!("must have {SHORTEST} characters or more"))
}

struct Ratio(f64);

impl FromStr for Ratio {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let ratio = text.parse().ok().filter(|ratio| (0.0..=1.0).contains(ratio));
        ratio.map(Self).ok_or("must be a number from 0 to 1")
    }
}
