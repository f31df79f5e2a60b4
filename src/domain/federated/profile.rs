//! The record of a user who came by a provider: found, made, brought up to date.

use super::mapping;
use crate::context::Context;
use crate::domain::providers::{group_name, links};
use crate::domain::users::{Attributes, accounts};
use crate::fault::Fault;
use crate::federation::FederationError;
use crate::model::{Contact, IdentityProvider, LinkedIdentity, Pool, SUBJECT, User};
use crate::shapes::idp::UserStatusType as Status;
use crate::store::{Read, groups, users};

/// Somebody at a provider, as the pool knows them.
pub(super) struct Arrival<'a> {
    pub provider: &'a IdentityProvider,
    pub subject: &'a str,
    /// What the attribute `identities` says of who vouched.
    pub issuer: Option<&'a str>,
    /// The attributes that the provider's claims are mapped to.
    pub mapped: &'a Attributes,
    /// Whether the identity joins the user who is found for it, if it is not theirs yet.
    pub joins: bool,
}

impl Arrival<'_> {
    /// The username of one who is nobody else's identity: `<Provider>_<subject>`.
    pub fn username(&self, pool: &Pool) -> String {
        users::fold(pool, &format!("{}_{}", self.provider.name, self.subject))
    }

    /// The user whom this identity signs in: by its subject, or else by a mapped attribute that links name.
    pub async fn find(&self, read: &impl Read, pool: &Pool) -> Result<Option<User>, Fault> {
        let name = &self.provider.name;
        if let Some(user) = links::owner(read, pool, name, self.subject).await? {
            return Ok(Some(user));
        }
        for (attribute, value) in self.mapped.iter().filter(|(_, value)| !value.is_empty()) {
            if let Some(user) = users::by_identity(read, pool, name, attribute, value).await? {
                return Ok(Some(user));
            }
        }
        Ok(None)
    }

    /// The user whom a pool that links by address joins the identity to: the one who has verified the address that the
    /// provider has verified. A provider that says so of addresses that it never checked opens others' accounts, which
    /// is why no pool does this unless it is told to.
    pub async fn by_verified_address(&self, read: &impl Read, pool: &Pool) -> Result<Option<User>, Fault> {
        let is_verified =
            self.mapped.get(Contact::Email.verified()).is_some_and(|said| said.eq_ignore_ascii_case("true"));
        let address = self.mapped.get(Contact::Email.attribute()).filter(|address| !address.is_empty());
        let Some(address) = address.filter(|_| is_verified && pool.links_by_email()) else { return Ok(None) };
        let found = users::by_alias(read, pool, Contact::Email.attribute(), address).await?;
        Ok(found.filter(|user| user.verified(Contact::Email) && user.identities.len() < links::MAX_PER_USER))
    }

    fn identity(&self, primary: bool, cx: &Context) -> LinkedIdentity {
        LinkedIdentity {
            provider: self.provider.name.clone(),
            kind: self.provider.kind,
            attribute: SUBJECT.to_owned(),
            value: self.subject.to_owned(),
            primary,
            joined: cx.now,
            issuer: self.issuer.map(str::to_owned),
        }
    }

    /// A new user for this identity, who is a member of the provider's group.
    pub async fn new_user(&self, cx: &Context, read: &impl Read, pool: &Pool) -> Result<User, FederationError> {
        let mut attributes = Attributes::new();
        mapping::write(&mut attributes, self.mapped);
        mapping::check_required(pool, &attributes)?;
        let sub = crate::rng::uuid().map_err(Fault::from)?;
        let mut user = accounts::new_user(cx, sub, self.username(pool), Status::ExternalProvider, attributes);
        user.identities.push(self.identity(true, cx));
        links::tell(&mut user.attributes, &user.identities);
        let group = groups::get(read, &pool.id, &group_name(pool, &self.provider.name)).await.map_err(Fault::from)?;
        user.groups.extend(group.map(|group| (group.name, group.created)));
        Ok(user)
    }

    /// The user with what the provider says now. A link that named an attribute names the subject from now on, so that
    /// the attribute may change.
    pub fn refreshed(&self, cx: &Context, pool: &Pool, before: &User) -> Result<User, FederationError> {
        let mut user = before.clone();
        mapping::update(pool, &mut user, self.mapped)?;
        mapping::check_required(pool, &user.attributes)?;
        let by = |identity: &LinkedIdentity, attribute: &str, value: &str| {
            identity.provider == self.provider.name && identity.attribute == attribute && identity.value == value
        };
        let known = user.identities.iter().position(|identity| by(identity, SUBJECT, self.subject));
        let linked = || {
            user.identities.iter().position(|identity| {
                self.mapped.get(&identity.attribute).is_some_and(|value| by(identity, &identity.attribute, value))
            })
        };
        let known = known.or_else(linked);
        if known.is_none() && self.joins {
            user.identities.push(self.identity(false, cx));
        }
        if let Some(identity) = known.and_then(|at| user.identities.get_mut(at)) {
            identity.attribute = SUBJECT.to_owned();
            identity.value = self.subject.to_owned();
            identity.issuer = self.issuer.map(str::to_owned);
        }
        links::tell(&mut user.attributes, &user.identities);
        if user.attributes != before.attributes || user.identities != before.identities {
            user.modified = cx.now;
        }
        Ok(user)
    }
}
