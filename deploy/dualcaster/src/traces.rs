//! Traces on their way to a collector.

use std::time::Duration;

use anyhow::Context;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::{Layer, Registry};

use crate::config::Watching;
use crate::telemetry::OURS;

/// What is left at the end may take so long to go out.
const LAST: Duration = Duration::from_secs(2);

/// What makes traces of spans.
pub type Traces = Box<dyn Layer<Registry> + Send + Sync>;

/// Sends what is left when it goes.
pub struct Exporting(Option<SdkTracerProvider>);

impl Drop for Exporting {
    fn drop(&mut self) {
        if let Some(provider) = self.0.take()
            && let Err(error) = provider.shutdown_with_timeout(LAST)
        {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// What makes traces of spans; nothing unless a collector is configured. The exporter brings a thread and
/// a blocking client of its own: call this outside of a runtime.
pub fn layer(watching: &Watching) -> anyhow::Result<(Option<Traces>, Exporting)> {
    let Some(endpoint) = &watching.otlp_endpoint else { return Ok((None, Exporting(None))) };
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("{endpoint}/v1/traces"))
        .build()
        .context("otlp_endpoint: traces cannot be sent")?;
    // Whoever calls us and is trusted decides for the whole trace.
    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(watching.trace_ratio)));
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_sampler(sampler)
        .with_resource(Resource::builder().with_service_name("dualcaster").build())
        .build();
    trace::switch_on(watching.trace_ratio);
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("dualcaster"))
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false);
    let filter = filter_fn(belongs).with_max_level_hint(LevelFilter::DEBUG);
    Ok((Some(layer.with_filter(filter).boxed()), Exporting(Some(provider))))
}

/// Spans of our own crates, and what their log says at `info` and above.
fn belongs(metadata: &Metadata<'_>) -> bool {
    let level = if metadata.is_span() { Level::DEBUG } else { Level::INFO };
    let root = metadata.target().split("::").next().unwrap_or_default();
    *metadata.level() <= level && OURS.contains(&root)
}
