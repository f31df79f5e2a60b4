//! The worker thread: one loop per medium that sends due messages, a limited number at a time.

use super::message::{Medium, Message};
use super::outbox::{self, Entry, StoredMessage};
use super::outcome::Outcome;
use super::retry::{self, CircuitBreaker};
use super::shared::Shared;
use super::sms::Sms;
use super::smtp::Mailer;
use crate::fault::Fault;
use crate::shapes::idp::EventSourceName;
use futures::stream::{FuturesUnordered, StreamExt};
use serde_json::json;
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// The longest sleep. It only matters after a lost wake-up, or when the clock was set back.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// How many entries are read at a time, in addition to those in flight.
const PAGE: usize = 64;

/// How messages of one medium are sent.
enum Transport {
    Mail(Box<Mailer>),
    Sms(Box<Sms>),
    Inbox,
    Absent,
}

/// Starts the thread. Store futures must stay on one thread, so the loops share a runtime of their own.
pub(super) fn start(shared: Arc<Shared>) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    shared.running.send_modify(|n| *n += 1);
    let at_work = shared.clone();
    let spawned = std::thread::Builder::new().name("delivery".into()).spawn(move || {
        runtime.block_on(async {
            let mail = at_work.smtp.clone().map(|smtp| Transport::Mail(Box::new(smtp.connect())));
            let sms = at_work.sms.clone().map(|sms| Transport::Sms(Box::new(sms)));
            let instead = || if at_work.inbox.is_some() { Transport::Inbox } else { Transport::Absent };
            let connections = |n: Option<u32>| n.unwrap_or(1).max(1) as usize;
            tokio::join!(
                Lane {
                    shared: &at_work,
                    medium: Medium::Email,
                    limit: connections(at_work.config.smtp.as_ref().map(|c| c.connections)),
                    transport: mail.unwrap_or_else(instead),
                    due: &at_work.mail_due,
                }
                .run(),
                Lane {
                    shared: &at_work,
                    medium: Medium::Sms,
                    limit: connections(at_work.config.sms.as_ref().map(|c| c.connections)),
                    transport: sms.unwrap_or_else(instead),
                    due: &at_work.sms_due,
                }
                .run(),
            );
        });
        at_work.running.send_modify(|n| *n -= 1);
    });
    if spawned.is_err() {
        shared.running.send_modify(|n| *n -= 1);
    }
    spawned.map(|_| ())
}

/// Delivers due messages to the inbox, without a worker.
pub(super) async fn drain(shared: &Shared) -> Result<(), Fault> {
    let Some(inbox) = &shared.inbox else { return Ok(()) };
    for medium in [Medium::Email, Medium::Sms] {
        loop {
            let now = shared.clock.now();
            let entries: Vec<Entry> =
                outbox::front(&shared.store, medium, PAGE).await?.into_iter().filter(|e| e.due <= now).collect();
            if entries.is_empty() {
                break;
            }
            for entry in entries {
                if let Some(message) = outbox::open(shared.seal.as_ref(), &entry) {
                    inbox.receive(message, now);
                }
                outbox::remove(&shared.store, &entry).await?;
            }
        }
    }
    Ok(())
}

struct Lane<'a> {
    shared: &'a Shared,
    medium: Medium,
    limit: usize,
    transport: Transport,
    due: &'a Notify,
}

