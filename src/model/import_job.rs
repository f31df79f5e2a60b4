//! Jobs that import users from a file.

use crate::clock::Timestamp;
use crate::shapes::idp::{PasswordHashingAlgorithmType as Algorithm, UserImportJobStatusType as Status};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a job waits for its start.
const WAITS: Duration = Duration::from_secs(24 * 3600);

/// A job that imports users of a pool from a CSV file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportJob {
    /// `import-` and ten letters or digits.
    pub id: String,
    /// The name, not unique.
    pub name: String,
    pub pool_id: String,
    /// Kept and returned: the log needs no role here.
    pub log_role: String,
    /// The scheme of the column `password_hash`.
    pub algorithm: Option<Algorithm>,
    pub created: Timestamp,
    pub started: Option<Timestamp>,
    pub completed: Option<Timestamp>,
    /// Where it stands; [`ImportJob::status_at`] knows what time does to it.
    pub status: Status,
    pub imported: i64,
    pub skipped: i64,
    pub failed: i64,
    /// Why it ended.
    pub message: Option<String>,
    /// The file, once it was uploaded whole.
    pub upload: Option<ImportUpload>,
    /// What comes next in the file.
    pub next: FilePosition,
    /// How many pieces the report has.
    pub report_pieces: i64,
}

/// An uploaded file of users.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportUpload {
    /// The name under which it is kept.
    pub file: String,
    /// Its size before encryption.
    pub bytes: u64,
}

/// A place between two rows of a file.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct FilePosition {
    /// In bytes.
    pub offset: u64,
    /// The number of the line that begins there; the first is 1.
    pub line: u64,
}

impl Default for FilePosition {
    fn default() -> Self {
        Self { offset: 0, line: 1 }
    }
}

/// A row that was not imported, for the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedRow {
    pub line: u64,
    /// Whether the row was passed over because the user is there already.
    pub skipped: bool,
    /// Why, without personal data.
    pub reason: String,
}

impl ImportJob {
    /// The status at a moment: a job that was never started expires.
    pub fn status_at(&self, now: Timestamp) -> Status {
        if self.status == Status::Created && now >= self.created.plus(WAITS) { Status::Expired } else { self.status }
    }

    /// Whether it was started and has not ended.
    pub fn is_active(&self) -> bool {
        matches!(self.status, Status::Pending | Status::InProgress | Status::Stopping)
    }

    /// Whether its file is still of use.
    pub fn needs_file(&self, now: Timestamp) -> bool {
        self.is_active() || self.status_at(now) == Status::Created
    }
}
