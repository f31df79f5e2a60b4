//! Tables of users: the record and all index keys that lead to it, which are always written together.
//!
//! Every key costs memory, cached or not, so a user normally has few: the record, one for the sub (unless it is the
//! username), one for each searchable attribute. States of nearly all users (enabled, CONFIRMED) have no index entry,
//! and an attribute that is a sign-in name is searched by the key that makes it unique.

pub use super::names::fold;
use super::names::indexed;
use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::model::{CodePurpose, Contact, Pool, User};
use crate::shapes::idp::UserStatusType;
use std::collections::BTreeSet;

impl Record for User {
    const TABLE: &'static str = "users";
}

/// Attributes that ListUsers can filter by, besides username and sub.
pub const SEARCHABLE: [&str; 6] = ["email", "phone_number", "name", "given_name", "family_name", "preferred_username"];
/// The index of user statuses. CONFIRMED users have no entry.
pub const STATUS: &str = "cognito:user_status";
/// The index of disabled users. Enabled users have no entry.
pub const DISABLED: &str = "disabled";
fn user_key(pool: &Pool, username: &str) -> Key {
    Key::new(tags::USER).part(&pool.id).part(fold(pool, username))
}

/// Unique for each sign-in name. The indexed form comes first, so that ListUsers finds it, too; then the form that
/// distinguishes names in this pool.
fn alias_key(pool: &Pool, attribute: &str, value: &str) -> Key {
    Key::new(tags::ALIAS).part(&pool.id).part(attribute).part(indexed(value)).part(fold(pool, value))
}

/// The user with this canonical username.
pub async fn by_username(read: &impl Read, pool: &Pool, username: &str) -> Result<Option<User>, StoreError> {
    read.get(&user_key(pool, username)).await
}

pub async fn by_sub(read: &impl Read, pool: &Pool, sub: &str) -> Result<Option<User>, StoreError> {
    if pool.has_username_attributes()
        && let Some(user) = by_username(read, pool, sub).await?
    {
        return Ok(Some(user));
    }
    match read.bytes(&Key::new(tags::SUB).part(&pool.id).part(sub)).await? {
        Some(username) => by_username(read, pool, &String::from_utf8_lossy(&username)).await,
        None => Ok(None),
    }
}

/// The user who can sign in with this value of `email`, `phone_number` or `preferred_username`.
pub async fn by_alias(read: &impl Read, pool: &Pool, attribute: &str, value: &str) -> Result<Option<User>, StoreError> {
    match read.bytes(&alias_key(pool, attribute, value)).await? {
        Some(username) => by_username(read, pool, &String::from_utf8_lossy(&username)).await,
        None => Ok(None),
    }
}

/// Whether a pool whose users sign in with an attribute has this one under another name: `<Provider>_<subject>`. Such a
/// user's address is no sign-in name, so it may be another user's, too.
fn is_named_by_provider(pool: &Pool, user: &User) -> bool {
    pool.has_username_attributes() && user.username != user.sub
}

/// The attributes with which a user can currently sign in.
fn active_aliases(pool: &Pool, user: &User) -> BTreeSet<(&'static str, String)> {
    use crate::shapes::idp::{AliasAttributeType as Alias, UsernameAttributeType as Login};
    let mut aliases = BTreeSet::new();
    if is_named_by_provider(pool, user) {
        return aliases;
    }
    let mut add = |name: &'static str| {
        if let Some(value) = user.attributes.get(name) {
            aliases.insert((name, fold(pool, value)));
        }
    };
    for login in pool.username_attributes.iter().flatten() {
        match login {
            Login::Email => add("email"),
            Login::PhoneNumber => add("phone_number"),
        }
    }
    for alias in pool.alias_attributes.iter().flatten() {
        match alias {
            Alias::Email if user.verified(Contact::Email) => add("email"),
            Alias::PhoneNumber if user.verified(Contact::Phone) => add("phone_number"),
            Alias::PreferredUsername => add("preferred_username"),
            Alias::Email | Alias::PhoneNumber => {}
        }
    }
    aliases
}

