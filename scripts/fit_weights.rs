//! Fits the weights of one kind of choice: a conditional logit with nobody as a choice, drawn to a prior.
//!
//!     rustc -O --edition 2024 scripts/fit_weights.rs -o fit_weights
//!     ./fit_weights KIND L2 PRIOR CASES[:ID-PREFIX]...
//!
//! KIND may join kinds with +; PRIOR is an earlier output or -. A line of CASES is, parted by tabs: kind, document,
//! statement, 1 if gold names somebody, candidates (parted by ;) as `right:number=value,…`. They come from
//! `Resolver::weighed`, with a candidate right if all its names agree with all of gold's (`same_name`).
//! Prints the weights, nobody's last; on standard error how many would be right and wrong above each least
//! probability, by cross-validation over documents.

const N: usize = 92;
struct Case {
    doc: u64,
    cands: Vec<(bool, Vec<(usize, f64)>)>,
}
fn hash(s: &str) -> u64 {
    s.bytes().fold(1469598103934665603, |h, b| (h ^ b as u64).wrapping_mul(1099511628211))
}
fn read(files: &[String], kind: &str) -> Vec<Case> {
    let mut v = Vec::new();
    for f in files {
        let (f, prefix) = f.split_once(':').unwrap_or((f, ""));
        for l in std::fs::read_to_string(f).unwrap().lines() {
            let p: Vec<&str> = l.split('\t').collect();
            if p[0] != kind || p[3] != "1" || !p[1].starts_with(prefix) {
                continue;
            }
            let cands = p[4]
                .split(';')
                .filter(|c| !c.is_empty())
                .map(|c| {
                    let (l, fs) = c.split_once(':').unwrap();
                    (
                        l == "1",
                        fs.split(',')
                            .filter(|x| !x.is_empty())
                            .map(|x| {
                                let (i, v) = x.split_once('=').unwrap();
                                (i.parse().unwrap(), v.parse().unwrap())
                            })
                            .collect(),
                    )
                })
                .collect();
            v.push(Case { doc: hash(p[1]), cands });
        }
    }
    v
}
fn probs(c: &Case, w: &[f64]) -> (Vec<f64>, f64) {
    let s: Vec<f64> = c.cands.iter().map(|(_, f)| f.iter().map(|(i, v)| w[*i] * v).sum::<f64>()).collect();
    let m = s.iter().copied().fold(w[N], f64::max);
    let e: Vec<f64> = s.iter().map(|x| (x - m).exp()).collect();
    let n = (w[N] - m).exp();
    let z: f64 = e.iter().sum::<f64>() + n;
    (e.iter().map(|x| x / z).collect(), n / z)
}
fn fit(cases: &[&Case], l2: f64, prior: &[f64]) -> Vec<f64> {
    let mut w = prior.to_vec();
    let mut m = vec![0.0; N + 1];
    let mut u = vec![0.0; N + 1];
    for t in 1..=600 {
        let mut g = vec![0.0; N + 1];
        for c in cases {
            let (p, n) = probs(c, &w);
            let right: f64 = c.cands.iter().zip(&p).filter(|(c, _)| c.0).map(|(_, p)| p).sum();
            let any = c.cands.iter().any(|c| c.0);
            for ((l, f), p) in c.cands.iter().zip(&p) {
                let q = if any && *l { p / right.max(1e-12) } else { 0.0 };
                for (i, v) in f {
                    g[*i] += (p - q) * v;
                }
            }
            g[N] += n - if any { 0.0 } else { 1.0 };
        }
        for i in 0..=N {
            g[i] = g[i] / cases.len() as f64 + if i < N { l2 * (w[i] - prior[i]) / cases.len() as f64 } else { 0.0 };
        }
        let lr = if t < 300 {
            0.05
        } else if t < 500 {
            0.02
        } else {
            0.005
        };
        for i in 0..=N {
            m[i] = 0.9 * m[i] + 0.1 * g[i];
            u[i] = 0.99 * u[i] + 0.01 * g[i] * g[i];
            let (mh, uh) = (m[i] / (1.0 - 0.9f64.powi(t)), u[i] / (1.0 - 0.99f64.powi(t)));
            w[i] -= lr * mh / (uh.sqrt() + 1e-8);
        }
    }
    w
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let (kind, l2): (&str, f64) = (&a[1], a[2].parse().unwrap());
    let prior: Vec<f64> = if a[3] == "-" {
        vec![0.0; N + 1]
    } else {
        std::fs::read_to_string(&a[3]).unwrap().split_whitespace().skip(1).map(|x| x.parse().unwrap()).collect()
    };
    let cases: Vec<Case> = kind.split('+').flat_map(|k| read(&a[4..], k)).collect();
    let has = cases.iter().filter(|c| c.cands.iter().any(|c| c.0)).count();
    let mut res: Vec<(f64, bool)> = Vec::new();
    for k in 0..4u64 {
        let train: Vec<&Case> = cases.iter().filter(|c| c.doc % 4 != k).collect();
        let w = fit(&train, l2, &prior);
        for c in cases.iter().filter(|c| c.doc % 4 == k) {
            let (p, _) = probs(c, &w);
            if let Some(i) = (0..p.len()).max_by(|a, b| p[*a].total_cmp(&p[*b])) {
                res.push((p[i], c.cands[i].0));
            }
        }
    }
    eprintln!("{kind}: {} cases, {has} with the right one", cases.len());
    for t in [0.0, 0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7] {
        let r = res.iter().filter(|x| x.0 >= t && x.1).count();
        let w = res.iter().filter(|x| x.0 >= t && !x.1).count();
        eprint!(" t{t}: {:.1}r {:.1}w |", 100.0 * r as f64 / cases.len() as f64, 100.0 * w as f64 / cases.len() as f64);
    }
    eprintln!();
    let all: Vec<&Case> = cases.iter().collect();
    let w = fit(&all, l2, &prior);
    println!("{kind} {}", w.iter().map(|x| format!("{x:.3}")).collect::<Vec<_>>().join(" "));
}
