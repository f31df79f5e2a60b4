//! Turns the API models (`src/wire/models/*.json`) into types, tables and dispatch. The generator is
//! `src/wire/codegen`.

#[path = "src/wire/codegen/mod.rs"]
mod codegen;

fn main() -> Result<(), String> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/wire/codegen");
    println!("cargo:rerun-if-changed=src/wire/models");
    println!("cargo:rerun-if-changed=src/ops/not_available.txt");
    let out = std::env::var("OUT_DIR").map_err(|e| format!("OUT_DIR: {e}"))?;
    codegen::generate(std::path::Path::new("src"), std::path::Path::new(&out))
}
