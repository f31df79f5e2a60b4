//! Which identity a call means: found, made, linked, merged. A login leads to one identity of a pool at most, and an
//! identity has one login of each provider at most (of developer users, several).

use super::logins::Proof;
use super::{faults, identity};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::fault::Fault;
use crate::model::{Identity, IdentityPool, Login};
use crate::store::{Read, Tx, identities};

/// Cognito's quota.
const MAX_LOGINS: usize = 20;

/// The identity of proven logins, made if they are new (`GetId`). Logins of one call belong together: they are linked,
/// and the identities that had them are merged.
pub async fn find_or_make(cx: &Context, pool: &IdentityPool, logins: &[Login]) -> Result<Identity, Fault> {
    cx.services.store.transact(async |tx| find_or_make_in(cx, tx, pool, logins).await).await
}

pub(super) async fn find_or_make_in(
    cx: &Context,
    tx: &Tx,
    pool: &IdentityPool,
    logins: &[Login],
) -> Result<Identity, Fault> {
    let mut owners = owners(tx, pool.id(), logins).await?;
    let linking = Linking { pool, now: cx.now };
    if owners.is_empty() {
        let made = linking.new_identity(logins)?;
        linking.check(&made)?;
        identities::put(tx, None, &made)?;
        return Ok(made);
    }
    // The oldest stays, whichever login is named first.
    owners.sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
    let survivor = owners.remove(0);
    linking.join(tx, survivor, owners, logins)
}

/// A new guest.
pub async fn make_guest(cx: &Context, pool: &IdentityPool) -> Result<Identity, Fault> {
    let made = Linking { pool, now: cx.now }.new_identity(&[])?;
    cx.services.store.transact(async |tx| Ok(identities::put(tx, None, &made)?)).await?;
    Ok(made)
}

/// The identity that a call with `id` and these proofs gets (`GetCredentialsForIdentity`, `GetOpenIdToken`): itself, or
/// the one that it was merged into.
pub async fn resolve(cx: &Context, id: &str, proof: &Proof) -> Result<Identity, Fault> {
    let logins: Vec<Login> = proof.logins().cloned().collect();
    cx.services
        .store
        .transact(async |tx| {
            let (pool, identity) = identity(tx, id).await?;
            if identity.is_guest() && proof.is_empty() {
                return if pool.settings.allow_unauthenticated_identities {
                    Ok(identity)
                } else {
                    Err(faults::guests_not_supported())
                };
            }
            if proof.is_empty() {
                return Err(faults::identity_forbidden(id));
            }
            if let Some(token) = &proof.identity {
                // The token itself proves the identity.
                if token.identity != identity.id {
                    return Err(faults::logins_not_matching());
                }
                if identity.disabled {
                    return Err(faults::identity_forbidden(id));
                }
            }
            with_logins(cx, tx, (&pool, identity, proof.identity.is_some()), &logins).await
        })
        .await
}

async fn with_logins(
    cx: &Context,
    tx: &Tx,
    (pool, identity, is_proven): (&IdentityPool, Identity, bool),
    logins: &[Login],
) -> Result<Identity, Fault> {
    let linking = Linking { pool, now: cx.now };
    let mut others: Vec<Identity> = owners(tx, pool.id(), logins).await?;
    others.retain(|other| other.id != identity.id);
    if identity.disabled {
        // A client may still hold the id of a guest that was merged into its user's identity.
        let into = others.iter().position(|other| Some(&other.id) == identity.merged_into.as_ref());
        let Some(into) = into else { return Err(faults::identity_forbidden(&identity.id)) };
        let survivor = others.remove(into);
        return linking.join(tx, survivor, others, logins);
    }
    let matches = is_proven || identity.logins.iter().any(|login| logins.contains(login));
    if !identity.is_guest() && !matches {
        return Err(faults::logins_not_matching());
    }
    if others.is_empty() {
        return linking.join(tx, identity, others, logins);
    }
    // Whoever holds the login already stays.
    let survivor = others.remove(0);
    others.push(identity);
    linking.join(tx, survivor, others, logins)
}

