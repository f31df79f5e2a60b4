//! The upload of a job's file: to an address that is signed for the job and good for a quarter of an hour and for one
//! file. What arrives is encrypted and written as it comes.

use super::file::Writer;
use super::{DIRECTORY, precondition};
use crate::context::Context;
use crate::fault::Fault;
use crate::keys::seal::Purpose;
use crate::model::{ImportJob, ImportUpload};
use crate::secret::same;
use crate::shapes::idp::UserImportJobStatusType as Status;
use crate::store::import_jobs as table;
use std::path::PathBuf;
use std::time::Duration;

/// How long an address is good.
const VALIDITY: Duration = Duration::from_secs(15 * 60);
/// How much is gathered before it is written.
const GATHERED: usize = 256 * 1024;

/// Why an upload was refused.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The address was altered, has expired, or served before.
    #[error("the address is not valid, or not any more")]
    Denied,
    #[error("the file has more than {0} bytes")]
    TooLarge(u64),
    #[error(transparent)]
    Failed(#[from] Fault),
}

fn signature(cx: &Context, job: (&str, &str), expires: i64) -> String {
    let (pool_id, id) = job;
    let parts = [pool_id.as_bytes(), id.as_bytes(), &expires.to_be_bytes()];
    let mac = cx.services.keys.sealer.mac(Purpose::ImportUpload, &parts);
    mac.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The address to which a job's file is put.
pub fn url(cx: &Context, job: &ImportJob) -> String {
    let base = cx.services.config.server.public_url.trim_end_matches('/');
    let expires = job.created.plus(VALIDITY).secs();
    let signature = signature(cx, (&job.pool_id, &job.id), expires);
    format!("{base}/_imports/{}/{}?expires={expires}&signature={signature}", job.pool_id, job.id)
}

/// What an address says.
pub struct Address<'a> {
    pub pool_id: &'a str,
    pub job_id: &'a str,
    pub expires: i64,
    pub signature: &'a str,
}

/// An upload under way.
pub struct Upload {
    pool_id: String,
    job_id: String,
    dir: PathBuf,
    file: String,
    most: u64,
    taken: u64,
    gathered: Vec<u8>,
    /// `None` while another thread writes.
    writer: Option<Writer>,
    kept: bool,
}

impl Upload {
    /// Begins an upload, if the address is good.
    pub async fn begin(cx: &Context, address: Address<'_>) -> Result<Self, UploadError> {
        let Address { pool_id, job_id, expires, signature: given } = address;
        let expected = signature(cx, (pool_id, job_id), expires);
        if !same(expected.as_bytes(), given.as_bytes()) || cx.now.secs() >= expires {
            return Err(UploadError::Denied);
        }
        let job = table::get(&cx.services.store, pool_id, job_id).await.map_err(Fault::from)?;
        if job.is_none_or(|job| job.upload.is_some() || job.status_at(cx.now) != Status::Created) {
            return Err(UploadError::Denied);
        }
        let dir = cx.services.config.server.data_dir.join(DIRECTORY);
        let file = format!("{pool_id}.{job_id}.{}", crate::rng::uuid().map_err(Fault::from)?);
        let writer = Writer::create(cx.services.keys.sealer.clone(), &dir, &file).map_err(Fault::internal)?;
        Ok(Self {
            pool_id: pool_id.to_owned(),
            job_id: job_id.to_owned(),
            dir,
            file,
            most: cx.services.config.imports.max_file_mb.saturating_mul(1024 * 1024),
            taken: 0,
            gathered: Vec::new(),
            writer: Some(writer),
            kept: false,
        })
    }

    /// Takes the next bytes of the file.
    pub async fn push(&mut self, bytes: &[u8]) -> Result<(), UploadError> {
        self.taken = self.taken.saturating_add(bytes.len() as u64);
        if self.taken > self.most {
            return Err(UploadError::TooLarge(self.most));
        }
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= GATHERED {
            self.write().await?;
        }
        Ok(())
    }

    async fn write(&mut self) -> Result<(), Fault> {
        let bytes = std::mem::take(&mut self.gathered);
        let Some(mut writer) = self.writer.take() else { return Err(Fault::internal("an upload failed before")) };
        let written = tokio::task::spawn_blocking(move || writer.write(&bytes).map(|()| writer));
        self.writer = Some(written.await.map_err(Fault::internal)??);
        Ok(())
    }

    /// Ends an upload: from here on the job has its file. Gives the hash of what was uploaded, in hex.
    pub async fn finish(mut self, cx: &Context) -> Result<String, UploadError> {
        self.write().await?;
        let Some(writer) = self.writer.take() else { return Err(Fault::internal("an upload failed before").into()) };
        let bytes = writer.bytes;
        let hash = tokio::task::spawn_blocking(move || writer.finish()).await.map_err(Fault::internal)??;
        let upload = ImportUpload { file: self.file.clone(), bytes };
        cx.services
            .store
            .transact(async |tx| {
                let job = table::get(tx, &self.pool_id, &self.job_id).await?;
                let waiting = job.filter(|job| job.upload.is_none() && job.status_at(cx.now) == Status::Created);
                let Some(mut job) = waiting else { return Err(precondition("The job has its file already.")) };
                job.upload = Some(upload.clone());
                table::put(tx, &job)?;
                Ok(())
            })
            .await
            .map_err(|fault| if fault.is_modelled() { UploadError::Denied } else { UploadError::Failed(fault) })?;
        self.kept = true;
        Ok(hash.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.kept {
            // What stays behind all the same is removed by the work in the background.
            let _ = std::fs::remove_file(self.dir.join(&self.file));
        }
    }
}