/// All index keys of a user, with their values.
fn index_keys(pool: &Pool, user: &User) -> Vec<(Key, Vec<u8>)> {
    let owner = fold(pool, &user.username);
    let attribute =
        |name: &str, value: &str| Key::new(tags::ATTRIBUTE).part(&pool.id).part(name).part(indexed(value)).part(&owner);
    let mut keys = Vec::new();
    if user.status != UserStatusType::Confirmed {
        keys.push((attribute(STATUS, user.status.as_str()), Vec::new()));
    }
    if !user.enabled {
        keys.push((attribute(DISABLED, ""), Vec::new()));
    }
    let aliases = active_aliases(pool, user);
    for name in SEARCHABLE {
        if let Some(value) = user.attributes.get(name).filter(|_| !aliases.iter().any(|(alias, _)| *alias == name)) {
            let beside = is_named_by_provider(pool, user) && matches!(sign_in_use(pool, name), SignInUse::Always);
            keys.push(match beside {
                // Beside the key that is the sign-in name of another, so that a search still reads one range.
                true => (alias_key(pool, name, value).part(&owner), owner.clone().into_bytes()),
                false => (attribute(name, value), Vec::new()),
            });
        }
    }
    for (name, value) in aliases {
        keys.push((alias_key(pool, name, &value), owner.clone().into_bytes()));
    }
    if !pool.has_username_attributes() || is_named_by_provider(pool, user) {
        keys.push((Key::new(tags::SUB).part(&pool.id).part(&user.sub), owner.clone().into_bytes()));
    }
    for identity in &user.identities {
        keys.push((
            identity_key(pool, &identity.provider, &identity.attribute, &identity.value),
            owner.clone().into_bytes(),
        ));
    }
    for (group, created) in &user.groups {
        keys.push((member_key(pool, group, created.millis(), &owner), Vec::new()));
    }
    keys
}

fn identity_key(pool: &Pool, provider: &str, attribute: &str, value: &str) -> Key {
    Key::new(tags::IDENTITY).part(&pool.id).part(provider).part(attribute).part(value)
}

/// The user who is linked to this identity of a provider.
pub async fn by_identity(
    read: &impl Read,
    pool: &Pool,
    provider: &str,
    attribute: &str,
    value: &str,
) -> Result<Option<User>, StoreError> {
    match read.bytes(&identity_key(pool, provider, attribute, value)).await? {
        Some(username) => by_username(read, pool, &String::from_utf8_lossy(&username)).await,
        None => Ok(None),
    }
}

fn member_key(pool: &Pool, group: &str, created: i64, owner: &str) -> Key {
    members(pool, group, created).part(owner)
}

/// The prefix of a group's members.
pub fn members(pool: &Pool, group: &str, created: i64) -> Key {
    Key::new(tags::GROUP_MEMBER).part(&pool.id).part(group).part(created.to_be_bytes())
}

/// Another user has the sign-in name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// `email`, `phone_number` or `preferred_username`.
    pub attribute: &'static str,
}

/// The first of the user's active sign-in names that belongs to another user.
pub async fn taken_alias(read: &impl Read, pool: &Pool, user: &User) -> Result<Option<Taken>, StoreError> {
    let owner = fold(pool, &user.username);
    for (attribute, value) in active_aliases(pool, user) {
        if let Some(other) = read.bytes(&alias_key(pool, attribute, &value)).await?
            && other != owner.as_bytes()
        {
            return Ok(Some(Taken { attribute }));
        }
    }
    Ok(None)
}

/// Writes a new user and its index keys, and counts it.
pub fn insert(tx: &Tx, pool: &Pool, user: &User) -> Result<(), StoreError> {
    for (key, value) in index_keys(pool, user) {
        tx.put_bytes(key, value);
    }
    tx.add(Key::new(tags::USER_COUNT).part(&pool.id), 1);
    tx.put(user_key(pool, &user.username), user)
}

/// Writes a changed user and adds and removes index keys.
pub fn update(tx: &Tx, pool: &Pool, before: &User, after: &User) -> Result<(), StoreError> {
    let old = index_keys(pool, before);
    let new = index_keys(pool, after);
    let kept: BTreeSet<&Key> = new.iter().map(|(key, _)| key).collect();
    let had: BTreeSet<&Key> = old.iter().map(|(key, _)| key).collect();
    for (key, _) in &old {
        if !kept.contains(key) {
            tx.delete(key.clone());
        }
    }
    for (key, value) in &new {
        if !had.contains(key) {
            tx.put_bytes(key.clone(), value.clone());
        }
    }
    tx.put(user_key(pool, &after.username), after)
}

/// Removes a user with all index keys.
pub fn delete(tx: &Tx, pool: &Pool, user: &User) {
    for (key, _) in index_keys(pool, user) {
        tx.delete(key);
    }
    tx.delete(user_key(pool, &user.username));
    tx.add(Key::new(tags::USER_COUNT).part(&pool.id), -1);
    for purpose in CodePurpose::ALL {
        super::codes::delete(tx, pool, &user.username, purpose);
    }
    super::password_history::delete(tx, pool, &user.username);
    // A pool that never tracked sessions has none.
    if pool.sessions.is_some() {
        super::sessions::delete_all(tx, &pool.id, &user.sub);
    }
    super::auth_events::purge(tx, &pool.id, &user.sub);
}

/// A page of users.
#[derive(Debug, Default)]
pub struct UserPage {
    pub users: Vec<User>,
    /// The key after which the next page starts; `None` at the end.
    pub last: Option<Vec<u8>>,
}

