//! Credentials for whoever holds a token that a role trusts.

use crate::context::Context;
use crate::domain::access::{roles, sessions};
use crate::domain::identities::limited;
use crate::domain::identities::web_identity::{self, Call};
use crate::fault::Fault;
use crate::shapes::sts::*;

/// `AssumeRoleWithWebIdentity` (unsigned).
pub async fn assume_role_with_web_identity(
    cx: &Context,
    input: AssumeRoleWithWebIdentityRequest,
) -> Result<AssumeRoleWithWebIdentityResponse, Fault> {
    if input.policy_arns.is_some_and(|arns| !arns.is_empty()) {
        return Err(validation_error("This server has no managed policies: give the session policy itself in Policy."));
    }
    if input.provider_id.is_some() {
        return Err(validation_error("ProviderId is for access tokens of OAuth 2.0, which are no web identity here."));
    }
    let call = Call {
        role: input.role_arn,
        session_name: input.role_session_name,
        token: input.web_identity_token,
        policy: input.policy,
        seconds: input.duration_seconds.and_then(|seconds| u32::try_from(seconds).ok()),
    };
    let assumed = limited(cx, web_identity::assume(cx, call)).await?;
    let (session, key) = (assumed.session, assumed.key);
    Ok(AssumeRoleWithWebIdentityResponse {
        credentials: Some(Credentials {
            access_key_id: key.access_key_id,
            secret_access_key: key.secret_access_key.reveal().to_owned(),
            session_token: key.session_token,
            expiration: key.until,
        }),
        assumed_role_user: Some(AssumedRoleUser {
            assumed_role_id: format!("{}:{}", roles::role_id(cx, &session.role), session.name),
            arn: sessions::session_arn(&session),
        }),
        subject_from_web_identity_token: Some(session.subject),
        provider: Some(session.provider),
        audience: Some(session.audience),
        ..Default::default()
    })
}

fn validation_error(message: &'static str) -> Fault {
    Fault::Protocol { name: "ValidationException", status: 400, message: message.into() }
}
