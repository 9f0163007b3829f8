//! What the coordinator is told, and what she may say.
