//! Which identities at providers sign a user in. The user's record has them, an index key for each keeps them apart
//! from other users', and the attribute `identities` tells of them.

use super::get;
use crate::context::Context;
use crate::domain::pools;
use crate::domain::users::Attributes;
use crate::fault::Fault;
use crate::model::{LinkedIdentity, Pool, SUBJECT, User};
use crate::shapes::idp::{IdentityProviderTypeType as Kind, ProviderUserIdentifierType as Named};
use crate::store::{Read, users};
use serde_json::json;

/// Identities that one user can have.
pub const MAX_PER_USER: usize = 5;
/// The longest subject or attribute value.
const LONGEST: usize = 2048;
/// What the pool itself is called where a provider is expected.
const COGNITO: &str = "Cognito";

/// The user whom this identity signs in, by the provider's subject.
pub async fn owner(read: &impl Read, pool: &Pool, provider: &str, subject: &str) -> Result<Option<User>, Fault> {
    Ok(users::by_identity(read, pool, provider, SUBJECT, subject).await?)
}

/// Joins an identity that has not signed in yet to a user.
pub async fn link(cx: &Context, pool_id: &str, destination: &Named, source: &Named) -> Result<(), Fault> {
    let (name, value) = (provider_name(source, "SourceUser")?, value(source, "SourceUser")?);
    let attribute = source.provider_attribute_name.as_deref().filter(|name| !name.is_empty()).unwrap_or(SUBJECT);
    cx.services
        .store
        .transact(async |tx| {
            let pool = pools::pool(tx, pool_id).await?;
            let before = destination_user(tx, &pool, destination).await?;
            check_mutable(&pool, &before)?;
            if is_cognito(name) {
                return Err(Fault::invalid("SourceUser must be a user of an external identity provider."));
            }
            let provider = get(tx, &pool, name).await?;
            if attribute != SUBJECT {
                if !matches!(provider.kind, Kind::Oidc | Kind::Saml) {
                    return Err(Fault::invalid(format!(
                        "ProviderAttributeName must be {SUBJECT} for providers of type {}.",
                        provider.kind
                    )));
                }
                if !provider.attribute_mapping.contains_key(attribute) {
                    return Err(Fault::invalid(
                        "ProviderAttributeName must be an attribute in the provider's attribute mapping.",
                    ));
                }
            }
            match users::by_identity(tx, &pool, name, attribute, value).await? {
                Some(user) if user.sub == before.sub => {
                    return Err(Fault::invalid("SourceUser is already linked to DestinationUser"));
                }
                Some(user) if !user.identities.iter().any(|i| i.primary && i.provider == name) => {
                    return Err(Fault::modelled(
                        "AliasExistsException",
                        "SourceUser is already linked to another user.",
                    ));
                }
                Some(_) => return Err(signed_up()),
                None => {}
            }
            if users::by_username(tx, &pool, &format!("{name}_{value}")).await?.is_some() {
                return Err(signed_up());
            }
            let mut after = before.clone();
            after.identities.push(LinkedIdentity {
                provider: name.to_owned(),
                kind: provider.kind,
                attribute: attribute.to_owned(),
                value: value.to_owned(),
                primary: false,
                joined: cx.now,
                issuer: None,
            });
            if after.identities.len() > MAX_PER_USER {
                return Err(Fault::modelled(
                    "LimitExceededException",
                    format!("A user can have at most {MAX_PER_USER} linked identities."),
                ));
            }
            tell(&mut after.attributes, &after.identities);
            after.modified = cx.now;
            users::update(tx, &pool, &before, &after)?;
            Ok(())
        })
        .await
}

/// Takes an identity from the user whom it signs in; for the pool itself as provider, takes the user's password.
pub async fn disable(cx: &Context, pool_id: &str, named: &Named) -> Result<(), Fault> {
    let (name, value) = (provider_name(named, "User")?, value(named, "User")?);
    let attribute = named.provider_attribute_name.as_deref().filter(|name| !name.is_empty()).unwrap_or(SUBJECT);
    cx.services
        .store
        .transact(async |tx| {
            let pool = pools::pool(tx, pool_id).await?;
            let found = match is_cognito(name) {
                true if attribute != SUBJECT => {
                    return Err(Fault::invalid(format!("ProviderAttributeName must be {SUBJECT}.")));
                }
                true => users::by_username(tx, &pool, value).await?,
                false => users::by_identity(tx, &pool, name, attribute, value).await?,
            };
            let before = found.ok_or_else(Fault::user_not_found)?;
            let mut after = before.clone();
            if is_cognito(name) {
                after.credential = None;
                after.temporary_until = None;
            } else {
                after.identities.retain(|i| {
                    (i.provider.as_str(), i.attribute.as_str(), i.value.as_str()) != (name, attribute, value)
                });
                tell(&mut after.attributes, &after.identities);
            }
            after.modified = cx.now;
            users::update(tx, &pool, &before, &after)?;
            Ok(())
        })
        .await
}

/// Writes the attribute `identities`.
pub fn tell(attributes: &mut Attributes, identities: &[LinkedIdentity]) {
    if identities.is_empty() {
        attributes.remove("identities");
        return;
    }
    let told: Vec<_> = identities
        .iter()
        .map(|identity| {
            json!({
                "userId": identity.value, "providerName": identity.provider, "providerType": identity.kind.as_str(),
                "issuer": identity.issuer,
                "primary": identity.primary, "dateCreated": identity.joined.millis(),
            })
        })
        .collect();
    attributes.insert("identities".into(), json!(told).to_string());
}

async fn destination_user(read: &impl Read, pool: &Pool, named: &Named) -> Result<User, Fault> {
    let value = value(named, "DestinationUser")?;
    let found = match named.provider_name.as_deref() {
        Some(provider) if !is_cognito(provider) => users::by_identity(read, pool, provider, SUBJECT, value).await?,
        _ => users::by_username(read, pool, value).await?,
    };
    found.ok_or_else(Fault::user_not_found)
}

/// What signs in by a provider is refreshed from it, so all that the user has must be open to change.
fn check_mutable(pool: &Pool, user: &User) -> Result<(), Fault> {
    let fixed = user.attributes.keys().find(|name| pool.attribute(name).is_some_and(|a| a.mutable == Some(false)));
    match fixed {
        Some(name) => Err(Fault::invalid(format!("user.{name}: Attribute cannot be updated.\n"))),
        None => Ok(()),
    }
}

fn signed_up() -> Fault {
    Fault::invalid(
        "Merging is not currently supported, please provide a SourceUser that has not been signed up in order to link",
    )
}

fn is_cognito(provider: &str) -> bool {
    provider.eq_ignore_ascii_case(COGNITO)
}

fn provider_name<'a>(named: &'a Named, what: &str) -> Result<&'a str, Fault> {
    named.provider_name.as_deref().ok_or_else(|| Fault::invalid(format!("{what}.ProviderName is required.")))
}

fn value<'a>(named: &'a Named, what: &str) -> Result<&'a str, Fault> {
    let value = named.provider_attribute_value.as_deref().filter(|value| (1..=LONGEST).contains(&value.len()));
    value.ok_or_else(|| {
        Fault::invalid(format!("{what}.ProviderAttributeValue is required, with {LONGEST} bytes at most."))
    })
}
