//! Bodies of every operation: the first two bytes choose the operation, the rest is its body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use poolhouse::fault::Fault;
use poolhouse::wire::{self, Headers, Request, model::Service};

fuzz_target!(|data: &[u8]| {
    let [high, low, body @ ..] = data else { return };
    let operations: Vec<_> =
        Service::ALL.into_iter().flat_map(|service| service.model().operations.iter().map(move |operation| (service, operation))).collect();
    let (service, operation) = operations[usize::from(u16::from_be_bytes([*high, *low])) % operations.len()];
    let mut headers = Headers::default();
    headers.push("host", "localhost");
    let request = Request {
        method: operation.method.into(),
        path: operation.uri.replace(['{', '}'], ""),
        headers,
        body: body.to_vec(),
        ..Request::default()
    };
    if let Err(Fault::Internal(error)) = wire::decode(service, operation, &request) {
        panic!("{}: {error}", operation.name);
    }
});
