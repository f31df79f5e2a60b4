//! The faults of identity pools, in Cognito's words.

use crate::fault::Fault;

pub fn pool_not_found(id: &str) -> Fault {
    Fault::not_found(format!("IdentityPool '{id}' not found."))
}

pub fn identity_not_found(id: &str) -> Fault {
    Fault::not_found(format!("Identity '{id}' not found."))
}

/// The caller may not have this identity: it is another user's, or it is disabled.
pub fn identity_forbidden(id: &str) -> Fault {
    Fault::not_authorized(format!("Access to Identity '{id}' is forbidden."))
}

pub fn guests_not_supported() -> Fault {
    Fault::not_authorized("Unauthenticated access is not supported for this identity pool.")
}

pub fn logins_not_matching() -> Fault {
    Fault::not_authorized(
        "Logins don't match. Please include at least one valid login for this identity or identity pool.",
    )
}

pub fn provider_not_supported() -> Fault {
    Fault::not_authorized("Token is not from a supported provider of this identity pool.")
}

/// A login's token that is not what it must be; `why` is a sentence.
pub fn login_token_invalid(why: &str) -> Fault {
    Fault::not_authorized(format!("Invalid login token. {why}"))
}

pub fn provider_not_public() -> Fault {
    Fault::invalid("Please provide a valid public provider.")
}

pub fn developer_provider_not_supported() -> Fault {
    Fault::invalid("This identity pool does not support the specified developer provider.")
}

pub fn role_forbidden(arn: &str) -> Fault {
    Fault::not_authorized(format!("Access to Role '{arn}' is forbidden."))
}

/// A login that another identity has, or a second login of a provider.
pub fn login_conflict() -> Fault {
    Fault::modelled("ResourceConflictException", "Login is already linked to another identity.")
}

pub fn pool_configuration_invalid() -> Fault {
    Fault::modelled(
        "InvalidIdentityPoolConfigurationException",
        "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
    )
}

pub fn developer_user_registered(user: &str) -> Fault {
    Fault::modelled(
        "DeveloperUserAlreadyRegisteredException",
        format!("Developer user {} is already registered with another identity.", user.escape_debug()),
    )
}
