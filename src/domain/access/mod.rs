//! Owns access keys and what they may do: who signs calls, and the IAM-style policies of their keys.
//! Hands off the arithmetic of signatures to `wire`. Must not know request bytes.

mod keys;
mod open;
pub mod roles;
mod root;
pub mod sessions;
#[cfg(test)]
mod tests;

pub use keys::{KeyView, NewKey, create, delete, list, set_enabled};
pub use root::{GivenRoot, RootKey, ensure_root};

use crate::context::Context;
use crate::fault::Fault;
use crate::model::policy::{ADMIN, Policy, Verdict};
use crate::model::{AccessKey, Caller, Grants};
use crate::secret::Secret;

/// The access key `id`, if there is one; with a session token, the temporary key that the token is of. In development
/// mode, where signatures are not compared, there always is one: unknown and disabled ids stand for a user who may do
/// everything.
pub async fn find(cx: &Context, id: &str, token: Option<&str>) -> Result<Option<AccessKey>, Fault> {
    if let Some(token) = token
        && let Some(key) = sessions::open(cx, id, token).await?
    {
        return Ok(Some(key));
    }
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
        user_id: id.to_owned(),
        grants: Grants::of(Policy::parse(ADMIN).map_err(Fault::internal)?),
        session: None,
    })
}

/// The pool of a client, for policies on calls that name a client alone.
pub async fn pool_of_client(cx: &Context, id: &str) -> Result<Option<String>, Fault> {
    Ok(crate::store::pools::client(&cx.services.store, id).await?.map(|client| client.pool_id.clone()))
}

/// Whether the key's grants allow `action` (e.g. `cognito-idp:ListUsers`) on `resource` (an ARN or `*`);
/// `AccessDeniedException` if not. `sts:GetCallerIdentity` needs no permission, as in AWS.
pub fn authorize(caller: &Caller, action: &str, resource: &str) -> Result<(), Fault> {
    if action.eq_ignore_ascii_case("sts:GetCallerIdentity") {
        return Ok(());
    }
    let because = match caller.grants.judge(action, resource) {
        Verdict::Allowed => return Ok(()),
        Verdict::NotAllowed => format!("because no identity-based policy allows the {action} action"),
        Verdict::Denied => "with an explicit deny in an identity-based policy".to_owned(),
    };
    let message =
        format!("User: {} is not authorized to perform: {action} on resource: {resource} {because}", caller.arn);
    Err(Fault::Protocol { name: "AccessDeniedException", status: 400, message: message.into() })
}

/// [`authorize`] for whoever signed the call; unsigned calls and the server itself need no permission here.
pub fn authorize_caller(cx: &Context, action: &str, resource: &str) -> Result<(), Fault> {
    cx.caller.as_ref().map_or(Ok(()), |caller| authorize(caller, action, resource))
}
