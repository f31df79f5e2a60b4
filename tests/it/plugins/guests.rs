//! Test guests in WebAssembly's text format; each does one thing.

/// A component whose core module exports `handle`, `memory` and `cabi_realloc`. `imports` and `with` link it to the
/// host's interfaces.
fn component(imports: &str, with: &str, module: &str) -> Vec<u8> {
    let text = format!(
        r#"(component
          {imports}
          (core module $m
            {module}
            (global $heap (mut i32) (i32.const 65536))
            (func $alloc (export "cabi_realloc") (param $old i32) (param $size i32) (param $align i32) (param $new i32) (result i32)
              (local $at i32)
              (local.set $at (i32.and (i32.add (global.get $heap) (i32.const 7)) (i32.const -8)))
              (global.set $heap (i32.add (local.get $at) (local.get $new)))
              (block $room (loop $more
                (br_if $room (i32.le_u (global.get $heap) (i32.mul (memory.size) (i32.const 65536))))
                (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable))
                (br $more)))
              (local.get $at))
            (func $give (param $tag i32) (param $at i32) (param $length i32) (result i32)
              (i32.store (i32.const 16) (local.get $tag))
              (i32.store (i32.const 20) (local.get $at))
              (i32.store (i32.const 24) (local.get $length))
              (i32.const 16)))
          (core instance $i (instantiate $m {with}))
          (func (export "handle") (param "event" string) (result (result string (error string)))
            (canon lift (core func $i "handle") (memory (core memory $i "memory")) (realloc (core func $i "cabi_realloc")))))"#
    );
    wat::parse_str(text).unwrap()
}

/// A component without imports. `body` is the body of `handle`, with the event at `$at` and `$length`.
fn plain(body: &str) -> Vec<u8> {
    let head = r#"(memory (export "memory") 2)"#;
    component(
        "",
        "",
        &format!(r#"{head} (func (export "handle") (param $at i32) (param $length i32) (result i32) {body})"#),
    )
}

/// A component that returns this text, as its answer or as its refusal.
fn says(tag: u8, text: &str) -> Vec<u8> {
    let data: String = text.bytes().map(|byte| format!("\\{byte:02x}")).collect();
    let module = format!(
        r#"(memory (export "memory") 2) (data (i32.const 1024) "{data}")
        (func (export "handle") (param i32 i32) (result i32) (call $give (i32.const {tag}) (i32.const 1024) (i32.const {})))"#,
        text.len()
    );
    component("", "", &module)
}

/// Returns the event unchanged.
pub fn echo() -> Vec<u8> {
    plain("(call $give (i32.const 0) (local.get $at) (local.get $length))")
}

/// Answers with this text.
pub fn answers(text: &str) -> Vec<u8> {
    says(0, text)
}

/// Refuses with this message.
pub fn refuses(words: &str) -> Vec<u8> {
    says(1, words)
}

/// Never ends.
pub fn endless() -> Vec<u8> {
    plain("(loop $on (br $on)) unreachable")
}

/// Returns the event unchanged, but loops forever if it has more than 2,000 bytes.
pub fn moody() -> Vec<u8> {
    plain(
        "(if (i32.gt_u (local.get $length) (i32.const 2000)) (then (loop $on (br $on))))
         (call $give (i32.const 0) (local.get $at) (local.get $length))",
    )
}

/// Returns the event unchanged; if it has more than 2,000 bytes, first writes to 500 MB of memory in one instruction.
pub fn fills_memory() -> Vec<u8> {
    plain(
        "(if (i32.gt_u (local.get $length) (i32.const 2000)) (then
           (if (i32.eq (memory.grow (i32.const 8000)) (i32.const -1)) (then unreachable))
           (memory.fill (i32.mul (i32.sub (memory.size) (i32.const 8000)) (i32.const 65536)) (i32.const 1) (i32.const 524288000))))
         (call $give (i32.const 0) (local.get $at) (local.get $length))",
    )
}

/// Traps.
pub fn trap() -> Vec<u8> {
    plain("unreachable")
}

/// Recurses without end.
pub fn deep() -> Vec<u8> {
    component(
        "",
        "",
        r#"(memory (export "memory") 2) (func $deep (export "handle") (param i32 i32) (result i32)
        (i32.add (call $deep (local.get 0) (local.get 1)) (i32.const 1)))"#,
    )
}

/// Takes all memory it can get, writes to it, and traps when there is no more.
pub fn greedy() -> Vec<u8> {
    plain(
        "(loop $on
           (if (i32.eq (memory.grow (i32.const 16)) (i32.const -1)) (then unreachable))
           (memory.fill (i32.mul (i32.sub (memory.size) (i32.const 16)) (i32.const 65536)) (i32.const 1) (i32.const 1048576))
           (br $on)) unreachable",
    )
}

/// Answers with 64 MiB.
pub fn flood() -> Vec<u8> {
    plain(
        "(drop (memory.grow (i32.const 1024)))
         (memory.fill (i32.const 131072) (i32.const 32) (i32.const 67108864))
         (call $give (i32.const 0) (i32.const 131072) (i32.const 67108864))",
    )
}

/// Imports a function that the host does not have.
pub fn stranger() -> Vec<u8> {
    component(
        r#"(import "poolhouse:bad/secret" (instance $s (export "launch" (func))))
        (core func $launch (canon lower (func $s "launch")))"#,
        r#"(with "s" (instance (export "launch" (func $launch))))"#,
        r#"(import "s" "launch" (func)) (memory (export "memory") 2)
        (func (export "handle") (param $at i32) (param $length i32) (result i32) (call $give (i32.const 0) (local.get $at) (local.get $length)))"#,
    )
}

