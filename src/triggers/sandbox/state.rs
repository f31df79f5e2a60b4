//! What the host knows of one call while it runs.

use super::guest::Guest;
use super::http::Calls;
use super::limits::Limiter;
use super::lines::Lines;
use super::space::Space;
use std::sync::Arc;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

/// Of a component.
pub(super) struct State {
    pub guest: Arc<Guest>,
    pub space: Arc<dyn Space>,
    pub lines: Lines,
    pub limiter: Limiter,
    pub wasi: WasiCtx,
    pub table: ResourceTable,
    pub http: WasiHttpCtx,
    pub calls: Calls,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
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
