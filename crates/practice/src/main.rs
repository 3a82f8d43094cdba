//! `lockstep-practice`: serves the practice account until it is ended.

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use clap::Parser;
use lockstep_device::time::SystemClock;
use lockstep_practice::announcement::{Announcement, ProfileFile};
use lockstep_practice::partition::Partition;
use lockstep_practice::server::{Options, Practice};

/// Serves a practice AWS account (IAM and STS) on 127.0.0.1 until it is ended.
#[derive(Parser)]
#[command(name = "lockstep-practice", version)]
struct Arguments {
    /// The port to listen on; 0 for any that is free.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The AWS account id.
    #[arg(long, default_value = "123456789012", value_name = "DIGITS")]
    account: String,
    /// The account's alias, which QR codes then name instead of its id.
    #[arg(long, value_name = "NAME")]
    alias: Option<String>,
    /// The AWS partition.
    #[arg(long, value_enum, default_value_t = Partition::Aws)]
    partition: Partition,
    /// How many plain users there are beside admin, maya, noor, omar and pia.
    #[arg(long, default_value_t = 0, value_name = "N")]
    users: usize,
    /// How long STS does not know what IAM did.
    #[arg(long, default_value_t = 0, value_name = "SECONDS")]
    propagation: u64,
    /// How far the server's clock is ahead; negative when it is behind.
    #[arg(long, default_value_t = 0, value_name = "SECONDS", allow_hyphen_values = true)]
    clock_offset: i64,
    /// Say everything in one line of JSON.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let cause = error
                .source()
                .map(|cause| format!(": {cause}"))
                .unwrap_or_default();
            let _ = writeln!(io::stderr(), "error: {error}{cause}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    // Before anything is started, so that a signal that comes early ends it in order, too.
    let (end, ended) = mpsc::channel();
    ctrlc::set_handler(move || {
        let _ = end.send(());
    })?;
    let practice = Practice::start(Options {
        account: arguments.account,
        alias: arguments.alias,
        partition: arguments.partition,
        users: arguments.users,
        propagation: Duration::from_secs(arguments.propagation),
        clock: Arc::new(SystemClock),
        port: arguments.port,
    })?;
    practice.with(|account| account.set_clock_offset(arguments.clock_offset));
    // Deleted when it goes out of scope.
    let file = ProfileFile::write(&practice)?;
    let announcement = Announcement::of(&practice, &file);
    let text = if arguments.json {
        announcement.json()
    } else {
        announcement.for_people()
    };
    let mut stdout = io::stdout();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    // An error would mean that the handler is gone, and nothing takes it away.
    let _ = ended.recv();
    Ok(())
}
