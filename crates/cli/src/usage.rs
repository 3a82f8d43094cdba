//! Errors in the command line itself, said in the same form as all others.

use std::ffi::OsStr;

use clap::error::ErrorKind;

use crate::error::CliError;
use crate::output::Output;
use crate::report::Exit;

/// Prints the help, the version or the error that parsing ended with.
pub(crate) fn end(error: &clap::Error) -> Exit {
    // Options were not parsed; what follows `--` is no option.
    let json = std::env::args_os()
        .take_while(|argument| argument != "--")
        .any(|argument| argument == OsStr::new("--json"));
    let output = Output::before_options(json);
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return match output.print(&error.render().to_string()) {
            Err(failed) if !failed.is_broken_pipe() => {
                output.error(&failed);
                failed.exit()
            }
            _ => Exit::Done,
        };
    }
    let usage = reworded(&error.render().to_string());
    output.error(&usage);
    usage.exit()
}

/// clap's paragraphs as a message and a remedy: the first says what is wrong, tips and the usage line say what to do.
fn reworded(rendered: &str) -> CliError {
    let mut paragraphs = rendered
        .split("\n\n")
        .map(str::trim)
        .filter(|paragraph| !paragraph.is_empty());
    let joined = |paragraph: &str| paragraph.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let message = joined(paragraphs.next().unwrap_or_default());
    let mut command = "lockstep".to_owned();
    let mut remedy = String::new();
    for paragraph in paragraphs {
        if let Some(tip) = paragraph.strip_prefix("tip: ") {
            let tip = joined(tip);
            let mut letters = tip.chars();
            remedy.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
            remedy.push_str(letters.as_str());
            remedy.push_str(". ");
        } else if let Some(usage) = paragraph.strip_prefix("Usage: ") {
            let words = usage
                .split_whitespace()
                .take_while(|word| !word.starts_with(['-', '<', '[']));
            command = words.collect::<Vec<_>>().join(" ");
        }
    }
    remedy.extend(["Run `", &command, " --help`."]);
    CliError::usage(message.strip_prefix("error: ").unwrap_or(&message), remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_and_a_remedy_come_out_of_clap_s_paragraphs() {
        let error = reworded(
            "error: unexpected argument '--nxt' found\n\n  tip: a similar argument exists: '--next'\n\nUsage: lockstep code <QUERY>\n\nFor more information, try '--help'.\n",
        );
        assert_eq!(error.to_string(), "unexpected argument '--nxt' found");
        assert_eq!(
            error.remedy(),
            "A similar argument exists: '--next'. Run `lockstep code --help`."
        );
        assert_eq!(error.code(), "usage");
    }
}
