//! sayso reads a dump of news articles and writes CSV tables of who urged, warned or denied what, to whom.
//!
//! The folders are the stages, in the order in which the data flow; [`pipeline`] lists them.
//! The library never prints: outcomes are values, and the program (`src/cli`) renders them.
//! All offsets are Unicode code points, 0-based, end exclusive ([`text::Span`]).

#![deny(clippy::print_stdout, clippy::print_stderr)]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
// Module docs are for who reads the code, private parts included.
#![allow(rustdoc::private_intra_doc_links)]
#![warn(missing_docs)]

pub mod article;
pub mod labels;
pub mod text;

pub mod gold;

pub mod decode;
pub mod encode;
pub mod model;
pub mod read;
pub mod resolve;
pub mod segment;
pub mod select;
pub mod write;

pub mod given;
pub mod pipeline;
pub mod run;
pub mod stream;

pub mod evaluate;
pub mod train;
