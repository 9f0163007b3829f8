//! The program on bad wires and with servers that refuse: whatever goes wrong, it goes on, nobody is lost and nobody hears twice.
//! What counts is what lies in people's own mailboxes afterwards.

#[path = "wires/cuts.rs"]
mod cuts;
#[path = "wires/elsewhere.rs"]
mod elsewhere;
#[path = "wires/line.rs"]
mod line;
#[path = "wires/logs.rs"]
mod logs;
#[path = "wires/refusals.rs"]
mod refusals;
mod support;
