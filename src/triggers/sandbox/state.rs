//! The host's state of a running call.

use super::guest::Guest;
use super::http::OutgoingRequests;
use super::kv::KeyValues;
use super::limits::Limiter;
use super::lines::{Lines, Stream};
use std::sync::Arc;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

/// Most random bytes that a guest may request at once.
const MAX_RANDOM: u64 = 1 << 20;

/// The WASI features of a guest: settings as environment variables, clocks and random numbers; no files and no sockets.
pub(super) fn wasi(guest: &Guest) -> WasiCtxBuilder {
    let mut wasi = WasiCtxBuilder::new();
    wasi.envs(&guest.env).max_random_size(MAX_RANDOM).allow_tcp(false).allow_udp(false);
    wasi
}

/// The state of a component.
pub(super) struct State {
    pub guest: Arc<Guest>,
    pub kv: Arc<dyn KeyValues>,
    /// How often this call may still use the key-value space.
    pub kv_uses_left: u32,
    pub lines: Lines,
    pub limiter: Limiter,
    /// Created when it is first needed, because many guests import nothing of WASI.
    pub wasi: Option<WasiCtx>,
    pub table: ResourceTable,
    pub http: WasiHttpCtx,
    pub requests: OutgoingRequests,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let (guest, lines) = (&self.guest, &self.lines);
        let made = || wasi(guest).stdout(Stream(lines.clone())).stderr(Stream(lines.clone())).build();
        WasiCtxView { ctx: self.wasi.get_or_insert_with(made), table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.requests }
    }
}

/// The state of a command.
pub(super) struct CommandState {
    pub wasi: WasiP1Ctx,
    pub limiter: Limiter,
}
