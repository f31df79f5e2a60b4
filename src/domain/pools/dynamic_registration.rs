//! Settings of dynamic client registration (DcrConfiguration).

use super::{clients, resource_servers};
use crate::fault::Fault;
use crate::model::{Pool, PoolSettings};
use crate::shapes::idp as api;
use crate::store::Read;

/// The scope of programs that register clients; a registered client may not ask for it.
const REGISTRATION_SCOPE: &str = "aws.cognito/dcr/register";

/// Fills in what AWS answers for members that were left out.
pub(super) fn fill_defaults(settings: &mut PoolSettings) {
    let Some(dcr) = settings.dcr_configuration.as_mut() else { return };
    dcr.enable_status = dcr.enable_status.or(Some(api::StatusType::Disabled));
    dcr.open_dcr_enabled = dcr.open_dcr_enabled.or(Some(false));
    dcr.authenticated_grant_types
        .get_or_insert_with(|| vec![api::OAuthFlowType::Code, api::OAuthFlowType::ClientCredentials]);
    dcr.open_dcr_grant_types.get_or_insert_with(|| vec![api::OAuthFlowType::Code]);
}

/// Checks that the scopes that registered clients may ask for exist.
pub(super) async fn check_scopes(read: &impl Read, pool: Option<&Pool>, settings: &PoolSettings) -> Result<(), Fault> {
    let scopes = settings.dcr_configuration.as_ref().and_then(|dcr| dcr.allowed_scopes.as_ref());
    for scope in scopes.into_iter().flatten() {
        let known = match pool {
            _ if scope == REGISTRATION_SCOPE => false,
            _ if clients::is_standard_scope(scope) => true,
            Some(pool) => resource_servers::has_scope(read, pool, scope).await?,
            None => false,
        };
        if !known {
            return Err(Fault::invalid(format!("Invalid scope requested: {scope}")));
        }
    }
    Ok(())
}
