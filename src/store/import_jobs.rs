//! Tables of import jobs: the record, the list of a pool from the newest on, the job of a pool that runs, and reports.

use super::{Key, Read, Record, StoreError, Tx, decode, tags};
use crate::model::{ImportJob, RejectedRow};
use serde::{Deserialize, Serialize};

impl Record for ImportJob {
    const TABLE: &'static str = "import jobs";
}

/// The rejected rows of one batch.
#[derive(Serialize, Deserialize)]
struct ReportPiece {
    rows: Vec<RejectedRow>,
}

impl Record for ReportPiece {
    const TABLE: &'static str = "import reports";
}

fn job_key(pool: &str, id: &str) -> Key {
    Key::new(tags::IMPORT_JOB).part(pool).part(id)
}

fn running_key(pool: &str) -> Key {
    Key::new(tags::IMPORT_RUNNING).part(pool)
}

fn report(pool: &str, id: &str) -> Key {
    Key::new(tags::IMPORT_REPORT).part(pool).part(id)
}

pub async fn get(read: &impl Read, pool: &str, id: &str) -> Result<Option<ImportJob>, StoreError> {
    read.get(&job_key(pool, id)).await
}

/// Writes a new job and its place in the list.
pub fn insert(tx: &Tx, job: &ImportJob) -> Result<(), StoreError> {
    let listed = Key::new(tags::IMPORT_LIST).part(&job.pool_id).number(-job.created.millis()).part(&job.id);
    tx.put_bytes(listed, job.id.clone().into_bytes());
    put(tx, job)
}

/// Writes a job, and whether it runs.
pub fn put(tx: &Tx, job: &ImportJob) -> Result<(), StoreError> {
    if job.is_active() {
        tx.put_bytes(running_key(&job.pool_id), job.id.clone().into_bytes());
    } else if job.completed.is_some() {
        tx.delete(running_key(&job.pool_id));
    }
    tx.put(job_key(&job.pool_id, &job.id), job)
}

/// Removes the mark of a job that runs, after its pool was deleted.
pub fn forget(tx: &Tx, pool: &str) {
    tx.delete(running_key(pool));
}

/// A page of a pool's jobs, the newest first, and the key after which the next page starts.
pub async fn list(
    read: &impl Read,
    pool: &str,
    after: Option<&[u8]>,
    limit: usize,
) -> Result<(Vec<ImportJob>, Option<Vec<u8>>), StoreError> {
    let page = read.scan(&Key::new(tags::IMPORT_LIST).part(pool), after, limit).await?;
    let mut jobs = Vec::new();
    for (_, id) in &page.entries {
        jobs.extend(get(read, pool, &String::from_utf8_lossy(id)).await?);
    }
    let last = page.entries.last().filter(|_| page.more).map(|(key, _)| key.clone());
    Ok((jobs, last))
}

/// How many jobs a pool has, counted up to `most`.
pub async fn count(read: &impl Read, pool: &str, most: usize) -> Result<usize, StoreError> {
    Ok(read.scan(&Key::new(tags::IMPORT_LIST).part(pool), None, most).await?.entries.len())
}

/// The id of the pool's job that runs or waits for its turn.
pub async fn running(read: &impl Read, pool: &str) -> Result<Option<String>, StoreError> {
    Ok(read.bytes(&running_key(pool)).await?.map(|id| String::from_utf8_lossy(&id).into_owned()))
}

/// Up to `limit` jobs that run or wait for their turn, as pool and job id.
pub async fn all_running(read: &impl Read, limit: usize) -> Result<Vec<(String, String)>, StoreError> {
    let page = read.scan(&Key::new(tags::IMPORT_RUNNING), None, limit).await?;
    let pair = |(key, id): (Vec<u8>, Vec<u8>)| Some((Key::last_part(&key)?, String::from_utf8(id).ok()?));
    Ok(page.entries.into_iter().filter_map(pair).collect())
}

/// Adds to a job's report.
pub fn put_report(tx: &Tx, job: &mut ImportJob, rows: Vec<RejectedRow>) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    tx.put(report(&job.pool_id, &job.id).number(job.report_pieces), &ReportPiece { rows })?;
    job.report_pieces += 1;
    Ok(())
}

/// The rejected rows of some pieces of a report, and the key after which the next ones start.
pub async fn read_report(
    read: &impl Read,
    job: &ImportJob,
    after: Option<&[u8]>,
    pieces: usize,
) -> Result<(Vec<RejectedRow>, Option<Vec<u8>>), StoreError> {
    let page = read.scan(&report(&job.pool_id, &job.id), after, pieces).await?;
    let mut rows = Vec::new();
    for (_, value) in &page.entries {
        rows.extend(decode::<ReportPiece>(value)?.rows);
    }
    Ok((rows, page.entries.last().filter(|_| page.more).map(|(key, _)| key.clone())))
}
