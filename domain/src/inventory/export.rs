//! An inventory as a file of another app, or as our own, which keeps everything.

use std::collections::{BTreeMap, HashMap};

use dialects::{Binder, BinderKind, Dialect, Ids, Writer, Written};
use diesel_async::AsyncPgConnection;
use tokio::sync::Semaphore;

use super::facts::Facts;
use super::model::Lot;
use super::queries;
use super::queries::names::PrintingNames;
use super::words::cost;
use crate::prices::Finish;
use crate::{BinderId, Ctx, Error, LotId, Result};

/// Lots that are read at a time.
const PART: i64 = 2_000;
/// Files that a process makes at once: the largest has some forty megabytes.
static ROOM: Semaphore = Semaphore::const_new(2);

/// Under these names a file says what it has no column for.
pub(crate) const GRADER: &str = "Grader";
pub(crate) const GRADER_GRADE: &str = "Grade by grader";
pub(crate) const CERTIFICATE: &str = "Certificate";

/// A file with all that somebody owns.
#[derive(Debug)]
pub struct Export {
    /// Whose format it is in.
    pub dialect: Dialect,
    /// The file.
    pub bytes: Vec<u8>,
    /// Lots that are in it.
    pub lots: usize,
    /// Of these, lots of which the format cannot say everything.
    pub shortened: usize,
    /// Lots that are not in it, because the format cannot say which card they are.
    pub left_out: usize,
}

/// The format of a name such as `manabox`.
pub fn format(name: &str) -> Option<Dialect> {
    let of_name = |dialect: &Dialect| serde_json::to_value(dialect).is_ok_and(|known| known == name);
    Dialect::WRITTEN.into_iter().find(of_name)
}

/// Everything that the viewer owns, as it is at one moment.
pub async fn export(ctx: &Ctx, dialect: Dialect) -> Result<Export> {
    let user = ctx.reader()?;
    let _room = ROOM.try_acquire().map_err(|_| Error::QueueFull("inventory file".to_owned()))?;
    let mut conn = ctx.conn().await?;
    let mut file = File::begin(dialect)?;
    conn.build_transaction()
        .repeatable_read()
        .read_only()
        .run(async |conn| {
            let binders = queries::binders::binder_names(conn, user).await?;
            let mut after = LotId(0);
            loop {
                let rows = queries::owned(conn, user, after, PART).await?;
                let Some(last) = rows.last() else { return Ok::<_, Error>(()) };
                after = last.id;
                let lots = rows.into_iter().map(Lot::try_from).collect::<Result<Vec<_>>>()?;
                file.add(named(conn, lots, &binders).await?).await?;
            }
        })
        .await?;
    file.end()
}

/// Lots as files have them, with the names of what they are.
async fn named(
    conn: &mut AsyncPgConnection,
    lots: Vec<Lot>,
    binders: &HashMap<BinderId, String>,
) -> Result<Vec<dialects::Lot>> {
    let ids: Vec<_> = lots.iter().map(|lot| lot.facts.printing).collect();
    let names = queries::names::printing_names(conn, &ids).await?;
    let names: HashMap<_, _> = names.into_iter().map(|names| (names.id, names)).collect();
    let missing = || Error::internal(anyhow::anyhow!("a lot's printing is not in the catalogue"));
    lots.into_iter()
        .map(|lot| {
            let names = names.get(&lot.facts.printing).ok_or_else(missing)?;
            Ok(neutral(lot, names, binders))
        })
        .collect()
}

/// A file that is being written, away from the threads that answer.
struct File {
    export: Export,
    writer: Option<Writer<Vec<u8>>>,
}

impl File {
    fn begin(dialect: Dialect) -> Result<Self> {
        let export = Export { dialect, bytes: Vec::new(), lots: 0, shortened: 0, left_out: 0 };
        let writer = Writer::new(Vec::new(), dialect).map_err(Error::internal)?;
        Ok(Self { export, writer: Some(writer) })
    }

    async fn add(&mut self, lots: Vec<dialects::Lot>) -> Result<()> {
        let gone = || Error::internal(anyhow::anyhow!("a file that broke is written on"));
        let mut writer = self.writer.take().ok_or_else(gone)?;
        let write = move || {
            let written: Vec<Written> = lots.iter().map(|lot| writer.write(lot)).collect::<Result<_, _>>()?;
            Ok::<_, dialects::WriteError>((writer, written))
        };
        let done = tokio::task::spawn_blocking(write).await.map_err(Error::internal)?;
        let (writer, written) = done.map_err(Error::internal)?;
        self.writer = Some(writer);
        for one in written {
            match one {
                Written::LeftOut => self.export.left_out += 1,
                Written::Without(lost) => {
                    self.export.lots += 1;
                    self.export.shortened += usize::from(!lost.is_empty());
                }
            }
        }
        Ok(())
    }

    fn end(mut self) -> Result<Export> {
        if let Some(writer) = self.writer {
            self.export.bytes = writer.finish().map_err(Error::internal)?;
        }
        Ok(self.export)
    }
}

fn neutral(lot: Lot, names: &PrintingNames, binders: &HashMap<BinderId, String>) -> dialects::Lot {
    let Lot { facts, quantity, .. } = lot;
    let quantity = quantity.unsigned_abs();
    let etched = facts.finish == Finish::Etched;
    let product = if etched { names.tcgplayer_etched_id } else { names.tcgplayer_id };
    let binder = facts.binder.and_then(|binder| binders.get(&binder));
    dialects::Lot {
        name: names.name.clone(),
        set_code: Some(names.code.clone()),
        set_name: Some(names.set_name.clone()),
        number: Some(names.collector_number.clone()),
        quantity,
        for_trade: if facts.for_trade { quantity } else { 0 },
        finish: Some(facts.finish.into()),
        grade: Some(facts.grade.into()),
        language: Some(facts.language.into()),
        ids: Ids {
            scryfall: Some(names.scryfall_id),
            oracle: Some(names.oracle_id),
            tcgplayer_product: number(product),
            cardmarket_product: number(names.cardmarket_id),
            mtgo: number(names.mtgo_id),
            ..Ids::default()
        },
        cost: facts.cost.as_ref().and_then(cost),
        acquired: facts.acquired_on,
        binder: binder.map(|name| Binder { name: name.clone(), kind: Some(BinderKind::Binder) }),
        signed: facts.signed,
        altered: facts.altered,
        misprint: facts.misprint,
        hidden: facts.hidden,
        rest: rest(&facts),
        tags: facts.tags,
        notes: facts.notes,
        condition_text: facts.condition_text,
        ..dialects::Lot::default()
    }
}

fn number(id: Option<i32>) -> Option<u64> {
    id.and_then(|id| u64::try_from(id).ok())
}

/// What a file has no column for.
fn rest(facts: &Facts) -> BTreeMap<String, String> {
    let Some(grading) = &facts.grading else { return BTreeMap::new() };
    let certificate = grading.certificate.clone().map(|number| (CERTIFICATE, number));
    let said = [(GRADER, grading.grader.clone()), (GRADER_GRADE, grading.grade.clone())];
    said.into_iter().chain(certificate).map(|(name, text)| (name.to_owned(), text)).collect()
}
