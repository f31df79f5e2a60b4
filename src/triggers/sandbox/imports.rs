//! The host's own imports for components, as `plugins/wit/trigger.wit` declares them.

use super::kv::{Change, Expiry, KeyValues, LONGEST_KEY, LONGEST_VALUE, MAX_KV_USES, NewValue};
use super::lines::Level;
use super::state::State;
use crate::model::Grant;
use std::sync::Arc;
use wasmtime::StoreContextMut;
use wasmtime::component::{ComponentType, Lift, Linker};

/// The package of the interfaces.
pub(super) const PACKAGE: &str = "poolhouse:trigger/";
const VERSION: &str = "@0.1.0";

/// The `log.level` enum.
#[derive(Clone, Copy, ComponentType, Lift)]
#[component(enum)]
#[repr(u8)]
#[expect(dead_code, reason = "wasmtime makes them of what the guest gives")]
enum LogLevel {
    #[component(name = "debug")]
    Debug,
    #[component(name = "info")]
    Info,
    #[component(name = "warn")]
    Warn,
    #[component(name = "error")]
    Error,
}

impl From<LogLevel> for Level {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Debug => Self::Debug,
            LogLevel::Info => Self::Info,
            LogLevel::Warn => Self::Warn,
            LogLevel::Error => Self::Error,
        }
    }
}

/// Adds a granted interface to the linker.
pub(super) fn add(linker: &mut Linker<State>, grant: Grant) -> wasmtime::Result<()> {
    let mut interface = linker.instance(&format!("{PACKAGE}{}{VERSION}", grant.name()))?;
    match grant {
        Grant::Log => {
            interface.func_wrap("write", |store: StoreContextMut<'_, State>, (level, text): (LogLevel, String)| {
                store.data().lines.add(level.into(), &text);
                Ok(())
            })
        }
        Grant::Config => interface.func_wrap("get", |store: StoreContextMut<'_, State>, (key,): (String,)| {
            let guest = &store.data().guest;
            Ok((guest.env.iter().find(|(name, _)| *name == key).map(|(_, value)| value.clone()),))
        }),
        Grant::Kv => {
            interface.func_wrap_async("get", |mut store: StoreContextMut<'_, State>, (key,): (String,)| {
                let kv = use_kv(&mut store);
                Box::new(async move { Ok((changed(kv, key, Box::new(|_| Ok(NewValue::Keep))).await,)) })
            })?;
            interface.func_wrap_async(
                "set",
                |mut store: StoreContextMut<'_, State>, (key, value, ttl): (String, Vec<u8>, Option<u32>)| {
                    let kv = use_kv(&mut store);
                    Box::new(async move {
                        if value.len() > LONGEST_VALUE {
                            return Ok((Err(format!("a value has at most {LONGEST_VALUE} bytes")),));
                        }
                        let change: Change<'static> = Box::new(move |_| Ok(NewValue::Set(value.clone(), lasts(ttl))));
                        Ok((changed(kv, key, change).await.map(|_| ()),))
                    })
                },
            )?;
            interface.func_wrap_async("delete", |mut store: StoreContextMut<'_, State>, (key,): (String,)| {
                let kv = use_kv(&mut store);
                Box::new(async move { Ok((changed(kv, key, Box::new(|_| Ok(NewValue::Delete))).await.map(|_| ()),)) })
            })?;
            interface.func_wrap_async(
                "increment",
                |mut store: StoreContextMut<'_, State>, (key, by, ttl): (String, i32, Option<u32>)| {
                    let kv = use_kv(&mut store);
                    Box::new(async move {
                        let before = changed(kv, key, Box::new(move |found| increment(found, by, ttl))).await;
                        Ok((before.and_then(|found| sum(found.as_deref(), by)),))
                    })
                },
            )
        }
    }
}

fn lasts(ttl: Option<u32>) -> Expiry {
    ttl.map_or(Expiry::Never, Expiry::After)
}

/// The stored decimal number plus `by`.
fn sum(found: Option<&[u8]>, by: i32) -> Result<i32, String> {
    let number = match found {
        None => 0,
        Some(text) => {
            std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).ok_or("the value is no number")?
        }
    };
    i32::checked_add(number, by).ok_or_else(|| "the number would be too large".to_owned())
}

fn increment(found: Option<&[u8]>, by: i32, ttl: Option<u32>) -> Result<NewValue, String> {
    let number = sum(found, by)?.to_string().into_bytes();
    Ok(NewValue::Set(number, if found.is_some() { Expiry::Unchanged } else { lasts(ttl) }))
}

/// The guest's key-value space, if this call has not used it too often.
fn use_kv(store: &mut StoreContextMut<'_, State>) -> Option<Arc<dyn KeyValues>> {
    let state = store.data_mut();
    state.kv_uses_left = state.kv_uses_left.checked_sub(1)?;
    Some(state.kv.clone())
}

/// Changes a value and returns the previous one.
async fn changed(
    kv: Option<Arc<dyn KeyValues>>,
    key: String,
    change: Change<'static>,
) -> Result<Option<Vec<u8>>, String> {
    if key.is_empty() || key.len() > LONGEST_KEY {
        return Err(format!("a key has 1 to {LONGEST_KEY} bytes"));
    }
    let kv = kv.ok_or_else(|| format!("one call uses its key-value space at most {MAX_KV_USES} times"))?;
    kv.change(key.into_bytes(), change).await
}
