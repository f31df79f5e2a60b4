//! Who signed a call.

use crate::context::Context;
use crate::fault::Fault;
use crate::shapes::sts::{GetCallerIdentityRequest, GetCallerIdentityResponse};

/// `GetCallerIdentity` (signed): the caller's ARN, account and id. Terraform asks at its start.
pub async fn get_caller_identity(
    cx: &Context,
    _input: GetCallerIdentityRequest,
) -> Result<GetCallerIdentityResponse, Fault> {
    let caller = cx.caller.as_ref().ok_or_else(|| Fault::Protocol {
        name: "MissingAuthenticationTokenException",
        status: 403,
        message: "Request is missing Authentication Token".into(),
    })?;
    // arn:aws:iam::<account>:user/<name>, or arn:aws:sts::<account>:assumed-role/<role>/<session>
    let account = caller.arn.split(':').nth(4).filter(|account| !account.is_empty());
    Ok(GetCallerIdentityResponse {
        user_id: Some(caller.user_id.clone()),
        account: Some(account.unwrap_or(&cx.services.config.identity.account_id).to_owned()),
        arn: Some(caller.arn.clone()),
    })
}