impl Lane<'_> {
    async fn run(self) {
        let mut stop = self.shared.stop.subscribe();
        let mut breaker = CircuitBreaker::default();
        let mut in_flight = FuturesUnordered::new();
        let mut ids = HashSet::new();
        let mut ready = VecDeque::new();
        let mut warned = false;
        loop {
            let stopping = *stop.borrow_and_update();
            if stopping && in_flight.is_empty() {
                return;
            }
            let mut next = Instant::now() + LONGEST_SLEEP;
            let mut filling = !stopping;
            while filling {
                match self.head(&mut ready, &ids, &mut next).await {
                    Ok(None) => filling = false,
                    Ok(Some(entry)) if matches!(self.transport, Transport::Absent) => {
                        ready.push_front(entry);
                        if !std::mem::replace(&mut warned, true) {
                            let medium = self.medium.wire_name();
                            tracing::warn!(
                                medium,
                                "a message waits, but no server is configured that could send it ([delivery])"
                            );
                        }
                        filling = false;
                    }
                    Ok(Some(entry)) if in_flight.len() < breaker.allowance(self.limit, Instant::now()) => {
                        ids.insert(entry.id.clone());
                        in_flight.push(self.deliver(entry));
                    }
                    Ok(Some(entry)) => {
                        ready.push_front(entry);
                        filling = false;
                    }
                    Err(error) => {
                        tracing::error!(medium = self.medium.wire_name(), %error, "the outbox cannot be worked off");
                        next = next.min(Instant::now() + Duration::from_secs(1));
                        filling = false;
                    }
                }
            }
            let resumes = breaker.resumes().filter(|at| *at > Instant::now());
            tokio::select! {
                Some((id, outcome)) = in_flight.next(), if !in_flight.is_empty() => {
                    ids.remove(&id);
                    if let Some(outcome) = outcome {
                        self.record_outcome(&mut breaker, &outcome);
                    }
                }
                () = self.due.notified(), if !stopping => {}
                () = tokio::time::sleep_until(resumes.map_or(next, |at| at.min(next))) => {}
                Ok(()) = stop.changed() => {}
            }
        }
    }

    /// The next message that is due and not in flight; messages that are too old are dropped. `ready` holds entries
    /// that were read but not sent yet; nobody else changes them. If nothing is due, `next` is moved forward to the
    /// time of the next message.
    async fn head(
        &self,
        ready: &mut VecDeque<Entry>,
        in_flight: &HashSet<String>,
        next: &mut Instant,
    ) -> Result<Option<Entry>, Fault> {
        loop {
            let now = self.shared.clock.now();
            if ready.is_empty() {
                for entry in outbox::front(&self.shared.store, self.medium, PAGE + in_flight.len()).await? {
                    if entry.due > now {
                        *next = (*next).min(Instant::now() + entry.due.since(now));
                        break;
                    }
                    if !in_flight.contains(&entry.id) {
                        ready.push_back(entry);
                    }
                }
            }
            let Some(entry) = ready.pop_front() else { return Ok(None) };
            let reason = match &entry.queued {
                Some(queued) if now < queued.until => return Ok(Some(entry)),
                Some(_) => "it is too old",
                None => "its record cannot be read",
            };
            self.shared.report_dropped(&entry, None, reason).await;
            outbox::remove(&self.shared.store, &entry).await?;
        }
    }

    /// Makes one attempt and updates the outbox. `None` where there was nothing to send.
    async fn deliver(&self, entry: Entry) -> (String, Option<Outcome>) {
        let outcome = match outbox::open(self.shared.seal.as_ref(), &entry) {
            Some(message) => {
                let outcome = self.send(&entry.id, &message).await.sanitised();
                self.shared.report(&entry, &message, &outcome).await;
                Some(outcome)
            }
            None => {
                self.shared.report_dropped(&entry, None, "it was sealed by another master key").await;
                None
            }
        };
        let settled = match outcome {
            None | Some(Outcome::Sent | Outcome::Refused(_)) => outbox::remove(&self.shared.store, &entry).await,
            Some(Outcome::Later(_) | Outcome::Unreachable(_)) => {
                let tries = entry.queued.as_ref().map_or(0, |queued| queued.tries);
                let due = self.shared.clock.now().plus(retry::message_delay(&self.shared.config.retry, tries));
                outbox::postpone(&self.shared.store, &entry, due).await
            }
        };
        if let Err(error) = settled {
            tracing::error!(%error, "the outbox cannot be written; a message may be sent again");
            // The entry is still first in the outbox. Wait a moment before it is tried again.
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        (entry.id, outcome)
    }

    async fn send(&self, id: &str, message: &Message) -> Outcome {
        match &self.transport {
            Transport::Mail(mailer) => mailer.send(id, message).await,
            Transport::Sms(sms) => sms.send(message).await,
            Transport::Inbox | Transport::Absent => {
                if let Some(inbox) = &self.shared.inbox {
                    inbox.receive(message.clone(), self.shared.clock.now());
                }
                Outcome::Sent
            }
        }
    }

    fn record_outcome(&self, breaker: &mut CircuitBreaker, outcome: &Outcome) {
        let medium = self.medium.wire_name();
        match outcome {
            Outcome::Unreachable(reason) => {
                let news = breaker.failed(&self.shared.config.retry, Instant::now());
                if news {
                    tracing::warn!(medium, reason, "the server does not take messages; they wait in the outbox");
                }
            }
            _ if breaker.answered() => tracing::info!(medium, "the server takes messages again"),
            _ => {}
        }
    }
}

impl Shared {
    /// Logs the outcome of an attempt, with the destination masked and without the text.
    async fn report(&self, entry: &Entry, message: &Message, outcome: &Outcome) {
        let (Outcome::Refused(reason) | Outcome::Later(reason) | Outcome::Unreachable(reason)) = outcome else {
            tracing::debug!(pool = message.pool_id, kind = ?message.kind, to = message.masked_destination(), "message sent");
            return;
        };
        if matches!(outcome, Outcome::Refused(_)) {
            self.report_dropped(entry, Some(message), reason).await;
        } else {
            tracing::debug!(pool = message.pool_id, kind = ?message.kind, to = message.masked_destination(), reason, "message will be tried again");
        }
    }

    /// Logs that a message was dropped, to the server's log and the pool's.
    async fn report_dropped(&self, entry: &Entry, message: Option<&Message>, reason: &str) {
        let queued: Option<&StoredMessage> = entry.queued.as_ref();
        let pool = queued.map(|q| q.pool_id.as_str()).unwrap_or_default();
        let to = message.map(Message::masked_destination).unwrap_or_default();
        let kind = queued.map(|q| format!("{:?}", q.kind)).unwrap_or_default();
        let medium = entry.medium.wire_name();
        tracing::warn!(pool, kind, medium, to, reason, "message dropped");
        let Some(logs) = self.logs.get() else { return };
        let details = format!("Message delivery failed: {medium} message of kind {kind} to {to}: {reason}");
        let exported =
            logs.send(pool, EventSourceName::UserNotification, json!({ "details": details }), self.clock.now()).await;
        if let Err(error) = exported {
            tracing::error!(pool, %error, "the pool's log configuration cannot be read");
        }
    }
}
