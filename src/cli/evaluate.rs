//! `sayso evaluate`: placeholder until merged
use std::path::{Path, PathBuf};
use std::process::ExitCode;
#[derive(clap::Args, Clone, Debug)]
pub struct EvaluateArgs {
    gold: PathBuf,
}
pub fn run(_: EvaluateArgs) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not merged")
}
pub fn read_gold(path: &Path) -> anyhow::Result<Vec<sayso::gold::GoldArticle>> {
    std::fs::read_to_string(path)?.lines().map(|l| Ok(serde_json::from_str(l)?)).collect()
}
