//! Records as the API shows them.

use crate::context::Context;
use crate::domain::users::{Delivered, attributes};
use crate::domain::{pools, users};
use crate::fault::Fault;
use crate::model::{Client, ClientOrigin, Group, Pool, User};
use crate::secret::Secret;
use crate::shapes::idp::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Takes the members that two types share by their API names.
pub fn reshape<A: Serialize, B: DeserializeOwned>(from: &A) -> Result<B, Fault> {
    serde_json::to_value(from).and_then(serde_json::from_value).map_err(Fault::internal)
}

/// A pool as CreateUserPool and DescribeUserPool show it.
pub async fn pool(cx: &Context, pool: &Pool) -> Result<UserPoolType, Fault> {
    let shown: UserPoolType = reshape(&pool.settings)?;
    // Attributes of developers are `dev:custom:x` here, and custom ones have their whole name.
    Ok(UserPoolType {
        id: Some(pool.id.clone()),
        name: Some(pool.name.clone()),
        arn: Some(pool.arn(&cx.services.config.identity.account_id)),
        creation_date: Some(pool.created),
        last_modified_date: Some(pool.modified),
        schema_attributes: Some(pool.schema.clone()),
        alias_attributes: pool.alias_attributes.clone(),
        domain: pool.domain.clone(),
        custom_domain: pool.custom_domain.clone(),
        username_attributes: pool.username_attributes.clone(),
        username_configuration: pool.case_sensitive.map(|case_sensitive| UsernameConfigurationType { case_sensitive }),
        estimated_number_of_users: Some(pools::lifecycle::estimated_users(&cx.services.store, &pool.id).await?),
        acr_configuration: Some(pools::levels::effective(&pool.settings)),
        ..shown
    })
}

/// A client; `secret` where the API shows it. The ARN of a published secret stands in its place.
pub fn client(cx: &Context, client: &Client, secret: Option<&Secret>) -> Result<UserPoolClientType, Fault> {
    let shown: UserPoolClientType = reshape(&client.settings)?;
    Ok(UserPoolClientType {
        user_pool_id: Some(client.pool_id.clone()),
        client_id: Some(client.id.clone()),
        client_type: Some(match client.origin {
            ClientOrigin::Registration => ClientTypeType::Dcr,
            ClientOrigin::Administrator | ClientOrigin::Document { .. } => ClientTypeType::Regular,
        }),
        client_secret: secret.map(|s| s.reveal().to_owned()),
        client_secret_arn: pools::published_secrets::arn(cx, client),
        creation_date: Some(client.created),
        last_modified_date: Some(client.modified),
        ..shown
    })
}

/// A user as lists show it; `only` limits the attributes, `sub` apart.
pub fn user(user: &User, only: Option<&[String]>) -> UserType {
    let listed = attributes::to_list(user)
        .into_iter()
        .filter(|a| a.name == "sub" || only.is_none_or(|names| names.contains(&a.name)));
    UserType {
        username: Some(user.username.clone()),
        attributes: Some(listed.collect()),
        user_create_date: Some(user.created),
        user_last_modified_date: Some(user.modified),
        enabled: Some(user.enabled),
        user_status: Some(user.status),
        mfa_options: (!user.mfa_options.is_empty()).then(|| user.mfa_options.clone()),
    }
}

/// A group.
pub fn group(pool_id: &str, group: &Group) -> GroupType {
    GroupType {
        group_name: Some(group.name.clone()),
        user_pool_id: Some(pool_id.to_owned()),
        description: group.description.clone(),
        role_arn: group.role_arn.clone(),
        precedence: group.precedence,
        creation_date: Some(group.created),
        last_modified_date: Some(group.modified),
    }
}

/// Where a code went.
pub fn delivered(delivered: Delivered) -> CodeDeliveryDetailsType {
    CodeDeliveryDetailsType {
        destination: Some(delivered.destination),
        delivery_medium: Some(delivered.contact.medium()),
        attribute_name: Some(delivered.contact.attribute().to_owned()),
    }
}

/// A list of attributes as a map.
pub fn attributes(list: Option<Vec<AttributeType>>) -> Result<users::Attributes, Fault> {
    attributes::from_list(list)
}
