//! `aanmelder run`: the daemon.

use super::{ask, logging};
use crate::config::Config;
use crate::daemon::{self, Options, signals};
use crate::dates_nl;
use anyhow::Context;
use jiff::Timestamp;
use std::path::Path;
use std::time::Duration;

/// What still runs at the end may take so long; a look-up of a name that hangs is not waited for.
const LAST_MOMENTS: Duration = Duration::from_millis(500);

#[derive(clap::Args)]
#[command(
    after_help = "De eerste keer wordt alleen post gelezen die vanaf dan binnenkomt: aanzetten beantwoordt nooit oude mail.\n\
    Stoppen gaat met Ctrl-C, of met systemctl stop als het een dienst is."
)]
pub struct Args {
    /// Werk af wat er ligt en stop dan
    #[arg(long)]
    once: bool,
    /// Lees ook post die eerder binnenkwam, vanaf deze dag, zoals "1 november 2017"
    #[arg(long, value_name = "DATUM")]
    since: Option<String>,
}

pub fn run(args: &Args, named: Option<&Path>) -> anyhow::Result<()> {
    let config = ask::config(named)?;
    logging::start(&config.log);
    let since = args.since.as_deref().map(|text| since(text, &config)).transpose()?;
    let options = Options { once: args.once, since };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let ended = runtime.block_on(async {
        let stop = signals::stop_on_signal().context("signalen zijn niet te horen")?;
        Ok(daemon::run(config, options, stop).await?)
    });
    runtime.shutdown_timeout(LAST_MOMENTS);
    ended
}

pub fn since(text: &str, config: &Config) -> anyhow::Result<Timestamp> {
    let when = dates_nl::read(text, ask::today(config))?;
    let start = when.start_in(&config.network.time_zone).context("die dag bestaat niet")?;
    Ok(start.timestamp())
}
