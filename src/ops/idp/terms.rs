//! Terms.

use crate::context::Context;
use crate::domain::branding::terms::{self, TermsSettings};
use crate::domain::pools;
use crate::fault::Fault;
use crate::model::Terms;
use crate::ops::paging;
use crate::shapes::idp::*;

/// `CreateTerms`.
pub async fn create_terms(cx: &Context, input: CreateTermsRequest) -> Result<CreateTermsResponse, Fault> {
    let wanted = TermsSettings {
        name: Some(input.terms_name),
        source: Some(input.terms_source),
        enforcement: Some(input.enforcement),
        links: input.links,
    };
    let made = terms::create(cx, &input.user_pool_id, &input.client_id, wanted).await?;
    Ok(CreateTermsResponse { terms: Some(shown(&input.user_pool_id, made)) })
}

/// `UpdateTerms`: members that are left out stay.
pub async fn update_terms(cx: &Context, input: UpdateTermsRequest) -> Result<UpdateTermsResponse, Fault> {
    let wanted = TermsSettings {
        name: input.terms_name,
        source: input.terms_source,
        enforcement: input.enforcement,
        links: input.links,
    };
    let changed = terms::update(cx, &input.user_pool_id, &input.terms_id, wanted).await?;
    Ok(UpdateTermsResponse { terms: Some(shown(&input.user_pool_id, changed)) })
}

/// `DeleteTerms`.
pub async fn delete_terms(cx: &Context, input: DeleteTermsRequest) -> Result<(), Fault> {
    terms::delete(cx, &input.user_pool_id, &input.terms_id).await
}

/// `DescribeTerms`.
pub async fn describe_terms(cx: &Context, input: DescribeTermsRequest) -> Result<DescribeTermsResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let found = terms::get(&cx.services.store, &pool, &input.terms_id).await?;
    Ok(DescribeTermsResponse { terms: Some(shown(&pool.id, found)) })
}

/// `DescribeTermsByClient`.
pub async fn describe_terms_by_client(
    cx: &Context,
    input: DescribeTermsByClientRequest,
) -> Result<DescribeTermsByClientResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let found = terms::of_client(&cx.services.store, &pool, &input.client_id, &input.terms_name).await?;
    Ok(DescribeTermsByClientResponse { terms: Some(shown(&pool.id, found)) })
}

/// `ListTerms`, by id.
pub async fn list_terms(cx: &Context, input: ListTermsRequest) -> Result<ListTermsResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let call = ["ListTerms", &pool.id];
    let after = paging::after_text(cx, &call, input.next_token.as_deref())?;
    let limit = paging::limit(input.max_results);
    let (found, more) =
        crate::store::branding::list_terms(&cx.services.store, &pool.id, after.as_deref(), limit).await?;
    let last = found.last().filter(|_| more).map(|terms| terms.id.clone());
    let described = found.into_iter().map(|terms| TermsDescriptionType {
        terms_id: terms.id,
        terms_name: terms.name,
        enforcement: terms.enforcement,
        creation_date: terms.created,
        last_modified_date: terms.modified,
    });
    Ok(ListTermsResponse { terms: described.collect(), next_token: paging::token(cx, &call, last)? })
}

fn shown(pool_id: &str, terms: Terms) -> TermsType {
    TermsType {
        terms_id: terms.id,
        user_pool_id: pool_id.to_owned(),
        client_id: terms.client,
        terms_name: terms.name,
        terms_source: terms.source,
        enforcement: terms.enforcement,
        links: terms.links,
        creation_date: terms.created,
        last_modified_date: terms.modified,
    }
}
