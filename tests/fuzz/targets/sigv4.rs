//! `Authorization` headers and presigned queries, against a whole server.
#![no_main]

use libfuzzer_sys::fuzz_target;
use poolhouse::app::{App, TestApp};
use poolhouse::wire::{self, Headers, Request};
use std::cell::OnceCell;
use tokio::runtime::{Builder, Runtime};

thread_local! {
    static SERVER: OnceCell<(Runtime, TestApp)> = const { OnceCell::new() };
}

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.splitn(3, '\n');
    let mut headers = Headers::default();
    headers.push("host", "localhost");
    headers.push("x-amz-target", "AWSCognitoIdentityProviderService.ListUserPools");
    for (name, value) in ["authorization", "x-amz-date"].into_iter().zip(lines.by_ref()) {
        headers.push(name, value);
    }
    let query = lines.next().unwrap_or_default().to_owned();
    let request = Request { method: "POST".into(), path: "/".into(), query, headers, body: b"{}".to_vec(), secure: false };
    SERVER.with(|server| {
        let (runtime, app) = server.get_or_init(|| {
            let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
            let app = runtime.block_on(App::for_tests()).expect("a server");
            (runtime, app)
        });
        let response = runtime.block_on(wire::answer(app.context().expect("a context"), &request));
        assert!(response.status < 500 || response.status == 501);
    });
});
