//! Tells the linker where libtorch lies, so that the program runs without `LD_LIBRARY_PATH`:
//! first beside the checkout (`.libtorch/`, wherever the checkout is moved), then where it was built against.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let Ok(lib) = std::env::var("DEP_TCH_LIBTORCH_LIB") else {
        return;
    };
    let origin =
        if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("macos") { "@loader_path" } else { "$ORIGIN" };
    println!("cargo:rustc-link-arg=-Wl,-rpath,{origin}/../../.libtorch/lib");
    println!("cargo:rustc-link-arg=-Wl,-rpath,{lib}");
}
