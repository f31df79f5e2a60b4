//! What import jobs did not take, and why.

use crate::context::Context;
use crate::domain::imports::jobs;
use crate::fault::Fault;
use crate::ops::paging;
use crate::shapes::admin::*;
use crate::store::import_jobs;

/// Batches of rows whose rejected ones are one page.
const PIECES: usize = 50;

/// `GetUserImportReport` (signed): the rows of the file that were skipped or failed.
pub async fn get_user_import_report(
    cx: &Context,
    input: GetUserImportReportRequest,
) -> Result<GetUserImportReportResponse, Fault> {
    let job = jobs::get(&cx.services.store, &input.user_pool_id, &input.job_id).await?;
    let call = ["GetUserImportReport", &job.id];
    let after = paging::after(cx, &call, input.next_token.as_deref())?;
    let (rows, last) = import_jobs::read_report(&cx.services.store, &job, after.as_deref(), PIECES).await?;
    let rows = rows.into_iter().map(|row| RejectedRowType {
        line: i64::try_from(row.line).unwrap_or(i64::MAX),
        outcome: if row.skipped { RejectedRowOutcomeType::Skipped } else { RejectedRowOutcomeType::Failed },
        reason: row.reason,
    });
    Ok(GetUserImportReportResponse { rows: rows.collect(), next_token: paging::token(cx, &call, last)? })
}
