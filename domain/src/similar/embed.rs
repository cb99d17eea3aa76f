//! What makes vectors of texts.

use std::sync::Arc;

use vectors::{CardText, DIM, Model, Quantised};

use crate::sources::{self, Outside};
use crate::{Ctx, Error, Result};

/// What a batch came to.
pub(super) struct Batch {
    /// One for each text, in their order.
    pub vectors: Vec<Quantised>,
    /// What a service counted of our text.
    pub tokens: u64,
}

/// Makes vectors of cards. Vectors of two embedders say nothing about each other.
pub(super) trait Embedder {
    /// Numbers in a vector.
    fn dim(&self) -> usize {
        DIM
    }

    /// Its name, which changes with whatever changes its vectors.
    fn model_id(&self) -> &str;

    /// So many at a time.
    fn batch(&self) -> usize;

    /// The vectors of some cards.
    fn embed(&self, batch: Vec<CardText>) -> impl Future<Output = Result<Batch>> + Send;
}

/// Our own model; needs nobody.
pub(super) struct Local {
    pub model: Arc<Model>,
    pub name: String,
}

impl Local {
    /// The beginning of its models' names; a change of the code that changes vectors changes it.
    pub const KIND: &'static str = "lsa1";

    /// A model by what it learned.
    pub fn new(model: Model) -> Self {
        Self { name: format!("{}-{:016x}", Self::KIND, model.fingerprint()), model: Arc::new(model) }
    }
}

impl Embedder for Local {
    fn model_id(&self) -> &str {
        &self.name
    }

    fn batch(&self) -> usize {
        1_000
    }

    async fn embed(&self, batch: Vec<CardText>) -> Result<Batch> {
        let model = self.model.clone();
        let embed = move || batch.iter().map(|text| Quantised::of(&model.embed(text))).collect();
        let vectors = tokio::task::spawn_blocking(embed).await.map_err(Error::internal)?;
        Ok(Batch { vectors, tokens: 0 })
    }
}

/// OpenAI's model, for who has a key.
pub(super) struct OpenAi<'a> {
    pub ctx: &'a Ctx,
    pub outside: &'a Outside,
}

impl Embedder for OpenAi<'_> {
    fn model_id(&self) -> &str {
        sources::EMBEDDING_MODEL
    }

    fn batch(&self) -> usize {
        sources::EMBEDDED_AT_ONCE
    }

    async fn embed(&self, batch: Vec<CardText>) -> Result<Batch> {
        let texts: Vec<String> = batch.iter().map(CardText::prose).collect();
        let (vectors, tokens) = sources::embed(&self.ctx.renewed(), self.outside, texts, self.dim()).await?;
        Ok(Batch { vectors: vectors.iter().map(|vector| Quantised::of(vector)).collect(), tokens })
    }
}
