//! Tells the linker where libtorch lies, so that the program runs without `LD_LIBRARY_PATH`: where it was built
//! against, and, when that is the checkout's own `.libtorch/`, by the way from the program to it, so that
//! a checkout may be moved as a whole.

use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let (Ok(lib), Ok(root)) = (std::env::var("DEP_TCH_LIBTORCH_LIB"), std::env::var("CARGO_MANIFEST_DIR")) else {
        return;
    };
    if Path::new(&lib) == Path::new(&root).join(".libtorch/lib") {
        let origin = match std::env::var("CARGO_CFG_TARGET_OS").as_deref() {
            Ok("macos") => "@loader_path",
            _ => "$ORIGIN",
        };
        // From `target/release/` and from `target/release/{deps,examples}/`.
        println!("cargo:rustc-link-arg=-Wl,-rpath,{origin}/../../.libtorch/lib");
        println!("cargo:rustc-link-arg=-Wl,-rpath,{origin}/../../../.libtorch/lib");
    }
    println!("cargo:rustc-link-arg=-Wl,-rpath,{lib}");
}
