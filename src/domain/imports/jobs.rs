//! The life of import jobs: made, started, stopped, described.

use super::header::auto_verified;
use super::precondition;
use crate::config::quotas::Quota;
use crate::context::Context;
use crate::domain::pools::{self, quotas};
use crate::fault::Fault;
use crate::model::{FilePosition, ImportJob};
use crate::shapes::idp::{PasswordHashingAlgorithmType as Algorithm, UserImportJobStatusType as Status};
use crate::store::pools::insert_serialised;
use crate::store::{Read, import_jobs as table, tags};

/// What CreateUserImportJob says.
#[derive(Debug)]
pub struct JobSettings {
    pub name: String,
    pub log_role: String,
    pub algorithm: Option<Algorithm>,
}

/// Makes a job, which waits for its file and its start.
pub async fn create(cx: &Context, pool_id: &str, wanted: JobSettings) -> Result<ImportJob, Fault> {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let job = ImportJob {
        id: format!("import-{}", crate::rng::text(letters, 10)?),
        name: wanted.name,
        pool_id: pool_id.to_owned(),
        log_role: wanted.log_role,
        algorithm: wanted.algorithm,
        created: cx.now,
        started: None,
        completed: None,
        status: Status::Created,
        imported: 0,
        skipped: 0,
        failed: 0,
        message: None,
        upload: None,
        next: FilePosition::default(),
        report_pieces: 0,
    };
    cx.services
        .store
        .transact(async |tx| {
            pools::pool(tx, pool_id).await?;
            insert_serialised(tx, pool_id, tags::IMPORT_JOB).await?;
            // Ended ones count, too.
            let most = quotas::most(cx, Quota::ImportJobs);
            if table::count(tx, pool_id, most).await? >= most {
                return Err(quotas::exceeded(cx, Quota::ImportJobs));
            }
            table::insert(tx, &job)?;
            Ok(())
        })
        .await?;
    Ok(job)
}

/// A job of a pool.
pub async fn get(read: &impl Read, pool_id: &str, id: &str) -> Result<ImportJob, Fault> {
    pools::pool(read, pool_id).await?;
    table::get(read, pool_id, id)
        .await?
        .ok_or_else(|| Fault::not_found(format!("The user import job {id} does not exist.")))
}

/// Starts a job whose file is there. It waits while jobs of other pools run.
pub async fn start(cx: &Context, pool_id: &str, id: &str) -> Result<ImportJob, Fault> {
    let job = cx
        .services
        .store
        .transact(async |tx| {
            let pool = pools::pool(tx, pool_id).await?;
            let mut job = get(tx, pool_id, id).await?;
            if job.status_at(cx.now) != Status::Created {
                return Err(precondition(format!("The user import job {id} was started before, or has expired.")));
            }
            if auto_verified(&pool).is_empty() {
                return Err(precondition("The user pool has no auto verified attribute, and an import needs one."));
            }
            if job.upload.is_none() {
                return Err(precondition(format!("No csv file was uploaded for {id}")));
            }
            if let Some(other) = table::running(tx, pool_id).await? {
                return Err(precondition(format!("The user import job {other} of this user pool is in progress.")));
            }
            job.status = Status::Pending;
            job.started = Some(cx.now);
            table::put(tx, &job)?;
            Ok(job)
        })
        .await?;
    cx.services.imports_due.notify_one();
    Ok(job)
}

/// Asks a job to stop; it does so between two rows.
pub async fn stop(cx: &Context, pool_id: &str, id: &str) -> Result<ImportJob, Fault> {
    let job = cx
        .services
        .store
        .transact(async |tx| {
            let mut job = get(tx, pool_id, id).await?;
            if !matches!(job.status, Status::Pending | Status::InProgress) {
                return Err(precondition(format!("The user import job {id} is not in progress.")));
            }
            job.status = Status::Stopping;
            table::put(tx, &job)?;
            Ok(job)
        })
        .await?;
    cx.services.imports_due.notify_one();
    Ok(job)
}
