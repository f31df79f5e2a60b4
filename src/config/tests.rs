#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use proptest::prelude::*;

fn env(pairs: &[(&str, &str)]) -> Sources {
    let dir = std::env::temp_dir().join("poolhouse-no-such-directory");
    let mut sources =
        Sources { env: pairs.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect(), ..Sources::default() };
    sources.flags.push(("server.data_dir", dir.display().to_string()));
    sources
}

fn file(text: &str) -> (tempfile::TempDir, Sources) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(FILE_NAME), text).unwrap();
    let sources = Sources { flags: vec![("server.data_dir", dir.path().display().to_string())], ..Sources::default() };
    (dir, sources)
}

#[test]
fn flags_win_over_environment_over_file_over_defaults() {
    let (_dir, mut sources) = file("[server]\nlisten = \"127.0.0.1:1\"\nworkers = 3\nlog_filter = \"debug\"\n");
    sources.env = vec![
        ("POOLHOUSE_SERVER__LISTEN".into(), "127.0.0.1:2".into()),
        ("POOLHOUSE_SERVER__WORKERS".into(), "4".into()),
    ];
    sources.flags.push(("server.listen", "127.0.0.1:3".into()));
    let config = load(&sources).unwrap();
    assert_eq!((config.server.listen.port(), config.server.workers), (3, 4));
    assert_eq!((config.server.log_filter.as_str(), config.server.max_connections), ("debug", 10_000));
}

#[test]
fn every_fault_is_told_at_once_and_no_value_is() {
    let (_dir, mut sources) = file(
        "[server]\nlisten = \"hunter2\"\nworkers = \"hunter2\"\nprot = \"hunter2\"\n[identity]\nregion = \"hunter2\"\n[sever]\nx = \"hunter2\"\n",
    );
    sources.env =
        vec![("POOLHOUSE_SERVER__DEV".into(), "hunter2".into()), ("POOLHOUSE_SERVER_WORKERS".into(), "hunter2".into())];
    let faults = load(&sources).unwrap_err();
    let text = faults.to_string();
    for key in [
        "server.listen:",
        "server.workers:",
        "server.prot:",
        "identity.region:",
        "sever.x:",
        "server.dev:",
        "POOLHOUSE_SERVER__WORKERS",
    ] {
        assert!(text.contains(key), "{key} is not in {text}");
    }
    assert_eq!(faults.0.len(), 7, "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_file_that_is_no_toml_is_told_of_by_line_without_its_text() {
    let (_dir, sources) = file("[server]\nlisten = \"127.0.0.1:1\"\npassword = hunter2\n");
    let text = load(&sources).unwrap_err().to_string();
    assert!(text.contains("line 3") && !text.contains("hunter2"), "{text}");
}

#[test]
fn what_is_typed_in_the_environment_finds_its_type() {
    let config = load(&env(&[
        ("POOLHOUSE_IDENTITY__ACCOUNT_ID", "000000000042"),
        ("POOLHOUSE_SERVER__TRUSTED_PROXIES", "10.0.0.0/8, 192.168.1.1"),
        ("POOLHOUSE_SERVER__DEV", "true"),
        ("POOLHOUSE_ROOT_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        ("POOLHOUSE_MASTER_KEY", "x"),
        ("POOLHOUSE_DELIVERY__SMTP__HOST", "mail.example.com"),
        ("POOLHOUSE_DELIVERY__SMTP__FROM", "Us <us@example.com>"),
        ("POOLHOUSE_DELIVERY__SMTP__USERNAME", "12345"),
        ("POOLHOUSE_DELIVERY__SMTP__PASSWORD", "\"a, b\" "),
        ("POOLHOUSE_LISTEN", "127.0.0.1:4"),
        ("POOLHOUSE_PORT", "tcp://10.0.0.1:80"),
    ]))
    .unwrap();
    assert_eq!(config.identity.account_id, "000000000042");
    assert_eq!(config.server.trusted_proxies.len(), 2);
    assert!(config.server.dev);
    assert_eq!(config.server.listen.port(), 4);
    let smtp = config.delivery.smtp.unwrap();
    assert_eq!((smtp.username.as_str(), smtp.password.reveal()), ("12345", "\"a, b\" "));
}

#[test]
fn a_file_in_the_data_directory_cannot_move_it() {
    let (_dir, sources) = file("[server]\ndata_dir = \"/elsewhere\"\n");
    assert!(load(&sources).unwrap_err().to_string().contains("--data-dir"));
}

#[test]
fn a_named_file_must_be_there() {
    let sources = Sources { file: Some("/no/such/poolhouse.toml".into()), ..Sources::default() };
    assert_eq!(load(&sources).unwrap_err().0.len(), 1);
}

#[test]
fn settling_fills_in_the_urls() {
    let mut config = Config::default();
    config.settle("0.0.0.0:8080".parse().unwrap());
    assert_eq!(config.identity.issuer_base, "http://127.0.0.1:8080");
    let mut config = Config::default();
    config.server.public_url = "https://id.example.com".into();
    config.settle("127.0.0.1:8080".parse().unwrap());
    assert_eq!(config.identity.issuer_base, "https://id.example.com");
}

/// The example with all its settings taken from behind their `#` must be the defaults, and miss none.
#[test]
fn the_example_is_the_defaults() {
    let text = example();
    let uncommented: String = text
        .lines()
        .map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n");
    let parsed: toml::Table = toml::from_str(&uncommented).unwrap();
    assert_eq!(parsed, toml::Table::try_from(Config::default()).unwrap(), "{text}");
    assert!(
        toml::from_str::<toml::Table>(&text)
            .unwrap()
            .values()
            .all(|section| section.as_table().is_some_and(|t| t.values().all(toml::Value::is_table)))
    );
}

proptest! {
    #[test]
    fn any_environment_and_any_file_are_answered(name in "POOLHOUSE_[A-Z_]{0,12}", value in ".{0,24}", text in ".{0,64}") {
        let (_dir, mut sources) = file(&text);
        sources.env = vec![(name, value)];
        let _ = load(&sources);
    }
}

#[test]
fn sinks_of_logs_are_named_by_arn() {
    let (_dir, sources) = file(
        "[logs]\nfile_mb = 8\n[logs.sinks]\n\"arn:aws:s3:::*\" = \"/var/log/pools.jsonl\"\n\"arn:aws:logs:*:log-group:a\" = \"https://x.example/in\"\n",
    );
    let config = load(&sources).unwrap();
    assert_eq!((config.logs.sinks.len(), config.logs.file_mb), (2, 8));
    assert_eq!(config.logs.sinks.get("arn:aws:s3:::*").unwrap().reveal(), "/var/log/pools.jsonl");
}
