//! Page tokens: where a list goes on, sealed and bound to the call they came from.

use crate::clock::Timestamp;
use crate::context::Context;
use crate::fault::Fault;
use crate::keys::seal::{Purpose, bound};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a page token is good.
const VALIDITY: Duration = Duration::from_secs(3600);

#[derive(Serialize, Deserialize)]
struct State {
    #[serde(with = "serde_bytes")]
    after: Vec<u8>,
    until: Timestamp,
}

/// The token of the page that starts after `after`; `call` are the parameters that the next call must repeat.
pub fn token(cx: &Context, call: &[&str], after: Option<impl Into<Vec<u8>>>) -> Result<Option<String>, Fault> {
    let Some(after) = after else { return Ok(None) };
    let state = State { after: after.into(), until: cx.now.plus(VALIDITY) };
    cx.services.keys.sealer.seal_text(Purpose::PageToken, &bound(call), &state).map(Some)
}

/// Where a page starts; `None` for the first.
pub fn after(cx: &Context, call: &[&str], token: Option<&str>) -> Result<Option<Vec<u8>>, Fault> {
    let Some(token) = token else { return Ok(None) };
    let state: Option<State> = cx.services.keys.sealer.open_text(Purpose::PageToken, &bound(call), token).ok();
    let state =
        state.filter(|state| cx.now < state.until).ok_or_else(|| Fault::invalid("Invalid pagination token given."))?;
    Ok(Some(state.after))
}

/// [`after`], as text.
pub fn after_text(cx: &Context, call: &[&str], token: Option<&str>) -> Result<Option<String>, Fault> {
    after(cx, call, token)?.map(|bytes| String::from_utf8(bytes).map_err(Fault::internal)).transpose()
}

/// The number of entries of a page: 60 unless a number from 1 to 60 is asked for.
pub fn limit(asked: Option<i32>) -> usize {
    asked.and_then(|n| usize::try_from(n).ok()).filter(|n| (1..=60).contains(n)).unwrap_or(60)
}
