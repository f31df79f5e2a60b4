//! What a browser keeps between two pages of a journey: a sealed cookie, bound to the pool, to the request of the app
//! that the journey serves, and to this browser's token against forged requests.

use crate::clock::Timestamp;
use crate::context::Context;
use crate::domain::users::Delivered;
use crate::fault::Fault;
use crate::keys::seal::{Purpose, bound};
use crate::oauth::PoolRequest;
use crate::shapes::idp::ChallengeNameType;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use std::collections::BTreeMap;
use std::time::Duration;

/// The cookie.
const COOKIE: &str = "page-data";
/// How long a journey may stand still: mails take their time.
const VALIDITY: Duration = Duration::from_secs(15 * 60);
/// The longest value that browsers are sure to keep, with the cookie's name and attributes.
const MAX_LENGTH: usize = 3800;
/// How long after a code another one can be asked for on the page.
const NEXT_CODE: Duration = Duration::from_secs(30);

/// When a code can be asked for after one that is sent now.
pub fn next_code(at: PoolRequest<'_>) -> Option<Timestamp> {
    Some(at.cx.now.plus(NEXT_CODE))
}

/// The seconds until a code can be asked for.
pub fn wait(at: PoolRequest<'_>, next_code: Option<Timestamp>) -> u64 {
    next_code.filter(|next| at.cx.now < *next).map_or(0, |next| next.since(at.cx.now).as_secs().max(1))
}

/// A message that is shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Whether it tells of something that went wrong.
    pub is_error: bool,
    pub text: String,
}

/// A challenge of a sign-in that waits for its answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Waiting {
    pub name: ChallengeNameType,
    /// `Session`.
    pub session: String,
    /// The name as typed.
    pub username: String,
    /// What the page needs of the challenge's parameters.
    pub parameters: BTreeMap<String, String>,
    /// What the user may choose from.
    pub choices: Vec<String>,
    /// The seed of the authenticator that is being set up.
    pub seed: Option<ByteBuf>,
}

/// A sign-up that waits for its code.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignedUp {
    /// The name as typed.
    pub username: String,
    pub sub: String,
    /// Where the code went, if one was sent.
    pub sent: Option<Sent>,
    /// Whether a code can be sent at all.
    pub has_code: bool,
    /// By which who confirms it is signed in.
    pub session: Option<String>,
    /// When the next code can be asked for.
    #[serde(default)]
    pub next_code: Option<Timestamp>,
}

/// A forgotten password that waits for its code.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Forgotten {
    /// The name as typed.
    pub username: String,
    pub sent: Sent,
    /// When the next code can be asked for.
    #[serde(default)]
    pub next_code: Option<Timestamp>,
}

/// Where a code went.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sent {
    /// The masked destination.
    pub destination: String,
    /// `EMAIL` or `SMS`.
    pub medium: String,
}

impl From<Delivered> for Sent {
    fn from(delivered: Delivered) -> Self {
        Self { medium: delivered.contact.medium().as_str().to_owned(), destination: delivered.destination }
    }
}

/// Where a journey stands.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub enum Stage {
    /// Nothing waits.
    #[default]
    Start,
    Challenge(Box<Waiting>),
    Confirm(Box<SignedUp>),
    Reset(Box<Forgotten>),
}

/// Where a browser goes once it is signed in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Destination {
    /// Back to the app, with a code.
    #[default]
    App,
    /// To the page that adds a passkey, and from there back to the app without a code.
    AddPasskey,
    /// To the same page, which offers it after a sign-up, and from there to the app with a code.
    OfferPasskey,
}

/// The state of a journey.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct PageData {
    until: Timestamp,
    pub notice: Option<Notice>,
    /// The name as typed, to be filled in.
    pub username: String,
    pub stage: Stage,
    pub destination: Destination,
}

impl PageData {
    /// A journey of which only the destination is known.
    pub fn going_to(destination: Destination) -> Self {
        Self { destination, ..Self::default() }
    }

    /// Reads the cookie; one that is missing, too old, or another pool's, request's or browser's is as good as none.
    pub fn read(at: PoolRequest<'_>, client_id: &str, token: &str) -> Self {
        let Some(cookie) = at.request.cookie(&at.cookie_name(COOKIE)).filter(|text| text.len() <= MAX_LENGTH) else {
            return Self::default();
        };
        let sealer = &at.cx.services.keys.sealer;
        let opened = sealer.open_text(Purpose::Cookie, &bound_to(at, client_id, token), cookie);
        opened.ok().filter(|data: &Self| at.cx.now < data.until).unwrap_or_default()
    }

    /// Whether there is nothing to keep.
    pub fn is_empty(&self) -> bool {
        self.notice.is_none()
            && self.username.is_empty()
            && matches!(self.stage, Stage::Start)
            && self.destination == Destination::App
    }

    /// The cookie's name and value.
    pub fn seal(mut self, at: PoolRequest<'_>, client_id: &str, token: &str) -> Result<(String, String), Fault> {
        self.until = at.cx.now.plus(VALIDITY);
        let bound_to = bound_to(at, client_id, token);
        let mut text = sealed(at.cx, &bound_to, &self)?;
        if text.len() > MAX_LENGTH {
            // What is shown goes before what the sign-in needs.
            self.notice = None;
            if let Stage::Challenge(waiting) = &mut self.stage {
                waiting.parameters.clear();
            }
            text = sealed(at.cx, &bound_to, &self)?;
        }
        if text.len() > MAX_LENGTH {
            tracing::warn!(
                length = text.len(),
                "the state of a journey outgrew its cookie, so the journey starts again"
            );
            text = sealed(at.cx, &bound_to, &Self { until: self.until, ..Self::default() })?;
        }
        Ok((at.cookie_name(COOKIE), text))
    }

    /// The cookie's name, where the browser sent one.
    pub fn sent(at: PoolRequest<'_>) -> Option<String> {
        let name = at.cookie_name(COOKIE);
        at.request.cookie(&name).is_some().then_some(name)
    }
}

fn sealed(cx: &Context, bound_to: &[u8], data: &PageData) -> Result<String, Fault> {
    cx.services.keys.sealer.seal_text(Purpose::Cookie, bound_to, data)
}

/// The query is compared as it is understood, since browsers write some characters in another way.
fn bound_to(at: PoolRequest<'_>, client_id: &str, token: &str) -> Vec<u8> {
    bound(&[COOKIE, &at.pool.id, client_id, &at.request.query.encode(), token])
}
