//! The installation's secret: from the settings, else from a file that the first start writes.

use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;
use domain::accounts::Secrets;

use crate::config::{Config, Secret};

const FILE: &str = "secret.key";

/// The secrets in force, newest first.
pub fn find(config: &Config) -> anyhow::Result<Secrets> {
    if !config.secret_key.is_empty() {
        let given = config.secret_key.iter().map(|secret| secret.expose().to_owned()).collect();
        return Secrets::new(given).context("secret_key: too short");
    }
    let path = config.state_dir.join(FILE);
    fs::create_dir_all(&config.state_dir).with_context(|| config.state_dir.display().to_string())?;
    match make(config, &path) {
        Ok(secrets) => {
            tracing::info!(file = %path.display(), "made a secret for this installation");
            Ok(secrets)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            let wrong = || format!("{} holds no secret; remove it to have a new one made", path.display());
            Secrets::new(vec![text.trim().to_owned()]).with_context(wrong)
        }
        Err(error) => Err(error).with_context(|| format!("cannot write {}", path.display())),
    }
}

/// Writes a new secret. The file is there with all that is in it or not at all: several processes may
/// start at once.
fn make(config: &Config, path: &Path) -> std::io::Result<Secrets> {
    if path.exists() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    let own = config.state_dir.join(format!("{FILE}.{}", std::process::id()));
    let secrets = Secrets::random();
    let mut file = fs::File::options().write(true).create(true).truncate(true).mode(0o600).open(&own)?;
    file.write_all(secrets.newest().as_bytes())?;
    file.sync_all()?;
    let made = fs::hard_link(&own, path);
    fs::remove_file(&own)?;
    made.map(|()| secrets)
}

/// What the setting must be.
pub fn check(text: &str) -> Result<(), String> {
    let long = text.len() >= Secrets::SHORTEST;
    long.then_some(()).ok_or_else(|| format!("a secret has at least {} characters", Secrets::SHORTEST))
}

/// Several secrets with commas.
pub fn split(text: &str) -> Vec<Secret> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(Secret::new).collect()
}
