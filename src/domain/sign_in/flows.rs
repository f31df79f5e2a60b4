//! Which flows a client may use (ExplicitAuthFlows).

use crate::fault::Fault;
use crate::model::Client;
use crate::shapes::idp::ExplicitAuthFlowsType as Allowed;

/// A flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// USER_PASSWORD_AUTH.
    UserPassword,
    /// ADMIN_USER_PASSWORD_AUTH, ADMIN_NO_SRP_AUTH.
    AdminPassword,
    /// USER_SRP_AUTH.
    Srp,
    /// REFRESH_TOKEN_AUTH, REFRESH_TOKEN.
    Refresh,
    /// CUSTOM_AUTH.
    Custom,
    /// USER_AUTH.
    UserAuth,
}

/// Flows of a client that lists none.
const DEFAULT: [Allowed; 3] = [Allowed::AllowRefreshTokenAuth, Allowed::AllowUserSrpAuth, Allowed::AllowCustomAuth];

/// Fails if the client may not use the flow.
pub fn require(client: &Client, flow: Flow) -> Result<(), Fault> {
    let listed = client.settings.explicit_auth_flows.as_deref().filter(|flows| !flows.is_empty());
    let flows = listed.unwrap_or(&DEFAULT);
    // The older names said nothing of SRP and refresh, which were always on with them.
    let legacy = flows.iter().any(|f| !f.as_str().starts_with("ALLOW_"));
    let custom_only = flows.contains(&Allowed::CustomAuthFlowOnly);
    let allowed = match flow {
        Flow::UserPassword => {
            flows.contains(&Allowed::AllowUserPasswordAuth) || flows.contains(&Allowed::UserPasswordAuth)
        }
        Flow::AdminPassword => {
            flows.contains(&Allowed::AllowAdminUserPasswordAuth) || flows.contains(&Allowed::AdminNoSrpAuth)
        }
        Flow::Srp => flows.contains(&Allowed::AllowUserSrpAuth) || (legacy && !custom_only),
        Flow::Refresh => flows.contains(&Allowed::AllowRefreshTokenAuth) || legacy,
        Flow::Custom => flows.contains(&Allowed::AllowCustomAuth) || custom_only,
        Flow::UserAuth => flows.contains(&Allowed::AllowUserAuth),
    };
    if allowed {
        return Ok(());
    }
    Err(Fault::invalid(match flow {
        Flow::UserPassword => "USER_PASSWORD_AUTH flow not enabled for this client",
        Flow::AdminPassword => "Auth flow not enabled for this client",
        Flow::Srp => "USER_SRP_AUTH flow not enabled for this client",
        Flow::Refresh => "REFRESH_TOKEN_AUTH flow not enabled for this client",
        Flow::Custom => "CUSTOM_AUTH is not enabled for the client.",
        Flow::UserAuth => "USER_AUTH flow not enabled for this client",
    }))
}
