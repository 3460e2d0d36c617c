//! Names the backend that the tests run on, once: `cfg(backend = "postgres")`; and says whether
//! their connection is asynchronous: `cfg(asynchronous)`.

fn main() {
    const BACKENDS: [&str; 4] = ["multi", "postgres", "mysql", "sqlite"];
    // not this file, which crates beside this one share: Cargo knows of it
    println!("cargo::rerun-if-changed=Cargo.toml");
    println!(
        "cargo::rustc-check-cfg=cfg(backend, values({}))",
        BACKENDS.map(|b| format!("{b:?}")).join(", ")
    );
    println!("cargo::rustc-check-cfg=cfg(asynchronous)");
    // crates without this feature share files with the one that has it
    println!("cargo::rustc-check-cfg=cfg(feature, values(\"check\"))");
    let is_on = |backend: &str| {
        std::env::var_os(format!("CARGO_FEATURE_{}", backend.to_uppercase())).is_some()
    };
    if let Some(backend) = BACKENDS.into_iter().find(|backend| is_on(backend)) {
        println!("cargo::rustc-cfg=backend={backend:?}");
        if is_on("async") && backend != "multi" {
            println!("cargo::rustc-cfg=asynchronous");
        }
    }
}
