//! Import jobs.

use crate::context::Context;
use crate::domain::imports::{jobs, template, upload};
use crate::domain::pools;
use crate::fault::Fault;
use crate::model::ImportJob;
use crate::ops::paging;
use crate::shapes::idp::*;

/// `GetCSVHeader`: the columns of a file of users.
pub async fn get_csv_header(cx: &Context, input: GetCSVHeaderRequest) -> Result<GetCSVHeaderResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    Ok(GetCSVHeaderResponse { user_pool_id: Some(input.user_pool_id), csv_header: Some(template(&pool)) })
}

/// `CreateUserImportJob`.
pub async fn create_user_import_job(
    cx: &Context,
    input: CreateUserImportJobRequest,
) -> Result<CreateUserImportJobResponse, Fault> {
    let wanted = jobs::JobSettings {
        name: input.job_name,
        log_role: input.cloud_watch_logs_role_arn,
        algorithm: input.password_hashing_algorithm,
    };
    let job = jobs::create(cx, &input.user_pool_id, wanted).await?;
    Ok(CreateUserImportJobResponse { user_import_job: Some(shown(cx, job)) })
}

/// `StartUserImportJob`.
pub async fn start_user_import_job(
    cx: &Context,
    input: StartUserImportJobRequest,
) -> Result<StartUserImportJobResponse, Fault> {
    let job = jobs::start(cx, &input.user_pool_id, &input.job_id).await?;
    Ok(StartUserImportJobResponse { user_import_job: Some(shown(cx, job)) })
}

/// `StopUserImportJob`.
pub async fn stop_user_import_job(
    cx: &Context,
    input: StopUserImportJobRequest,
) -> Result<StopUserImportJobResponse, Fault> {
    let job = jobs::stop(cx, &input.user_pool_id, &input.job_id).await?;
    Ok(StopUserImportJobResponse { user_import_job: Some(shown(cx, job)) })
}

/// `DescribeUserImportJob`.
pub async fn describe_user_import_job(
    cx: &Context,
    input: DescribeUserImportJobRequest,
) -> Result<DescribeUserImportJobResponse, Fault> {
    let job = jobs::get(&cx.services.store, &input.user_pool_id, &input.job_id).await?;
    Ok(DescribeUserImportJobResponse { user_import_job: Some(shown(cx, job)) })
}

/// `ListUserImportJobs`, the newest first.
pub async fn list_user_import_jobs(
    cx: &Context,
    input: ListUserImportJobsRequest,
) -> Result<ListUserImportJobsResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let call = ["ListUserImportJobs", &pool.id];
    let after = paging::after(cx, &call, input.pagination_token.as_deref())?;
    let limit = paging::limit(Some(input.max_results));
    let (found, last) = crate::store::import_jobs::list(&cx.services.store, &pool.id, after.as_deref(), limit).await?;
    Ok(ListUserImportJobsResponse {
        user_import_jobs: Some(found.into_iter().map(|job| shown(cx, job)).collect()),
        pagination_token: paging::token(cx, &call, last)?,
    })
}

fn shown(cx: &Context, job: ImportJob) -> UserImportJobType {
    UserImportJobType {
        pre_signed_url: Some(upload::url(cx, &job)),
        status: Some(job.status_at(cx.now)),
        job_name: Some(job.name),
        job_id: Some(job.id),
        user_pool_id: Some(job.pool_id),
        creation_date: Some(job.created),
        start_date: job.started,
        completion_date: job.completed,
        cloud_watch_logs_role_arn: Some(job.log_role),
        imported_users: Some(job.imported),
        skipped_users: Some(job.skipped),
        failed_users: Some(job.failed),
        completion_message: job.message,
        password_hashing_algorithm: job.algorithm,
    }
}
