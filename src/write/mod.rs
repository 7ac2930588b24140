//! Rows → tables.

pub mod rows;
