//! A Postgres of a test's own with a streaming replica, which can be paused, killed and started again.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use stores::{Durability, Options, Stores};

/// The name of the database on both.
const DATABASE: &str = "platform";
const PORT: &str = "5433";

/// Both servers. They end with this.
pub struct Pair {
    state: PathBuf,
    primary: Option<Stores>,
    programs: PathBuf,
    /// Whom the servers run as, when that is not ourselves.
    owner: Option<(u32, u32)>,
    replica: Option<Child>,
}

impl Pair {
    /// A primary with a migrated database and a copy that follows it.
    pub async fn start() -> Result<Self> {
        let state = PathBuf::from(format!("/tmp/dualcaster-pair-{}", uuid::Uuid::now_v7().simple()));
        let (search, durability) = (crate::search(), Durability::Durable);
        let options = Options {
            state: state.clone(),
            runtime_dir: None,
            search: search.clone(),
            durability,
            postgres: true,
            redis: false,
        };
        let primary = tokio::task::block_in_place(|| Stores::start(options))?;
        let data = primary.place().data.join("postgres");
        let version: u32 = std::fs::read_to_string(data.join("PG_VERSION"))?.trim().parse()?;
        let owner = data.metadata()?;
        let owner = (owner.uid() != nix::unistd::geteuid().as_raw()).then(|| (owner.uid(), owner.gid()));
        let programs = search.postgres(Some(version))?.path;
        let mut pair = Self { state, primary: Some(primary), programs, owner, replica: None };
        pair.primary().ensure_database(DATABASE).await?;
        domain::db::migrate(&pair.primary_url()).await?;
        tokio::task::block_in_place(|| pair.copy())?;
        pair.resume().await?;
        Ok(pair)
    }

    fn primary(&self) -> &Stores {
        self.primary.as_ref().expect("it runs until the end")
    }

    /// Where the primary's database is.
    pub fn primary_url(&self) -> String {
        self.primary().postgres_url(DATABASE)
    }

    /// Where the replica's is.
    pub fn replica_url(&self) -> String {
        self.primary_url().replace(":5432/", &format!(":{PORT}/"))
    }

    fn folder(&self) -> PathBuf {
        self.primary().place().data.join("replica")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        if let Some((user, group)) = self.owner {
            command.uid(user).gid(group);
        }
        command.current_dir("/").env_clear().env("PATH", "/usr/bin:/bin").env("TZ", "UTC");
        command.stdin(Stdio::null());
        command
    }

    fn sockets(&self) -> &Path {
        &self.primary().place().sockets
    }

    fn copy(&self) -> Result<()> {
        let folder = self.folder();
        std::fs::create_dir(&folder)?;
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700))?;
        if let Some((user, group)) = self.owner {
            chown(&folder, Some(user), Some(group))?;
        }
        let mut copy = self.command("pg_basebackup");
        copy.arg("-h").arg(self.sockets()).args(["-p", "5432", "-U", "dualcaster", "-D"]).arg(&folder);
        let copied = copy.args(["-R", "-X", "stream", "-c", "fast", "--no-sync"]).output()?;
        ensure!(copied.status.success(), "pg_basebackup: {}", String::from_utf8_lossy(&copied.stderr));
        Ok(())
    }

    /// Starts the replica, again after it was killed; returns when it answers.
    pub async fn resume(&mut self) -> Result<()> {
        let log = self.folder().with_extension("log");
        let began = Instant::now();
        loop {
            let log = std::fs::File::create(&log)?;
            let mut server = self.command("postgres");
            server.arg("-D").arg(self.folder()).arg("-k").arg(self.sockets()).args(["-p", PORT]);
            server.args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "wal_receiver_timeout=5s"]);
            // Not less than on the primary, or it does not begin.
            server.args(["-c", "max_connections=200"]);
            server.args(["-c", "wal_retrieve_retry_interval=200ms"]);
            let mut server = server.stdout(log.try_clone()?).stderr(log).spawn()?;
            while server.try_wait()?.is_none() {
                if domain::db::dedicated(&self.replica_url()).await.is_ok() {
                    self.replica = Some(server);
                    return Ok(());
                }
                ensure!(began.elapsed() < Duration::from_secs(60), "the replica does not answer");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            // What was killed leaves its memory and its lock behind for a moment.
            if began.elapsed() > Duration::from_secs(20) {
                let said = std::fs::read_to_string(self.folder().with_extension("log"))?;
                anyhow::bail!("the replica does not start: {said}");
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Ends the replica as a crash of its machine would.
    pub fn kill(&mut self) -> Result<()> {
        let mut server = self.replica.take().context("it does not run")?;
        server.kill()?;
        server.wait()?;
        Ok(())
    }

    /// Tells the replica something, such as to stop replaying.
    pub async fn tell(&self, sql: &str) -> Result<()> {
        Ok(domain::db::dedicated(&self.replica_url()).await?.batch_execute(sql).await?)
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        if self.replica.is_some()
            && let Err(error) = self.kill()
        {
            eprintln!("the replica: {error:#}");
        }
        let data = self.primary().place().data.clone();
        tokio::task::block_in_place(|| drop(self.primary.take()));
        for folder in [&data, &self.state] {
            if folder.exists()
                && let Err(error) = std::fs::remove_dir_all(folder)
            {
                eprintln!("{}: {error}", folder.display());
            }
        }
    }
}
