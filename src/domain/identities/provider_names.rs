//! Names of login providers. A user pool has two: Cognito's own, and its issuer without the scheme, which is what
//! Amplify makes of a token. Everything is kept and shown under Cognito's.

use crate::context::Context;
use crate::domain::tokens;
use crate::model::IdentityPool;
use crate::model::policy::IDENTITY_POOLS;

/// Providers that are known to everyone.
pub const PUBLIC: [&str; 6] = [
    "accounts.google.com",
    "graph.facebook.com",
    "www.amazon.com",
    "appleid.apple.com",
    "api.twitter.com",
    "www.digits.com",
];

/// What a name of a login stands for in a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provider {
    /// A user pool of this server, by its id.
    UserPool(String),
    /// A token of an identity pool itself.
    IdentityPools,
    /// One of [`PUBLIC`] that the pool has, with its application ids.
    Public { name: String, applications: Vec<String> },
    /// An OpenID provider of the pool, by its issuer without the scheme.
    OpenId(String),
    /// A SAML provider of the pool, by its ARN.
    Saml(String),
    /// The pool's developer provider.
    Developer(String),
    /// None of the pool's.
    Unknown,
}

/// `cognito-idp.<region>.amazonaws.com/<poolId>`.
pub fn of_user_pool(pool_id: &str) -> String {
    let region = pool_id.split_once('_').map_or("", |(region, _)| region);
    format!("cognito-idp.{region}.amazonaws.com/{pool_id}")
}

/// The user pool of this server that a provider's name stands for, in either form.
pub fn user_pool(cx: &Context, name: &str) -> Option<String> {
    let (_, pool_id) = name.rsplit_once('/')?;
    let issuer = tokens::issuer(cx, pool_id);
    let of_issuer = issuer.split_once("://").is_some_and(|(_, rest)| rest == name);
    (pool_id.contains('_') && (of_issuer || of_user_pool(pool_id) == name)).then(|| pool_id.to_owned())
}

/// The one form of a provider's name that is kept.
pub fn canonical(cx: &Context, name: &str) -> String {
    user_pool(cx, name).map_or_else(|| name.to_owned(), |pool| of_user_pool(&pool))
}

/// What a login's name stands for.
pub fn provider(cx: &Context, pool: &IdentityPool, name: &str) -> Provider {
    let settings = &pool.settings;
    if name == IDENTITY_POOLS {
        return Provider::IdentityPools;
    }
    if let Some(id) = user_pool(cx, name) {
        return Provider::UserPool(id);
    }
    if let Some(applications) = settings.supported_login_providers.as_ref().and_then(|map| map.get(name)) {
        let applications = applications.split(';').filter(|id| !id.is_empty()).map(str::to_owned).collect();
        return Provider::Public { name: name.to_owned(), applications };
    }
    let arns = settings.open_id_connect_provider_arns.as_deref().unwrap_or_default();
    if arns.iter().filter_map(|arn| issuer_of_arn(arn)).any(|issuer| issuer == name) {
        return Provider::OpenId(name.to_owned());
    }
    if settings.saml_provider_arns.as_ref().is_some_and(|arns| arns.iter().any(|arn| arn == name)) {
        return Provider::Saml(name.to_owned());
    }
    if settings.developer_provider_name.as_deref() == Some(name) {
        return Provider::Developer(name.to_owned());
    }
    Provider::Unknown
}

/// The issuer, without its scheme, in `arn:aws:iam::<account>:oidc-provider/<issuer>`.
pub fn issuer_of_arn(arn: &str) -> Option<&str> {
    arn.split_once(":oidc-provider/").map(|(_, issuer)| issuer).filter(|issuer| !issuer.is_empty())
}

/// Whether a name in a role mapping or a principal tag map is of a provider that the pool has: `<user pool>:<client>`
/// or the user pool alone, as `with_client` says, or the name of another provider.
pub fn is_configured(cx: &Context, pool: &IdentityPool, name: &str, with_client: bool) -> bool {
    let pools = pool.settings.cognito_identity_providers.as_deref().unwrap_or_default();
    let (wanted, client) = match name.rsplit_once(':') {
        Some((provider, client)) if with_client => (provider, Some(client)),
        _ => (name, None),
    };
    let of_pool = pools.iter().any(|known| {
        let same = known.provider_name.as_deref().is_some_and(|own| canonical(cx, own) == canonical(cx, wanted));
        same && (!with_client || known.client_id.as_deref() == client)
    });
    let others = [Provider::Unknown, Provider::IdentityPools];
    of_pool
        || match provider(cx, pool, name) {
            Provider::UserPool(_) | Provider::Developer(_) => false,
            other => !others.contains(&other),
        }
}