/// The identities that logins lead to, each once.
async fn owners(tx: &Tx, pool: &str, logins: &[Login]) -> Result<Vec<Identity>, Fault> {
    let mut found: Vec<Identity> = Vec::new();
    for login in logins {
        if let Some(id) = identities::of_login(tx, pool, login).await?
            && !found.iter().any(|known| known.id == id)
        {
            found.extend(identities::get(tx, &id).await?);
        }
    }
    Ok(found)
}

/// Takes providers' logins from an identity (`UnlinkIdentity`). Without its last one it is disabled for good.
pub async fn unlink(cx: &Context, id: &str, proof: &Proof, providers: &[String]) -> Result<(), Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let (_, before) = identity(tx, id).await?;
            if before.disabled {
                return Err(faults::identity_forbidden(id));
            }
            if !proof.logins().any(|login| before.logins.contains(login)) {
                return Err(faults::logins_not_matching());
            }
            if !providers.iter().all(|name| before.logins.iter().any(|login| login.provider == *name)) {
                return Err(faults::logins_not_matching());
            }
            remove(cx.now, tx, &before, |login| providers.contains(&login.provider))
        })
        .await
}

/// Takes the logins that `goes` names from an identity.
pub(super) fn remove(now: Timestamp, tx: &Tx, before: &Identity, goes: impl Fn(&Login) -> bool) -> Result<(), Fault> {
    let mut after = before.clone();
    after.logins.retain(|login| !goes(login));
    after.disabled = after.logins.is_empty();
    after.modified = now;
    Ok(identities::put(tx, Some(before), &after)?)
}

/// The identity that a login leads to.
pub(super) async fn of_login(read: &impl Read, pool: &str, login: &Login) -> Result<Option<Identity>, Fault> {
    match identities::of_login(read, pool, login).await? {
        Some(id) => Ok(identities::get(read, &id).await?),
        None => Ok(None),
    }
}

/// Changes of identities of one pool at one moment.
pub(super) struct Linking<'a> {
    pub pool: &'a IdentityPool,
    pub now: Timestamp,
}

impl Linking<'_> {
    fn new_identity(&self, logins: &[Login]) -> Result<Identity, Fault> {
        let mut logins = logins.to_vec();
        logins.sort();
        Ok(Identity {
            id: format!("{}:{}", self.pool.region(), crate::rng::uuid()?),
            pool: self.pool.id().to_owned(),
            logins,
            created: self.now,
            modified: self.now,
            disabled: false,
            merged_into: None,
        })
    }

    /// Gives `survivor` the logins of the others and the new ones, and disables the others. Writes nothing if there is
    /// nothing new.
    pub fn join(
        &self,
        tx: &Tx,
        survivor: Identity,
        others: Vec<Identity>,
        logins: &[Login],
    ) -> Result<Identity, Fault> {
        let mut joined = survivor.clone();
        joined.logins.extend(others.iter().flat_map(|other| other.logins.iter().cloned()));
        joined.logins.extend_from_slice(logins);
        joined.logins.sort();
        joined.logins.dedup();
        if joined.logins == survivor.logins && others.is_empty() {
            return Ok(survivor);
        }
        joined.modified = self.now;
        self.check(&joined)?;
        for other in &others {
            let mut merged = other.clone();
            merged.logins.clear();
            merged.disabled = true;
            merged.merged_into = Some(joined.id.clone());
            merged.modified = self.now;
            identities::put(tx, Some(other), &merged)?;
        }
        // After the others, so that the logins that they lose lead here.
        identities::put(tx, Some(&survivor), &joined)?;
        Ok(joined)
    }

    fn check(&self, identity: &Identity) -> Result<(), Fault> {
        let developer = self.pool.settings.developer_provider_name.as_deref();
        let public = || identity.logins.iter().filter(|login| Some(login.provider.as_str()) != developer);
        let twins = public().zip(public().skip(1)).any(|(a, b)| a.provider == b.provider);
        if twins {
            return Err(faults::login_conflict());
        }
        if identity.logins.len() > MAX_LOGINS {
            let message = format!("An identity has at most {MAX_LOGINS} logins.");
            return Err(Fault::modelled("ResourceConflictException", message));
        }
        Ok(())
    }
}