/// Adds one to `count` in its key-value space, and refuses with the sum as a letter: `b` for 1.
pub fn counts() -> Vec<u8> {
    let imports = r#"(import "poolhouse:trigger/kv@0.1.0" (instance $kv
          (export "increment" (func (param "key" string) (param "by" s32) (param "ttl-seconds" (option u32)) (result (result s32 (error string)))))))
        (core module $libc (memory (export "memory") 2)
          (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 8192)))
        (core instance $libc (instantiate $libc))
        (core func $increment (canon lower (func $kv "increment") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))"#;
    let with = r#"(with "kv" (instance (export "increment" (func $increment)))) (with "libc" (instance $libc))"#;
    component(
        imports,
        with,
        r#"(import "kv" "increment" (func $increment (param i32 i32 i32 i32 i32 i32)))
        (import "libc" "memory" (memory 2)) (export "memory" (memory 0))
        (data (i32.const 1024) "count")
        (func (export "handle") (param i32 i32) (result i32)
          (call $increment (i32.const 1024) (i32.const 5) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 2048))
          (if (i32.load8_u (i32.const 2048)) (then unreachable))
          (i32.store8 (i32.const 3000) (i32.add (i32.const 97) (i32.load (i32.const 2052))))
          (call $give (i32.const 1) (i32.const 3000) (i32.const 1)))"#,
    )
}

/// Stores 64 kB under one key after another, and traps when that is refused.
pub fn hoards() -> Vec<u8> {
    let imports = r#"(import "poolhouse:trigger/kv@0.1.0" (instance $kv
          (export "set" (func (param "key" string) (param "value" (list u8)) (param "ttl-seconds" (option u32)) (result (result (error string)))))))
        (core module $libc (memory (export "memory") 4)
          (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 8192)))
        (core instance $libc (instantiate $libc))
        (core func $set (canon lower (func $kv "set") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))"#;
    let with = r#"(with "kv" (instance (export "set" (func $set)))) (with "libc" (instance $libc))"#;
    component(
        imports,
        with,
        r#"(import "kv" "set" (func $set (param i32 i32 i32 i32 i32 i32 i32)))
        (import "libc" "memory" (memory 4)) (export "memory" (memory 0))
        (func (export "handle") (param i32 i32) (result i32) (local $n i32)
          (loop $on
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (i32.store (i32.const 1024) (i32.or (local.get $n) (i32.const 0x41410000)))
            (i32.store8 (i32.const 1024) (i32.add (i32.const 33) (i32.rem_u (local.get $n) (i32.const 90))))
            (i32.store8 (i32.const 1025) (i32.add (i32.const 33) (i32.div_u (local.get $n) (i32.const 90))))
            (call $set (i32.const 1024) (i32.const 4) (i32.const 65536) (i32.const 65536) (i32.const 0) (i32.const 0) (i32.const 2048))
            (if (i32.load8_u (i32.const 2048)) (then unreachable))
            (br $on))
          unreachable)"#,
    )
}

/// A WASI command with this body of `_start`.
fn command(module: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
          (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
          (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 4)
          (func $put (param $to i32) (param $at i32) (param $length i32)
            (i32.store (i32.const 0) (local.get $at)) (i32.store (i32.const 4) (local.get $length))
            (drop (call $write (local.get $to) (i32.const 0) (i32.const 1) (i32.const 8))))
          {module})"#
    );
    wat::parse_str(text).unwrap()
}

/// A command that returns the event unchanged.
pub fn echo_command() -> Vec<u8> {
    command(
        r#"(func (export "_start") (local $got i32)
          (block $end (loop $on
            (i32.store (i32.const 0) (i32.const 1024)) (i32.store (i32.const 4) (i32.const 65536))
            (br_if $end (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
            (local.set $got (i32.load (i32.const 8)))
            (br_if $end (i32.eqz (local.get $got)))
            (call $put (i32.const 1) (i32.const 1024) (local.get $got))
            (br $on))))"#,
    )
}

/// A command that writes two lines and ends with status 3.
pub fn refusing_command() -> Vec<u8> {
    command(
        r#"(data (i32.const 1024) "looking at it\nnot on my watch\n")
        (func (export "_start") (call $put (i32.const 2) (i32.const 1024) (i32.const 30)) (call $exit (i32.const 3)))"#,
    )
}

/// A command with an endless answer.
pub fn flooding_command() -> Vec<u8> {
    command(
        r#"(func (export "_start") (loop $on (call $put (i32.const 1) (i32.const 1024) (i32.const 65536)) (br $on)))"#,
    )
}

/// A command that writes a byte, sleeps 20 ms, and so on without end.
pub fn dripping_command() -> Vec<u8> {
    command(
        r#"(func (export "_start") (loop $on
          (call $put (i32.const 1) (i32.const 1024) (i32.const 1))
          (memory.fill (i32.const 2048) (i32.const 0) (i32.const 48))
          (i32.store (i32.const 2064) (i32.const 1))
          (i64.store (i32.const 2072) (i64.const 20000000))
          (drop (call $poll (i32.const 2048) (i32.const 4096) (i32.const 1) (i32.const 8)))
          (br $on)))"#,
    )
}

/// A command that imports something that the host does not have.
pub fn strange_command() -> Vec<u8> {
    wat::parse_str(r#"(module (import "env" "launch" (func)) (memory (export "memory") 1) (func (export "_start")))"#)
        .unwrap()
}
