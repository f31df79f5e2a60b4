//! Owns messages: templates, the outbox, mail and SMS, and the logs that pools export. Hands off the transport to SMTP
//! servers and HTTP gateways. Must not know the rules of sign-in.
//!
//! A message is written to the outbox in the same transaction as its code, so that either both exist or neither. After
//! the commit the caller calls [`Delivery::wake`]. A worker thread sends due messages and removes each after the mail
//! server or gateway accepted it. After a crash a message may therefore arrive twice, but is never lost.

pub mod html;
pub mod inbox;
pub mod logs;
pub mod mask;
pub mod message;
pub mod outbox;
mod outcome;
mod retry;
mod shared;
mod sms;
mod smtp;
pub mod templates;
#[cfg(test)]
mod tests;
mod worker;

pub use inbox::{Inbox, Received};
pub use logs::Logs;
pub use message::{Content, Kind, Medium, Message};

use crate::clock::{Clock, Timestamp};
use crate::config::delivery::DeliveryConfig;
use crate::fault::Fault;
use crate::secret::Seal;
use crate::store::{Store, Tx};
use shared::Shared;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// How long a stop waits for attempts that are running.
const LONGEST_STOP: Duration = Duration::from_secs(8);

/// Sends mail and SMS.
pub struct Delivery {
    shared: Arc<Shared>,
}

/// Where messages go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// To the configured servers.
    Servers,
    /// To the inbox in memory, for development mode and tests.
    Inbox,
}

impl Delivery {
    /// Prepares delivery; nothing is sent before [`Delivery::start`]. Errors are messages for the operator, for example
    /// about files that cannot be read.
    pub fn new(
        config: &DeliveryConfig,
        store: Store,
        seal: Arc<dyn Seal>,
        clock: Arc<Clock>,
        destination: Destination,
    ) -> Result<Self, String> {
        let to_servers = destination == Destination::Servers;
        let smtp = config.smtp.as_ref().filter(|_| to_servers);
        let smtp = smtp.map(|smtp| smtp::Smtp::new(smtp, &config.sender_domains)).transpose()?;
        let sms = config.sms.as_ref().filter(|_| to_servers).map(sms::Sms::new).transpose()?;
        Ok(Self {
            shared: Arc::new(Shared {
                store,
                seal,
                clock,
                config: config.clone(),
                inbox: (!to_servers).then(Inbox::default),
                smtp,
                sms,
                mail_due: Notify::new(),
                sms_due: Notify::new(),
                stop: watch::Sender::new(false),
                logs: OnceLock::new(),
                running: watch::Sender::new(0),
            }),
        })
    }

    /// Reports dropped messages to the logs of their pools.
    pub fn report_to(&self, logs: Arc<Logs>) {
        // Called once while the server is built. A second call has no effect.
        let _ = self.shared.logs.set(logs);
    }

    /// Adds a message to the outbox in the caller's transaction. Call [`Delivery::wake`] after the commit.
    pub fn enqueue(&self, tx: &Tx, message: &Message, now: Timestamp) -> Result<(), Fault> {
        let give_up = Duration::from_secs(self.shared.config.retry.give_up_seconds);
        outbox::enqueue(tx, self.shared.seal.as_ref(), message, now, give_up)
    }

    /// Tells the worker that a message may be due.
    pub fn wake(&self) {
        self.shared.mail_due.notify_one();
        self.shared.sms_due.notify_one();
    }

    /// Starts the worker thread.
    pub fn start(&self) -> std::io::Result<()> {
        worker::start(self.shared.clone())
    }

    /// Stops the worker. Attempts that are running get some seconds to finish; all other messages stay in the outbox.
    /// An attempt that is cut off is repeated after the next start.
    pub async fn stop(&self) {
        self.shared.stop.send_replace(true);
        let mut running = self.shared.running.subscribe();
        let finished = tokio::time::timeout(LONGEST_STOP, running.wait_for(|running| *running == 0)).await.is_ok();
        if !finished {
            tracing::warn!(
                "a mail server or SMS gateway did not finish in time; its messages are sent again by the next start"
            );
        }
    }

    /// Delivers all due messages to the inbox. For tests, which start no worker. Does nothing without an inbox.
    pub async fn drain(&self) -> Result<(), Fault> {
        worker::drain(&self.shared).await
    }

    /// The inbox of development mode; `None` where messages go to servers.
    pub fn inbox(&self) -> Option<&Inbox> {
        self.shared.inbox.as_ref()
    }
}
