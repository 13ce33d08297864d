//! copydesk: the last read before publishing.
//!
//! Each layer may know only those before it; `tests/shape.rs` keeps this order true:
//! `error ◄ source ◄ data ◄ site ◄ document ◄ facts ◄ check ◄ rule ◄ finding ◄ examine ◄ example
//! ◄ render ◄ config ◄ cli ◄ run`. Start reading at [`run`].

pub mod check;
pub mod cli;
pub mod config;
pub mod data;
pub mod document;
pub mod error;
pub mod examine;
pub mod example;
pub mod facts;
pub mod finding;
pub mod render;
pub mod rule;
pub mod run;
pub mod site;
pub mod source;
