//! The work on import jobs, in the background and one job at a time.
//!
//! A batch of rows is one transaction together with the job's place in the file, its counts and its report. So a job
//! that a stop or crash interrupts goes on exactly where it stood, and no row is done twice.

use super::DIRECTORY;
use super::csv::{Row, Rows};
use super::file::Reader;
use super::header::{self, Column};
use super::row::{self, NewUser, Rules};
use crate::clock::Timestamp;
use crate::context::{Context, Services};
use crate::domain::pools;
use crate::domain::scope::Scope;
use crate::domain::users::accounts::{self, TakenAlias};
use crate::fault::{Cause, Fault};
use crate::keys::{ImportedHash, cpu};
use crate::model::{FilePosition, ImportJob, Pool, RejectedRow};
use crate::shapes::idp::UserImportJobStatusType as Status;
use crate::store::{Tx, import_jobs as table};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, UNIX_EPOCH};

/// How long jobs and files wait to be looked after when nobody tells of them.
const INTERVAL: Duration = Duration::from_secs(60);
/// Rows per transaction.
const BATCH: usize = 64;
/// Jobs that are looked for at a time.
const JOBS: usize = 100;
/// Rows between two lines of the server's log.
const LOGGED: i64 = 10_000;
/// Longest rest between two batches.
const LONGEST_REST: Duration = Duration::from_millis(500);
/// Age of a file that belongs to no job.
const ABANDONED: Duration = Duration::from_secs(3600);

/// Works on jobs for as long as it is polled.
pub async fn work(services: Arc<Services>) {
    loop {
        if let Err(error) = run_waiting(&services).await {
            tracing::error!(%error, "an import job was interrupted; it goes on in a minute");
        }
        if let Err(error) = tidy(&services).await {
            tracing::error!(%error, "files of ended import jobs could not be removed; the next try is in a minute");
        }
        // Told, or the time is over: either way there may be work.
        let _ = tokio::time::timeout(INTERVAL, services.imports_due.notified()).await;
    }
}

/// Works on all jobs that were started, until none is left.
pub async fn run_waiting(services: &Arc<Services>) -> Result<(), Fault> {
    loop {
        let jobs = table::all_running(&services.store, JOBS).await?;
        if jobs.is_empty() {
            return Ok(());
        }
        for (pool_id, id) in jobs {
            run(services, &pool_id, &id).await?;
        }
    }
}

/// Works on one job until it ends.
async fn run(services: &Arc<Services>, pool_id: &str, id: &str) -> Result<(), Fault> {
    let Some(job) = table::get(&services.store, pool_id, id).await? else {
        // The pool went, and its mark stayed.
        let forgotten = services.store.transact(async |tx| {
            table::forget(tx, pool_id);
            Ok(())
        });
        return forgotten.await;
    };
    tracing::info!(pool = pool_id, job = id, line = job.next.line, "an import job goes on");
    let mut source = match Source::open(services, &job).await {
        Ok(source) => source,
        Err(reason) => return end(services, &job, (Status::Failed, reason)).await,
    };
    loop {
        let begun = Instant::now();
        let batch = match source.next_batch().await? {
            Ok(batch) => batch,
            Err(reason) => return end(services, &job, (Status::Failed, reason)).await,
        };
        let cx = Context::in_background(Arc::clone(services))?;
        let now = step(&cx, &source, batch, (pool_id, id)).await?;
        let done = now.imported + now.skipped + now.failed;
        if !now.is_active() {
            log(&now, "an import job has ended");
            return tidy(services).await;
        }
        if done % LOGGED < BATCH as i64 {
            log(&now, "an import job goes on");
        }
        rest(begun.elapsed()).await;
    }
}

fn log(job: &ImportJob, what: &'static str) {
    let ImportJob { id, pool_id, imported, skipped, failed, .. } = job;
    tracing::info!(pool = %pool_id, job = %id, status = job.status.as_str(), imported, skipped, failed, "{what}");
}

/// Lets others work: a fifth of the time where nobody waits for a core, and four fifths where sign-ins do.
async fn rest(worked: Duration) {
    let rest = if cpu::idle() { worked / 4 } else { worked * 4 };
    tokio::time::sleep(rest.min(LONGEST_REST)).await;
}

/// A job's file, read from where the job stands.
struct Source {
    columns: Vec<Column>,
    rows: Option<Rows<Reader>>,
}

