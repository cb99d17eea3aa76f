use std::sync::Arc;

use domain::sources::{Outside, OutsideSettings, SourceError, StandIns};

/// The ways out of an installation.
pub struct Doors {
    settings: OutsideSettings,
    world: Option<Arc<Outside>>,
}

impl Doors {
    /// To the real services if that is wanted, and to stand-ins in any case.
    pub fn new(settings: OutsideSettings, world: bool) -> Result<Self, SourceError> {
        let world = if world { Some(Arc::new(Outside::new(&settings)?)) } else { None };
        Ok(Self { settings, world })
    }

    /// The real services; nothing if this installation does not visit them.
    pub(crate) fn world(&self) -> Option<Arc<Outside>> {
        self.world.clone()
    }

    /// Stand-ins. Only those of this machine: whoever can write a job must not choose where we go.
    pub(crate) fn stand_ins(&self, stand_ins: &StandIns) -> anyhow::Result<Arc<Outside>> {
        anyhow::ensure!(stand_ins.address.ip().is_loopback(), "stand-ins are on this machine");
        Ok(Arc::new(Outside::of(&self.settings, stand_ins)?))
    }
}
