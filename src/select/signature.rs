//! Text → MinHash signature of its runs of four words (Broder 1997), four bits for each minimum (Li and König 2010).
//!
//! Invariant: the signature depends on the words alone, without letter case, punctuation and white space;
//! the hash functions are written out here, so it is the same on every machine and in every version.

/// Minima of a signature. The standard error of a similarity of 0.8 is 0.04.
pub(super) const HASHES: usize = 128;
/// Words of a run.
const RUN: usize = 4;
/// Bits that are kept of a minimum.
const BITS: usize = 4;

/// The smallest hash of a text's runs under each of the hash functions; `None` if it has no word.
pub(super) fn minima(text: &str) -> Option<[u32; HASHES]> {
    let mut last = [0u64; RUN];
    let mut words = 0;
    let mut minima = [u32::MAX; HASHES];
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        last.rotate_left(1);
        last[RUN - 1] = hash_of(word);
        words += 1;
        if words >= RUN {
            lower(&mut minima, run(&last));
        }
    }
    // A text of fewer words is one run.
    if (1..RUN).contains(&words) {
        lower(&mut minima, run(&last));
    }
    (words > 0).then_some(minima)
}

/// FNV-1a of a word in small letters.
fn hash_of(word: &str) -> u64 {
    let mut utf8 = [0; 4];
    let letters = word.chars().flat_map(char::to_lowercase);
    letters.fold(0xcbf2_9ce4_8422_2325, |hash, letter| {
        let bytes = letter.encode_utf8(&mut utf8).bytes();
        bytes.fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    })
}

fn run(words: &[u64; RUN]) -> u64 {
    words.iter().fold(0, |hash, word| mix(hash ^ word))
}

/// SplitMix64 (Steele, Lea and Flood 2014).
const fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Multiplier and summand of each hash function: the upper half of `a·x + b` (Dietzfelbinger 1996).
const FUNCTIONS: [(u64, u64); HASHES] = {
    let mut functions = [(0, 0); HASHES];
    let mut at = 0;
    while at < HASHES {
        functions[at] = (mix(2 * at as u64) | 1, mix(2 * at as u64 + 1));
        at += 1;
    }
    functions
};

fn lower(minima: &mut [u32; HASHES], run: u64) {
    for (minimum, (a, b)) in minima.iter_mut().zip(FUNCTIONS) {
        let hash = (run.wrapping_mul(a).wrapping_add(b) >> 32) as u32;
        *minimum = hash.min(*minimum);
    }
}

/// What is kept of a text's minima: 64 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Signature([u64; HASHES * BITS / 64]);

impl Signature {
    pub fn of(minima: &[u32; HASHES]) -> Self {
        let mut words = [0; HASHES * BITS / 64];
        for (at, minimum) in minima.iter().enumerate() {
            words[at * BITS / 64] |= u64::from(minimum & 0xf) << (at * BITS % 64);
        }
        Signature(words)
    }

    /// Which share of the runs of two texts both have (Jaccard), as estimated: 1 for the same words.
    pub fn similarity(&self, other: &Signature) -> f64 {
        let mut equal = 0;
        for (a, b) in self.0.iter().zip(other.0) {
            let differing = a ^ b;
            let any = differing | differing >> 1 | differing >> 2 | differing >> 3;
            equal += (!any & 0x1111_1111_1111_1111).count_ones();
        }
        // One in sixteen of those that differ is equal in the bits that are kept.
        let by_chance = 1.0 / f64::from(1 << BITS);
        ((f64::from(equal) / HASHES as f64 - by_chance) / (1.0 - by_chance)).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn similarity(a: &str, b: &str) -> f64 {
        let signature = |text| Signature::of(&minima(text).expect("words"));
        signature(a).similarity(&signature(b))
    }

    fn words(numbers: std::ops::Range<u64>) -> String {
        numbers.map(|number| format!("{:x}", mix(number))).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_estimate_is_near_the_share_of_common_runs() {
        for shift in [0, 50, 100, 200, 300, 400] {
            let estimate = similarity(&words(0..403), &words(shift..403 + shift));
            let exact = (400 - shift) as f64 / (400 + shift) as f64;
            assert!((estimate - exact).abs() < 0.12, "{shift} of 400 runs differ: {estimate}, not {exact}");
        }
    }

    #[test]
    fn letter_case_punctuation_and_line_ends_do_not_count_and_words_do() {
        assert_eq!(similarity("“Don’t,” É. Pell said.\r\n", "don t é pell SAID"), 1.0);
        assert!(similarity("Ollin urged Pell to wait", "Ollin urged Pell to go") < 1.0);
        assert_eq!(similarity("Yes!", "yes"), 1.0);
        assert_eq!(minima(" … \n"), None);
    }

    #[test]
    fn the_hash_functions_never_change() {
        let minima = minima("Mara Ollin urged the harbour to wait").expect("words");
        assert_eq!(minima[..2], [0x253b6b8f, 0x22c5cae4]);
    }
}
