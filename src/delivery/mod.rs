//! Owns messages: templates, the outbox, mail and SMS; and the logs that pools export.
//! Hands off the bytes to SMTP servers and HTTP gateways. Must not know sign-in rules.
//!
//! A message is written into the outbox in the transaction that makes its code, so both stand or neither; after the
//! commit the caller says [`Delivery::wake`] and goes on. A worker on a thread of its own sends what is due. A message
//! is removed after the server took it, so it may arrive twice after a crash, never not at all.

pub mod html;
pub mod inbox;
pub mod logs;
pub mod mask;
pub mod message;
pub mod outbox;
mod retry;
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
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// How long a stop waits for tries that are under way.
const LONGEST_STOP: Duration = Duration::from_secs(8);

/// What became of one try. Reasons are for the log: never the words of the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The server took it.
    Sent,
    /// The server will never take this message.
    Refused(String),
    /// The server did not take this message now.
    Later(String),
    /// The server itself is not to be had: down, misconfigured, overloaded.
    Unreachable(String),
}

/// Mail and SMS.
pub struct Delivery {
    shared: Arc<Shared>,
}

/// What the callers and the worker share.
pub(crate) struct Shared {
    store: Store,
    seal: Arc<dyn Seal>,
    clock: Arc<Clock>,
    config: DeliveryConfig,
    inbox: Option<Inbox>,
    smtp: Option<smtp::Smtp>,
    sms: Option<sms::Sms>,
    mail_due: Notify,
    sms_due: Notify,
    stop: watch::Sender<bool>,
    /// Who is told of messages that are dropped.
    logs: OnceLock<Arc<Logs>>,
    /// How many worker threads run.
    running: watch::Sender<usize>,
}

/// Where messages go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// To the configured servers.
    Servers,
    /// Into the inbox in memory: development mode and tests.
    Inbox,
}

impl Delivery {
    /// Prepares delivery; nothing is sent before [`Delivery::start`]. Errors in words (files that cannot be read, and
    /// the like).
    pub fn new(
        config: &DeliveryConfig,
        store: Store,
        seal: Arc<dyn Seal>,
        clock: Arc<Clock>,
        destination: Destination,
    ) -> Result<Self, String> {
        let to_servers = destination == Destination::Servers;
        let smtp = config.smtp.as_ref().filter(|_| to_servers).map(smtp::Smtp::new).transpose()?;
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

    /// From now on, messages that are dropped are told to the logs of their pools.
    pub fn report_to(&self, logs: Arc<Logs>) {
        // Said once, by the composition; a second time would change nothing.
        let _ = self.shared.logs.set(logs);
    }

    /// Promises a message in the caller's transaction. Say [`Delivery::wake`] after the commit.
    pub fn enqueue(&self, tx: &Tx, message: &Message, now: Timestamp) -> Result<(), Fault> {
        let give_up = Duration::from_secs(self.shared.config.retry.give_up_seconds);
        outbox::enqueue(tx, self.shared.seal.as_ref(), message, now, give_up)
    }

    /// Tells the worker that something may be due. Costs next to nothing.
    pub fn wake(&self) {
        self.shared.mail_due.notify_one();
        self.shared.sms_due.notify_one();
    }

    /// Starts the worker's thread.
    pub fn start(&self) -> std::io::Result<()> {
        worker::start(self.shared.clone())
    }

    /// Stops the worker: what is being sent is finished, for some seconds at most, and the rest stays in the outbox. A
    /// try that is cut off is made again by the next start.
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

    /// Delivers everything that is due into the inbox, here and now: for tests, which start no worker. Does nothing
    /// without an inbox.
    pub async fn drain(&self) -> Result<(), Fault> {
        worker::drain(&self.shared).await
    }

    /// The inbox of development mode; `None` where messages go to servers.
    pub fn inbox(&self) -> Option<&Inbox> {
        self.shared.inbox.as_ref()
    }
}
