//! What the host knows of one call while it runs.

use super::guest::Guest;
use super::http::Calls;
use super::limits::Limiter;
use super::lines::{Lines, Stream};
use super::space::Space;
use std::sync::Arc;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

/// Most random bytes that a guest asks for at once.
const MOST_RANDOM: u64 = 1 << 20;

/// What a guest gets of WASI: its settings as environment, clocks and random numbers; no files, no sockets.
pub(super) fn wasi(guest: &Guest) -> WasiCtxBuilder {
    let mut wasi = WasiCtxBuilder::new();
    wasi.envs(&guest.env).max_random_size(MOST_RANDOM).allow_tcp(false).allow_udp(false);
    wasi
}

/// Of a component.
pub(super) struct State {
    pub guest: Arc<Guest>,
    pub space: Arc<dyn Space>,
    /// How often it may still be used.
    pub turns: u32,
    pub lines: Lines,
    pub limiter: Limiter,
    /// Made when it is asked for: many guests import nothing of WASI.
    pub wasi: Option<WasiCtx>,
    pub table: ResourceTable,
    pub http: WasiHttpCtx,
    pub calls: Calls,
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
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.calls }
    }
}

/// Of a command.
pub(super) struct CommandState {
    pub wasi: WasiP1Ctx,
    pub limiter: Limiter,
}