/// Rows that follow each other.
struct Batch {
    rows: Vec<Row>,
    /// Where the next ones begin; `None` at the end of the file.
    next: Option<FilePosition>,
}

const UNREADABLE: &str = "The uploaded file cannot be read.";

impl Source {
    /// Errors say why the job fails.
    async fn open(services: &Arc<Services>, job: &ImportJob) -> Result<Self, String> {
        let unreadable = |error: &dyn std::fmt::Display| {
            tracing::error!(job = %job.id, %error, "the file of an import job cannot be read");
            UNREADABLE.to_owned()
        };
        let pool = pools::pool(&services.store, &job.pool_id).await.map_err(|error| unreadable(&error))?;
        let upload = job.upload.clone().ok_or_else(|| UNREADABLE.to_owned())?;
        let (sealer, next, algorithm) = (services.keys.sealer.clone(), job.next, job.algorithm);
        let dir = services.config.server.data_dir.join(DIRECTORY);
        let opened = tokio::task::spawn_blocking(move || {
            let mut rows = Rows::new(Reader::open(sealer.clone(), &dir, &upload, 0)?, FilePosition::default());
            let first = rows.next_row()?;
            if next.offset > 0 {
                rows = Rows::new(Reader::open(sealer, &dir, &upload, next.offset)?, next);
            }
            std::io::Result::Ok((first, rows))
        });
        let opened = opened.await.map_err(|error| unreadable(&error))?;
        let (first, rows) = opened.map_err(|error| unreadable(&error))?;
        let names = first.map_or_else(|| Err("The file is empty."), |row| row.values)?;
        let columns = header::columns(&pool, &names, algorithm)?;
        Ok(Self { columns, rows: Some(rows) })
    }

    async fn next_batch(&mut self) -> Result<Result<Batch, String>, Fault> {
        let Some(mut rows) = self.rows.take() else { return Ok(Err(UNREADABLE.to_owned())) };
        let read = tokio::task::spawn_blocking(move || {
            let mut batch = Vec::with_capacity(BATCH);
            while batch.len() < BATCH {
                match rows.next_row() {
                    Ok(Some(row)) => batch.push(row),
                    Ok(None) => return (Ok(Batch { rows: batch, next: None }), rows),
                    Err(error) => return (Err(error), rows),
                }
            }
            let next = Some(rows.position);
            (Ok(Batch { rows: batch, next }), rows)
        });
        let (batch, rows) = read.await.map_err(Fault::internal)?;
        self.rows = Some(rows);
        Ok(batch.map_err(|error| {
            tracing::error!(%error, "the file of an import job cannot be read");
            UNREADABLE.to_owned()
        }))
    }
}

/// Does a batch in one transaction. Gives the job as it is then.
async fn step(cx: &Context, source: &Source, batch: Batch, job: (&str, &str)) -> Result<ImportJob, Fault> {
    let (pool_id, id) = job;
    let pool = pools::pool(&cx.services.store, pool_id).await?;
    let known = super::jobs::get(&cx.services.store, pool_id, id).await?;
    let rules = Rules { cx, pool: &pool, columns: &source.columns, algorithm: known.algorithm };
    let mut checked = Vec::with_capacity(batch.rows.len());
    for row in batch.rows {
        let user = match row.values {
            Ok(values) => row::check(rules, values)?,
            Err(reason) => Err(reason.to_owned()),
        };
        checked.push((row.line, user));
    }
    cx.services
        .store
        .transact(async |tx| {
            let mut job = super::jobs::get(tx, pool_id, id).await?;
            if job.status == Status::Stopping {
                close(&mut job, cx.now, (Status::Stopped, "The Import Job was stopped by the developer.".to_owned()));
                table::put(tx, &job)?;
                return Ok(job);
            }
            job.status = Status::InProgress;
            let rejected = insert(cx, tx, &pool, (&mut job, &checked)).await?;
            table::put_report(tx, &mut job, rejected)?;
            match batch.next {
                Some(next) => job.next = next,
                None => {
                    let outcome = outcome(&job);
                    close(&mut job, cx.now, outcome);
                }
            }
            table::put(tx, &job)?;
            Ok(job)
        })
        .await
}

type Checked = (u64, Result<NewUser, String>);

