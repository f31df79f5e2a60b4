//! The caller of a signed operation: signature, access key, and the resource that policies see.

use super::fault::unrecognized_client;
use super::message::Request;
use super::model::Operation;
use super::sigv4::{Claim, Expected, verify};
use crate::context::Context;
use crate::domain::access;
use crate::domain::pools::published_secrets;
use crate::fault::Fault;
use crate::keys::cpu::{self, Lane};
use crate::model::Caller;
use serde_json::Value;

/// Whether the call's signature must be valid. Unsigned operations ignore signatures, since some SDKs sign everything.
pub fn needs_signature(operation: &Operation, request: &Request) -> bool {
    match operation.name {
        // Signed by the model, but the client's secret is the only proof.
        "GetClientToken" => false,
        // A signature or the client's secret is proof; a signature that is present must be valid.
        "GetDerivedToken" => request.headers.get("authorization").is_some(),
        _ => operation.signed,
    }
}

/// Verifies the request's signature for `service` (a signing name), and puts the caller and the region of the scope
/// into the context. In development mode any well-formed signature of this machine's programs and pages is accepted.
pub(super) async fn authenticate(cx: &mut Context, request: &Request, service: &str) -> Result<Caller, Fault> {
    let dev = cx.services.config.server.dev;
    if dev && !super::local::is_own(request, &cx.services.config) {
        return Err(super::fault::access_denied(
            "In development mode any signature is accepted, so calls from pages of other hosts are not: use localhost or 127.0.0.1.",
        ));
    }
    let claim = Claim::read(request)?;
    let key = access::find(cx, &claim.key, claim.token.as_deref()).await?.ok_or_else(unrecognized_client)?;
    if dev {
        // The keys of a role's session end in this mode as well.
        if key.expires.is_some_and(|end| end <= cx.now) {
            return Err(super::fault::expired_token());
        }
    } else {
        verify(request, &claim, &key, Expected { service, now: cx.now })?;
    }
    // A back end speaks for many users: its work does not wait among that of one address.
    cpu::change_lane(Lane::SIGNED);
    let caller = key.caller();
    cx.caller = Some(caller.clone());
    cx.region = Some(claim.region);
    Ok(caller)
}

/// The ARN that policies see: of the pool that the input names by its id or by a client's, of a published secret, or
/// the input's own ARN, or `*`. Only members of the operation's shape count: others name nothing that it acts on.
pub(super) async fn resource(
    cx: &Context,
    service: &str,
    operation: &Operation,
    input: &Value,
) -> Result<String, Fault> {
    let text = |name: &str| {
        let own = operation.input.is_some_and(|shape| shape.member(name).is_some());
        input.get(name).filter(|_| own).and_then(Value::as_str).filter(|text| !text.is_empty())
    };
    let arn = |kind: &str, id: &str, separator: char| {
        let region = id.split_once(separator).map(|(region, _)| region);
        let region = region.or(cx.region.as_deref()).unwrap_or(&cx.services.config.identity.default_region);
        // Administration of this server acts on Cognito's pools.
        let service = if service == "poolhouse" { "cognito-idp" } else { service };
        format!("arn:aws:{service}:{region}:{}:{kind}/{id}", cx.services.config.identity.account_id)
    };
    if let Some(id) = text("UserPoolId") {
        return Ok(arn("userpool", id, '_'));
    }
    if let Some(id) = text("IdentityPoolId") {
        let pool = arn("identitypool", id, ':');
        // The data of identities is a resource of its own (Cognito Sync).
        return Ok(match (text("IdentityId"), text("DatasetName")) {
            (Some(identity), Some(dataset)) if service == "cognito-sync" => {
                format!("{pool}/identity/{identity}/dataset/{dataset}")
            }
            (Some(identity), None) if service == "cognito-sync" => format!("{pool}/identity/{identity}"),
            _ => pool,
        });
    }
    if let Some(name) = text("RoleName") {
        return Ok(access::roles::arn(cx, name));
    }
    if let Some(id) = text("ClientId") {
        return Ok(access::pool_of_client(cx, id)
            .await?
            .map_or_else(|| "*".to_owned(), |pool| arn("userpool", &pool, '_')));
    }
    if let Some(id) = text("SecretId") {
        return published_secrets::arn_for_policies(cx, id).await;
    }
    Ok(text("ResourceArn").unwrap_or("*").to_owned())
}
