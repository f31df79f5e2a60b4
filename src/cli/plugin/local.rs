//! Runs plugins on this machine, with the server's sandbox and limits.

use super::super::{Failure, print};
use super::file::{self, Module};
use super::{Progress, What};
use crate::config::plugins::PluginsConfig;
use crate::triggers::plugins::{Cache, run_trial};
use crate::triggers::sandbox::{Guest, GuestCall, GuestSettings, Level, Line, MemoryKeyValues, Sandbox};
use crate::triggers::{explain_answer, samples};
use serde_json::Value;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How many compiled plugins are kept for later commands.
const MAX_KEPT: usize = 20;
/// Largest event, in bytes.
const LARGEST_EVENT: u64 = 6 * 1024 * 1024;

/// Where compiled plugins are kept.
fn cache_dir() -> Result<PathBuf, Failure> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let caches = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache")));
    let caches = caches.ok_or_else(|| Failure::usage("HOME is not set: there is no place to keep compiled plugins"))?;
    Ok(caches.join("poolhouse").join("compiled-plugins"))
}

/// A plugin that can be called.
struct Ready {
    sandbox: Sandbox,
    guest: Arc<Guest>,
    runtime: tokio::runtime::Runtime,
}

fn get_ready(what: &What, module: &Module) -> Result<Ready, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::failed)?;
    // Nothing else runs here, so a plugin gets everything that its manifest allows.
    let config = PluginsConfig { memory_mb: 4096, concurrency: 4, ..PluginsConfig::default() };
    let sandbox = Sandbox::new(&config).map_err(Failure::failed)?;
    let refused = |why: &dyn std::fmt::Display| Failure::failed(format!("{}: {why}", what.file.display()));
    let cache = Cache::new(cache_dir()?, sandbox.engine_key());
    let file = match cache.find(&module.sha256) {
        Some(file) => file,
        None => {
            let code = compile(&sandbox, &module.bytes, &what.file).map_err(|why| refused(&why))?;
            cache.trim(MAX_KEPT);
            cache
                .keep(&module.sha256, &code)
                .map_err(|e| Failure::failed(format!("the compiled plugin cannot be kept: {e}")))?
        }
    };
    let code = sandbox.load(&file).map_err(|why| refused(&why))?;
    let name = what.file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let settings = GuestSettings {
        name: &name,
        manifest: &module.manifest,
        secrets: &module.secrets,
        kv: Arc::new(MemoryKeyValues::default()),
    };
    let guest = sandbox.link(&code, settings).map_err(|error| refused(&error))?;
    Ok(Ready { sandbox, guest: Arc::new(guest), runtime })
}

/// Compiles a module and shows how long that has taken so far.
fn compile(sandbox: &Sandbox, wasm: &[u8], file: &Path) -> Result<Vec<u8>, String> {
    let begun = Instant::now();
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let mut progress = Progress::begin(&format!(
        "compiling {name} for the first time; JavaScript and Python take up to a minute, later runs use the result"
    ));
    std::thread::scope(|scope| {
        let (done, wait) = std::sync::mpsc::channel::<()>();
        let compiled = scope.spawn(move || {
            let compiled = sandbox.compile(wasm);
            drop(done);
            compiled
        });
        while wait.recv_timeout(Duration::from_secs(1)) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            progress.show(&format!("compiling {name}, {} s", begun.elapsed().as_secs()));
        }
        let compiled = compiled.join().unwrap_or_else(|_| Err("the compiler panicked".into()));
        progress.end(&format!("compiled {name} in {:.1} s", begun.elapsed().as_secs_f32()));
        compiled
    })
}

fn say(lines: &[Line]) {
    for Line { level, text } in lines {
        let level = match level {
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
        };
        eprintln!("  {level:<5} {text}");
    }
}

fn cost(took: Duration, memory: usize) -> String {
    let micros = took.as_micros();
    let time = if micros < 10_000 { format!("{micros} µs") } else { format!("{} ms", took.as_millis()) };
    format!("{time}, {:.1} MiB", memory as f64 / f64::from(1 << 20))
}

/// `poolhouse plugin check`.
pub(super) fn check(what: &What) -> Result<(), Failure> {
    let module = file::module(&what.file, what.manifest.as_deref())?;
    print(&format!(
        "{}: {}, {} bytes, sha256 {}\n",
        what.file.display(),
        module.form.name(),
        module.bytes.len(),
        module.sha256
    ))?;
    let Ready { sandbox, guest, runtime } = get_ready(what, &module)?;
    let timeout = Duration::from_millis(module.manifest.timeout_ms.into());
    for source in &module.manifest.trial {
        let tried = runtime.block_on(run_trial(&sandbox, &guest, source, timeout));
        say(&tried.lines);
        tried.answered.map_err(|why| Failure::failed(format!("{}: {why}", what.file.display())))?;
        print(&format!("{source}: it answers, {}\n", cost(tried.took, tried.memory)))?;
    }
    print("A server would take it.\n")
}

fn event(path: Option<&Path>, trigger: Option<&str>) -> Result<Value, Failure> {
    let Some(path) = path else {
        let source = trigger.unwrap_or("PreSignUp_SignUp");
        return samples::sample(source).ok_or_else(|| {
            Failure::usage(format!(
                "there is no trigger source {source}; these are:\n  {}",
                samples::SOURCES.join("\n  ")
            ))
        });
    };
    let text = if path.as_os_str() == "-" {
        let mut text = Vec::new();
        std::io::stdin().take(LARGEST_EVENT).read_to_end(&mut text).map_err(Failure::failed)?;
        text
    } else {
        file::read(path, LARGEST_EVENT)?
    };
    let mut event: Value =
        serde_json::from_slice(&text).map_err(|e| Failure::usage(format!("{}: it is no JSON: {e}", path.display())))?;
    if let (Some(trigger), Value::Object(event)) = (trigger, &mut event) {
        event.insert("triggerSource".to_owned(), trigger.into());
    }
    Ok(event)
}

/// `poolhouse plugin run`.
pub(super) fn run(what: &What, from: Option<&Path>, trigger: Option<&str>) -> Result<(), Failure> {
    let module = file::module(&what.file, what.manifest.as_deref())?;
    let event = event(from, trigger)?;
    let source = event.get("triggerSource").and_then(Value::as_str).unwrap_or_default().to_owned();
    let Ready { sandbox, guest, runtime } = get_ready(what, &module)?;
    let timeout = Duration::from_millis(module.manifest.timeout_ms.into());
    let ask = GuestCall { source: source.clone(), event: event.to_string(), timeout, trial: false };
    let ran = runtime.block_on(sandbox.run(&guest, ask));
    say(&ran.lines);
    if let Some(denied) = &ran.denied {
        eprintln!("  it was denied {denied}");
    }
    eprintln!("{}", cost(ran.took, ran.memory));
    let answer = ran.answer.map_err(|failure| {
        let caller = failure.to_fault(&source);
        Failure::failed(format!("{}\nthe caller would see: {caller}", failure.description()))
    })?;
    // Other members of the answer are ignored.
    let mut event = event;
    if let Value::Object(event) = &mut event {
        event.insert("response".to_owned(), answer);
    }
    print(&format!("{event:#}\n"))?;
    match explain_answer(&source, &event) {
        Ok(said) => {
            eprintln!("the server would:");
            said.iter().for_each(|line| eprintln!("  {line}"));
            Ok(())
        }
        Err(fault) => {
            Err(Failure::failed(format!("the server could not apply this answer; the caller would see: {fault}")))
        }
    }
}
