//! Identity providers, and the pool's own SAML certificate.

use crate::context::Context;
use crate::domain::pools;
use crate::domain::providers::{self, ProviderSettings, saml};
use crate::fault::Fault;
use crate::model::{IdentityProvider, Pool};
use crate::ops::paging;
use crate::shapes::idp::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// `CreateIdentityProvider`.
pub async fn create_identity_provider(
    cx: &Context,
    input: CreateIdentityProviderRequest,
) -> Result<CreateIdentityProviderResponse, Fault> {
    let wanted = ProviderSettings {
        details: Some(input.provider_details),
        attribute_mapping: input.attribute_mapping,
        identifiers: input.idp_identifiers,
        acr_mapping: input.acr_mapping,
    };
    let provider =
        providers::create(cx, &input.user_pool_id, &input.provider_name, input.provider_type, wanted).await?;
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    Ok(CreateIdentityProviderResponse { identity_provider: shown(cx, &pool, &provider)? })
}

/// `DescribeIdentityProvider`.
pub async fn describe_identity_provider(
    cx: &Context,
    input: DescribeIdentityProviderRequest,
) -> Result<DescribeIdentityProviderResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let provider = providers::get(&cx.services.store, &pool, &input.provider_name).await?;
    Ok(DescribeIdentityProviderResponse { identity_provider: shown(cx, &pool, &provider)? })
}

/// `UpdateIdentityProvider`: members that are left out stay.
pub async fn update_identity_provider(
    cx: &Context,
    input: UpdateIdentityProviderRequest,
) -> Result<UpdateIdentityProviderResponse, Fault> {
    let wanted = ProviderSettings {
        details: input.provider_details,
        attribute_mapping: input.attribute_mapping,
        identifiers: input.idp_identifiers,
        acr_mapping: input.acr_mapping,
    };
    let provider = providers::update(cx, &input.user_pool_id, &input.provider_name, wanted).await?;
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    Ok(UpdateIdentityProviderResponse { identity_provider: shown(cx, &pool, &provider)? })
}

/// `DeleteIdentityProvider`.
pub async fn delete_identity_provider(cx: &Context, input: DeleteIdentityProviderRequest) -> Result<(), Fault> {
    providers::delete(cx, &input.user_pool_id, &input.provider_name).await
}

/// `ListIdentityProviders`, by name.
pub async fn list_identity_providers(
    cx: &Context,
    input: ListIdentityProvidersRequest,
) -> Result<ListIdentityProvidersResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let call = ["ListIdentityProviders", &pool.id];
    let after = paging::after_text(cx, &call, input.next_token.as_deref())?;
    let limit = paging::limit(input.max_results).min(50);
    let (found, more) = crate::store::providers::list(&cx.services.store, &pool.id, after.as_deref(), limit).await?;
    let last = found.last().filter(|_| more).map(|provider| provider.name.clone());
    let described = found.into_iter().map(|provider| ProviderDescription {
        provider_name: Some(provider.name),
        provider_type: Some(provider.kind),
        last_modified_date: Some(provider.modified),
        creation_date: Some(provider.created),
    });
    Ok(ListIdentityProvidersResponse { providers: described.collect(), next_token: paging::token(cx, &call, last)? })
}

/// `GetIdentityProviderByIdentifier`.
pub async fn get_identity_provider_by_identifier(
    cx: &Context,
    input: GetIdentityProviderByIdentifierRequest,
) -> Result<GetIdentityProviderByIdentifierResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let provider = providers::by_identifier(&cx.services.store, &pool, &input.idp_identifier).await?;
    Ok(GetIdentityProviderByIdentifierResponse { identity_provider: shown(cx, &pool, &provider)? })
}

/// `GetSigningCertificate`: the certificate of the key that signs the pool's SAML requests, base64 of DER.
pub async fn get_signing_certificate(
    cx: &Context,
    input: GetSigningCertificateRequest,
) -> Result<GetSigningCertificateResponse, Fault> {
    let keys = saml::keys(cx, &input.user_pool_id).await?;
    Ok(GetSigningCertificateResponse { certificate: Some(STANDARD.encode(keys.signing)) })
}

fn shown(cx: &Context, pool: &Pool, provider: &IdentityProvider) -> Result<IdentityProviderType, Fault> {
    Ok(IdentityProviderType {
        user_pool_id: Some(pool.id.clone()),
        provider_name: Some(provider.name.clone()),
        provider_type: Some(provider.kind),
        provider_details: Some(providers::shown_details(cx, pool, provider)?),
        attribute_mapping: Some(provider.attribute_mapping.clone()),
        idp_identifiers: Some(provider.identifiers.clone()),
        acr_mapping: (!provider.acr_mapping.is_empty()).then(|| provider.acr_mapping.clone()),
        last_modified_date: Some(provider.modified),
        creation_date: Some(provider.created),
    })
}
