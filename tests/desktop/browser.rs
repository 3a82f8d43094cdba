//! The app under `WebDriver`: what a person does in the window, and every reply the window gets.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::error::{CmdError, WebDriver};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use lockstep_testing::process::Process;
use lockstep_testing::server::Port;

use crate::machine::{Machine, PATIENCE, eventually};
use crate::tree::{self, Tree};

/// The app, running in a window. Ends with the value: the session first, so that the driver ends the app.
pub(crate) struct Window {
    client: Client,
    session: String,
    // Dropped in this order: the driver before its port.
    driver: Process,
    port: Port,
}

impl Window {
    /// Starts the app on this machine and waits until its page is there.
    pub(crate) async fn open(machine: &Machine) -> Self {
        Self::start(machine, &[], &[]).await
    }

    /// The same with arguments.
    pub(crate) async fn open_with(machine: &Machine, arguments: &[&str]) -> Self {
        Self::start(machine, arguments, &[]).await
    }

    /// The same with more in its environment.
    pub(crate) async fn open_in(machine: &Machine, variables: &[(&str, &Path)]) -> Self {
        Self::start(machine, &[], variables).await
    }

    async fn start(machine: &Machine, arguments: &[&str], variables: &[(&str, &Path)]) -> Self {
        let port = Port::reserve();
        let driver = start_driver(machine, port.number(), variables);
        let options = json!({ "webkitgtk:browserOptions": { "binary": env!("CARGO_BIN_EXE_lockstep-desktop"), "args": arguments } });
        let Value::Object(capabilities) = options else {
            unreachable!("an object was written")
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{}", port.number()))
            .await
            .unwrap();
        let session = client.session_id().await.unwrap().unwrap();
        let window = Self {
            client,
            session,
            driver,
            port,
        };
        window.listen().await;
        window
    }

    /// The driver, the app that it started, and the app's processes.
    pub(crate) fn processes(&self) -> Tree {
        tree::of(self.driver.id())
    }

    /// Waits for an element.
    pub(crate) async fn find(&self, css: &str) -> Element {
        self.found(Locator::Css(css), css).await
    }

    /// Clicks an element, once it is there.
    pub(crate) async fn click(&self, css: &str) {
        self.clicked(Locator::Css(css), css).await;
    }

    /// Clicks a button, link or tab by its accessible name, once it is there.
    pub(crate) async fn press(&self, name: &str) {
        let path = format!(
            "//*[self::button or self::a or @role='button' or @role='menuitem' or @role='tab']\
             [@aria-label={name:?} or normalize-space(.)={name:?}]"
        );
        self.clicked(Locator::XPath(&path), name).await;
    }

    /// Clicks where the page says this, once it does.
    pub(crate) async fn click_text(&self, text: &str) {
        self.clicked(Locator::XPath(&path_of_text(text)), text).await;
    }

    /// Waits until the page says this.
    pub(crate) async fn says(&self, text: &str) -> Element {
        self.found(Locator::XPath(&path_of_text(text)), text).await
    }

    /// Waits until there is no such element any more.
    pub(crate) async fn gone(&self, css: &str) {
        self.until(
            &format!("no {css}"),
            &format!("return document.querySelector({css:?}) === null || null"),
        )
        .await;
    }

    /// Runs a script until it gives something else than nothing.
    pub(crate) async fn until(&self, what: &str, script: &str) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let answer = self.run(script).await;
            if !answer.is_null() {
                return answer;
            }
            if Instant::now() >= deadline {
                let text = self.run(PAGE).await;
                panic!("not within {} s: {what}\n{text}", PATIENCE.as_secs());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Runs a script in the page.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.client.execute(script, vec![]).await.unwrap()
    }

    /// Lets files go over the window, as Tauri tells the page about it.
    pub(crate) async fn drop_files(&self, paths: &[&Path]) {
        let payload = json!({ "paths": paths, "position": { "x": 200, "y": 200 } });
        let deliver = "const [payload] = arguments;
            const listeners = window.__internal_unstable_listeners_object_id__?.['tauri://drag-drop'] ?? {};
            const ids = Object.getOwnPropertyNames(listeners).map(Number);
            if (ids.length === 0) return null;
            window.__internal_unstable_listeners_function_id__(
              { event: 'tauri://drag-drop', payload }, ids);
            return true;";
        let deadline = Instant::now() + PATIENCE;
        while self
            .client
            .execute(deliver, vec![payload.clone()])
            .await
            .unwrap()
            .is_null()
        {
            assert!(
                Instant::now() < deadline,
                "the page does not listen for dropped files"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Everything the app has answered to the page since [`Self::listen`], as text.
    pub(crate) async fn replies(&self) -> String {
        let replies = self.run("return window.lockstepReplies.join('\\n')").await;
        replies.as_str().unwrap().to_owned()
    }

    /// Writes into a field.
    pub(crate) async fn write(&self, css: &str, text: &str) {
        self.find(css).await.send_keys(text).await.unwrap();
    }

    /// Types into whatever has the focus, and holds keys as `WebDriver` spells them.
    pub(crate) async fn type_keys(&self, keys: &str) {
        let focused = self.client.active_element().await.unwrap();
        focused.send_keys(keys).await.unwrap();
    }

    /// Gives the window another size, and waits until the page has it. `WebDriver`'s own way waits for a window manager.
    pub(crate) async fn resize(&self, machine: &Machine, width: u32, height: u32) {
        machine.resize_window(width, height);
        let script = format!("return (innerWidth === {width} && innerHeight === {height}) || null");
        self.until(&format!("{width} × {height}"), &script).await;
    }

    /// Keeps a copy of each reply from now on.
    async fn listen(&self) {
        self.run(
            "window.lockstepReplies = [];
             const ask = window.fetch;
             window.fetch = async (...request) => {
               const reply = await ask(...request);
               window.lockstepReplies.push(await reply.clone().text());
               return reply;
             };",
        )
        .await;
    }

    /// Clicks what is found; again where the page has drawn it anew in between, or something still lies over it.
    async fn clicked(&self, locator: Locator<'_>, what: &str) {
        const PASSING: [&str; 3] = [
            "stale element reference",
            "element not interactable",
            "element click intercepted",
        ];
        // WebKit's driver has no code for an element that goes away while the click is being made, only a message.
        let passing = |error: &WebDriver| {
            PASSING.contains(&error.error().as_str()) || error.message.starts_with("Stale element found")
        };
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.found(locator, what).await.click().await {
                Ok(()) => return,
                Err(CmdError::Standard(error)) if passing(&error) && Instant::now() < deadline => {}
                Err(error) => panic!("{what}: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn found(&self, locator: Locator<'_>, what: &str) -> Element {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.client.find(locator).await {
                Ok(element) => return element,
                Err(CmdError::Standard(error)) if error.error() == "no such element" => {}
                Err(error) => panic!("{what}: {error}"),
            }
            if Instant::now() >= deadline {
                let text = self.run(PAGE).await;
                panic!("not within {} s: {what}\n{text}", PATIENCE.as_secs());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

fn path_of_text(text: &str) -> String {
    format!(
        "//body//*[text()[contains(normalize-space(.), {text:?})] or (wbr and contains(normalize-space(.), {text:?}))]"
    )
}

impl Drop for Window {
    fn drop(&mut self) {
        // Without this the driver would leave the app running. The client's own way needs the runtime.
        if let Err(error) = end_session(self.port.number(), &self.session) {
            eprintln!("the WebDriver session did not end by itself: {error}");
        }
    }
}

fn end_session(port: u16, session: &str) -> std::io::Result<()> {
    let mut driver = TcpStream::connect(("127.0.0.1", port))?;
    driver.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(
        driver,
        "DELETE /session/{session} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    )?;
    driver.read(&mut [0; 64]).map(drop)
}

fn start_driver(machine: &Machine, port: u16, variables: &[(&str, &Path)]) -> Process {
    let mut command = machine.command("WebKitWebDriver");
    command
        .args([format!("--port={port}"), "--host=127.0.0.1".to_owned()])
        .envs([("TAURI_AUTOMATION", "true"), ("TAURI_WEBVIEW_AUTOMATION", "true")])
        .envs(variables.iter().copied())
        .stdout(Stdio::null());
    let driver = Process::start(&mut command);
    eventually("WebKitWebDriver listens", || {
        TcpStream::connect(("127.0.0.1", port)).ok()
    });
    driver
}

/// What the page says, and the last answers it got.
const PAGE: &str = "return document.body.innerText + '\\n' + window.lockstepReplies?.slice(-6).join('\\n')";
