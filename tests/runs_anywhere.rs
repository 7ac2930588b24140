//! The program starts from any folder with no variable set: the linker was told where libtorch lies.

use std::process::Command;

#[test]
fn the_program_finds_libtorch_by_itself() {
    let elsewhere = tempfile::tempdir().unwrap();
    let status = Command::new(env!("CARGO_BIN_EXE_sayso"))
        .arg("--version")
        .env_clear()
        .current_dir(elsewhere.path())
        .status()
        .unwrap();
    assert!(status.success(), "{status}");
}
