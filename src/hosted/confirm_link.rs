//! `GET /confirmUser`: the link in a mail that confirms a sign-up (`CONFIRM_WITH_LINK`).

use super::{Page, message};
use crate::context::Context;
use crate::delivery::html::escape;
use crate::domain::{pools, users::registration};
use crate::fault::{Cause, Fault};
use serde::Deserialize;

/// The longest value that is looked at, in bytes.
const MAX_VALUE: usize = 2048;

/// The query of the link, with Cognito's names.
#[derive(Deserialize)]
pub struct Link {
    client_id: String,
    user_name: String,
    confirmation_code: String,
}

/// Confirms the sign-up and says so. `None` is a link that lacks a part.
pub async fn follow(cx: &Context, link: Option<Link>) -> Page {
    let Some(link) = link else {
        return message(400, "This link is incomplete", "Open it from the mail once more, or copy it whole.");
    };
    match confirm(cx, &link).await {
        Ok(()) => message(200, "Your registration has been confirmed", "You can close this page and sign in."),
        Err(Fault::Internal(source)) => {
            tracing::error!(error = %source, "a confirmation link could not be followed");
            message(500, "Something went wrong", "Please try the link again in a moment.")
        }
        // The account is confirmed, but a function of the pool failed after it; its message is meant for people.
        Err(fault) if matches!(fault.cause(), Cause::Trigger | Cause::TriggerUnavailable) => {
            message(400, "Something went wrong", &escape(fault.message()))
        }
        Err(_) => message(
            400,
            "This link does not work any more",
            "It was used before, it has expired, or a newer one was sent. Ask for a new one where you signed up.",
        ),
    }
}

async fn confirm(cx: &Context, link: &Link) -> Result<(), Fault> {
    if [&link.client_id, &link.user_name, &link.confirmation_code].into_iter().any(|text| text.len() > MAX_VALUE) {
        return Err(Fault::invalid("too long"));
    }
    let client = pools::client(&cx.services.store, &link.client_id).await?;
    registration::confirm(cx, &client, &link.user_name, &link.confirmation_code, false).await.map(drop)
}
