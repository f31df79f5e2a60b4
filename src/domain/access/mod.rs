//! Owns access keys and what they may do: who signs calls, and the IAM-style policies of their keys.
//! Hands off the arithmetic of signatures to `wire`. Must not know request bytes.

mod keys;
mod open;
mod root;
#[cfg(test)]
mod tests;

pub use keys::{KeyView, NewKey, create, delete, list, set_enabled};
pub use root::{GivenRoot, RootKey, ensure_root};

use crate::context::Context;
use crate::fault::Fault;
use crate::model::AccessKey;
use crate::model::policy::{ADMIN, Policy, Verdict};
use crate::secret::Secret;
use std::sync::Arc;

/// The access key `id`, if there is one. In development mode, where signatures are not compared, there always is one:
/// unknown and disabled ids stand for a user who may do everything.
pub async fn find(cx: &Context, id: &str) -> Result<Option<AccessKey>, Fault> {
    let found = open::find(&cx.services, id).await?;
    if cx.services.config.server.dev && !found.as_ref().is_some_and(|key| key.enabled) {
        return Ok(Some(development_key(cx, id)?));
    }
    Ok(found.map(|key| AccessKey::clone(&key)))
}

fn development_key(cx: &Context, id: &str) -> Result<AccessKey, Fault> {
    Ok(AccessKey {
        id: id.to_owned(),
        secret: Secret::new(crate::rng::uuid()?),
        session_token: None,
        expires: None,
        enabled: true,
        arn: format!("arn:aws:iam::{}:user/dev", cx.services.config.identity.account_id),
        policy: Arc::new(Policy::parse(ADMIN).map_err(Fault::internal)?),
    })
}

/// The pool of a client, for policies on calls that name a client alone.
pub async fn pool_of_client(cx: &Context, id: &str) -> Result<Option<String>, Fault> {
    Ok(crate::store::pools::client(&cx.services.store, id).await?.map(|client| client.pool_id.clone()))
}

/// Whether the key's policy allows `action` (e.g. `cognito-idp:ListUsers`) on `resource` (an ARN or `*`);
/// `AccessDeniedException` if not. `sts:GetCallerIdentity` needs no permission, as in AWS.
pub async fn authorize(_cx: &Context, key: &AccessKey, action: &str, resource: &str) -> Result<(), Fault> {
    if action.eq_ignore_ascii_case("sts:GetCallerIdentity") {
        return Ok(());
    }
    let because = match key.policy.judge(action, resource) {
        Verdict::Allowed => return Ok(()),
        Verdict::NotAllowed => format!("because no identity-based policy allows the {action} action"),
        Verdict::Denied => "with an explicit deny in an identity-based policy".to_owned(),
    };
    let message = format!("User: {} is not authorized to perform: {action} on resource: {resource} {because}", key.arn);
    Err(Fault::Protocol { name: "AccessDeniedException", status: 400, message: message.into() })
}

/// [`authorize`] for whoever signed the call; unsigned calls and the server itself need no permission here.
pub async fn authorize_caller(cx: &Context, action: &str, resource: &str) -> Result<(), Fault> {
    let Some(caller) = &cx.caller else { return Ok(()) };
    let key =
        find(cx, &caller.access_key_id).await?.ok_or_else(|| Fault::internal("a caller without an access key"))?;
    authorize(cx, &key, action, resource).await
}
