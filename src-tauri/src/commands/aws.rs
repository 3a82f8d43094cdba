//! AWS: whose credentials the window works with.

use std::sync::Arc;

use tauri::State;

use crate::aws::choice::{AwsChoice, AwsChoices};
use crate::aws::connection::ConnectionView;
use crate::aws::devices::AwsDevice;
use crate::commands::{Reply, ask};
use crate::shell::Shell;

/// Whose credentials there are to choose from.
#[tauri::command(async)]
#[specta::specta]
pub async fn aws_choices(shell: State<'_, Arc<Shell>>) -> Reply<AwsChoices> {
    ask(shell, |shell| shell.aws_choices()).await
}

/// Connects with these, in place of those before.
#[tauri::command(async)]
#[specta::specta]
pub async fn connect_aws(shell: State<'_, Arc<Shell>>, choice: AwsChoice) -> Reply<ConnectionView> {
    ask(shell, move |shell| shell.connect_aws(choice)).await
}

/// Who the window is to AWS; nothing as long as nothing was chosen.
#[tauri::command(async)]
#[specta::specta]
pub async fn aws_connection(shell: State<'_, Arc<Shell>>) -> Reply<Option<ConnectionView>> {
    ask(shell, |shell| Ok(shell.aws_connection())).await
}

/// The devices of the user whose credentials these are.
#[tauri::command(async)]
#[specta::specta]
pub async fn aws_devices(shell: State<'_, Arc<Shell>>) -> Reply<Vec<AwsDevice>> {
    ask(shell, |shell| shell.aws_devices()).await
}

/// Forgets the connection.
#[tauri::command(async)]
#[specta::specta]
pub async fn disconnect_aws(shell: State<'_, Arc<Shell>>) -> Reply<()> {
    ask(shell, |shell| {
        shell.disconnect_aws();
        Ok(())
    })
    .await
}