/// Writes the users of a batch, counts, and gives the rows that are none.
async fn insert(
    cx: &Context,
    tx: &Tx,
    pool: &Pool,
    (job, checked): (&mut ImportJob, &[Checked]),
) -> Result<Vec<RejectedRow>, Fault> {
    let mut rejected = Vec::new();
    let mut decoys = Vec::new();
    for (line, user) in checked {
        let (skipped, reason) = match user {
            Err(reason) => (false, reason.clone()),
            Ok(new) => match accounts::insert(Scope::of_admin(cx, pool), tx, &new.user, TakenAlias::Refuse).await {
                Ok(()) => {
                    job.imported += 1;
                    decoys.extend(new.decoy.as_ref());
                    continue;
                }
                Err(fault) if fault.cause() == Cause::UsernameExists => (true, "The user already exists.".to_owned()),
                Err(fault) if fault.is_modelled() => (false, fault.message().to_owned()),
                Err(fault) => return Err(fault),
            },
        };
        if skipped {
            job.skipped += 1;
        } else {
            job.failed += 1;
        }
        rejected.push(RejectedRow { line: *line, skipped, reason });
    }
    remember_costs(tx, pool, &decoys).await?;
    Ok(rejected)
}

/// Has wrong passwords cost a check of the imported hashes, too, for everybody: the costliest of each algorithm.
async fn remember_costs(tx: &Tx, pool: &Pool, decoys: &[&ImportedHash]) -> Result<(), Fault> {
    let mut pool = Pool::clone(&*pools::pool(tx, &pool.id).await?);
    let before = pool.imported_hashes.clone();
    for decoy in decoys {
        let of_algorithm = |text: &String| ImportedHash::trusted(text.clone()).algorithm() == decoy.algorithm();
        match pool.imported_hashes.iter_mut().find(|text| of_algorithm(text)) {
            Some(known) if ImportedHash::trusted(known.clone()).cost() < decoy.cost() => {
                decoy.text().clone_into(known);
            }
            Some(_) => {}
            None => pool.imported_hashes.push(decoy.text().to_owned()),
        }
    }
    if pool.imported_hashes != before {
        crate::store::pools::put_pool(tx, &pool)?;
    }
    Ok(())
}

/// How a job ends that came to the end of its file. AWS's threshold is not documented: here most rows must be users.
fn outcome(job: &ImportJob) -> (Status, String) {
    if job.failed + job.skipped > job.imported {
        (Status::Failed, "Too many users have failed or been skipped during the import.".to_owned())
    } else {
        (Status::Succeeded, "The user import job has completed.".to_owned())
    }
}

fn close(job: &mut ImportJob, now: Timestamp, (status, message): (Status, String)) {
    job.status = status;
    job.message = Some(message);
    job.completed = Some(now);
}

/// Ends a job that cannot go on.
async fn end(services: &Arc<Services>, job: &ImportJob, outcome: (Status, String)) -> Result<(), Fault> {
    let now = services.clock.now();
    let ended = services
        .store
        .transact(async |tx| {
            let mut job = super::jobs::get(tx, &job.pool_id, &job.id).await?;
            close(&mut job, now, outcome.clone());
            table::put(tx, &job)?;
            Ok(job)
        })
        .await?;
    log(&ended, "an import job has ended");
    tidy(services).await
}

/// Removes the files that no job needs.
async fn tidy(services: &Services) -> Result<(), Fault> {
    let dir = services.config.server.data_dir.join(DIRECTORY);
    let Ok(entries) = std::fs::read_dir(&dir) else { return Ok(()) };
    let now = services.clock.now();
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let [pool_id, id, _] = name.split('.').collect::<Vec<_>>()[..] else { continue };
        let job = table::get(&services.store, pool_id, id).await?;
        let needed = job.as_ref().is_some_and(|job| {
            let is_its_file = job.upload.as_ref().is_some_and(|upload| upload.file == name);
            job.needs_file(now) && (is_its_file || written_lately(&entry.path(), now))
        });
        if !needed {
            std::fs::remove_file(entry.path()).map_err(Fault::internal)?;
        }
    }
    Ok(())
}

/// Whether a file may be one that is being uploaded.
fn written_lately(path: &Path, now: Timestamp) -> bool {
    let modified = std::fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    let since = modified.and_then(|modified| modified.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    let modified = Timestamp(i64::try_from(since.as_millis()).unwrap_or_default());
    now.since(modified) < ABANDONED
}
