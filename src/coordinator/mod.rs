//! What the coordinator is told, and what she may say.

pub mod alarm;
pub mod digest;
pub mod due;
pub mod export;

#[cfg(test)]
mod tests;
