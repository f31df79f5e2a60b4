//! Owns the log: one subscriber on standard error, for people or as JSON lines.
//! Hands off nothing. Must not know what is logged; secrets keep themselves out of it (`secret::Secret`).

use crate::config::server::{LogFormat, ServerConfig};
use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Starts the log of the process. Does nothing if one was started before, as in tests.
pub fn start(config: &ServerConfig) {
    // try_init fails only if there is a log already.
    let _ = subscriber(config, std::io::stderr, std::io::IsTerminal::is_terminal(&std::io::stderr())).try_init();
}

pub(crate) fn subscriber<W>(config: &ServerConfig, writer: W, colour: bool) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    // Settings of the command line are validated. For other callers a wrong filter must not silence the log.
    let filter = config.log_filter.parse().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_ansi(colour);
    match config.log_format {
        LogFormat::Human => Box::new(log.finish()),
        LogFormat::Json => Box::new(log.json().flatten_event(true).with_current_span(false).finish()),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::config::Config;
    use crate::secret::Secret;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Captured(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat, work: impl FnOnce()) -> String {
        let captured = Captured::default();
        let writer = captured.clone();
        let config = ServerConfig { log_format: format, log_filter: "trace".into(), ..ServerConfig::default() };
        tracing::subscriber::with_default(subscriber(&config, move || writer.clone(), false), work);
        let bytes = captured.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn secrets_keep_out_of_the_log() {
        for format in [LogFormat::Human, LogFormat::Json] {
            let text = logged(format, || {
                let secret = Secret::new("hunter2");
                tracing::info!(?secret, config = ?Config::default(), "made {:?}", Some(&secret));
                tracing::error!(request_id = "r-1", error = %crate::fault::Fault::internal("the disk is gone"), "failed");
            });
            assert!(text.contains("[secret]") && text.contains("r-1") && text.contains("the disk is gone"), "{text}");
            assert!(!text.contains("hunter2"), "{text}");
        }
    }

    #[test]
    fn json_lines_are_json() {
        let text = logged(LogFormat::Json, || tracing::warn!(port = 9229, "taken"));
        let line: serde_json::Value = serde_json::from_str(text.trim()).unwrap();
        assert_eq!(
            (line.get("level").unwrap().as_str(), line.get("port").unwrap().as_i64()),
            (Some("WARN"), Some(9229))
        );
    }
}
