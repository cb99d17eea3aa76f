//! The benchmarks run: small, so that they say nothing about speed, but all of them.

use std::process::Command;

#[test]
fn the_benchmarks_run() {
    let ran = Command::new(env!("CARGO_BIN_EXE_bench")).arg("--tiny").output().unwrap();
    let (said, wrong) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{said}\n{wrong}");
    for figure in [
        "drain: times slower than bare",
        "speed of raw COPY reached",
        "finding and looking",
        "99 of 100 charts within",
        "memory of the API a subscriber",
        "reads while they log in",
        "same list again: prices stored",
        "of the true ten nearest are found",
    ] {
        assert!(said.contains(figure), "no {figure:?} in {said}");
    }
}