/// Reads the users that the keys with a prefix lead to.
async fn page(
    read: &impl Read,
    pool: &Pool,
    prefix: Key,
    after: Option<&[u8]>,
    limit: usize,
) -> Result<UserPage, StoreError> {
    let found = read.scan(&prefix, after, limit).await?;
    let direct = prefix.bytes().first() == Some(&tags::USER);
    let mut out = UserPage::default();
    for (key, value) in &found.entries {
        let user = if direct {
            Some(super::decode::<User>(value)?)
        } else {
            let owner = match prefix.bytes().first() {
                Some(&(tags::SUB | tags::ALIAS)) => String::from_utf8(value.clone()).ok(),
                _ => Key::last_part(key),
            };
            match owner {
                Some(owner) => by_username(read, pool, &owner).await?,
                None => None,
            }
        };
        out.users.extend(user);
    }
    if found.more {
        out.last = found.entries.last().map(|(key, _)| key.clone());
    }
    Ok(out)
}

/// The query of [`find`].
#[derive(Debug, Clone)]
pub enum Lookup {
    /// All users, by username.
    All,
    /// The username, and whether it is only a prefix.
    Username(String, bool),
    /// The sub, and whether it is only a prefix.
    Sub(String, bool),
    /// An indexed attribute, its value, and whether the value is only a prefix.
    Attribute(&'static str, String, bool),
    /// Members of a group; the number is the group's creation time.
    Group(String, i64),
}

/// A page of users. All queries use an index, so the work does not grow with the number of users.
pub async fn find(
    read: &impl Read,
    pool: &Pool,
    by: &Lookup,
    after: Option<&[u8]>,
    limit: usize,
) -> Result<UserPage, StoreError> {
    let users = Key::new(tags::USER).part(&pool.id);
    let end = |key: Key, text: &str, begins: bool| if begins { key.partial(text) } else { key.part(text) };
    let prefix = match by {
        Lookup::Attribute(name, value, begins) => {
            let range = |tag| end(Key::new(tag).part(&pool.id).part(name), &indexed(value), *begins);
            match sign_in_use(pool, name) {
                SignInUse::Always => range(tags::ALIAS),
                SignInUse::Never => range(tags::ATTRIBUTE),
                SignInUse::WhenVerified => {
                    let ranges = [range(tags::ALIAS), range(tags::ATTRIBUTE)];
                    return two_ranges(read, pool, ranges, after, limit).await;
                }
            }
        }
        Lookup::All => users,
        Lookup::Username(name, begins) => end(users, &fold(pool, name), *begins),
        Lookup::Sub(sub, begins) if pool.has_username_attributes() => {
            let others = end(Key::new(tags::SUB).part(&pool.id), sub, *begins);
            return two_ranges(read, pool, [end(users, sub, *begins), others], after, limit).await;
        }
        Lookup::Sub(sub, begins) => end(Key::new(tags::SUB).part(&pool.id), sub, *begins),
        Lookup::Group(name, created) => members(pool, name, *created),
    };
    page(read, pool, prefix, after, limit).await
}

/// Whether users sign in with an attribute. It decides which index has its values, so that a search reads no index in
/// vain: with a million users each index page that is read is one from the disk.
enum SignInUse {
    Always,
    /// An alias, for users who have verified it (or set it, for `preferred_username`).
    WhenVerified,
    Never,
}

fn sign_in_use(pool: &Pool, attribute: &str) -> SignInUse {
    if pool.username_attributes.iter().flatten().any(|login| login.as_str() == attribute) {
        SignInUse::Always
    } else if pool.alias_attributes.iter().flatten().any(|alias| alias.as_str() == attribute) {
        SignInUse::WhenVerified
    } else {
        SignInUse::Never
    }
}

/// A page over two key ranges, one after the other. The tag in the cursor tells in which range it is.
async fn two_ranges(
    read: &impl Read,
    pool: &Pool,
    [first, second]: [Key; 2],
    after: Option<&[u8]>,
    limit: usize,
) -> Result<UserPage, StoreError> {
    let in_second = after.is_some_and(|after| after.first() == second.bytes().first());
    let first_end = first.bytes().to_vec();
    let mut out = UserPage::default();
    if !in_second {
        out = page(read, pool, first, after, limit).await?;
        if out.last.is_some() {
            return Ok(out);
        }
    }
    let Some(room) = limit.checked_sub(out.users.len()).filter(|room| *room > 0) else {
        // The page is full and the second range comes next: the next page starts after all keys of the first range (no
        // text contains the byte FF).
        let end = [first_end, vec![0xFF; 8]].concat();
        out.last = read.scan(&second, None, 1).await?.entries.first().map(|_| end);
        return Ok(out);
    };
    let rest = page(read, pool, second, after.filter(|_| in_second), room).await?;
    out.users.extend(rest.users);
    out.last = rest.last;
    Ok(out)
}
