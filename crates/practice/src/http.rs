//! HTTP/1.1 as the server speaks it: connections, headers, and answers that never come.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, DATE, HOST, ORIGIN};
use hyper::service::service_fn;
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use lockstep_device::time::UnixTime;
use tokio::sync::oneshot;

use crate::exchange::exchange;
use crate::shared::Shared;
use crate::signature::Received;
use crate::{control, refusal::Refusal};

/// The longest body that is read. The longest that IAM takes is a policy of 131,072 characters.
const MAX_BODY: usize = 1024 * 1024;

/// The connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection ends without an answer, as planned")]
struct HangUp;

/// Serves until `stopped` says so or its other end is gone.
pub async fn serve<T>(listener: TcpListener, shared: Arc<Shared>, stopped: oneshot::Receiver<T>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
    let accept = async {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    let _ = stream.set_nodelay(true);
                    tokio::spawn(connection(TokioIo::new(stream), Arc::clone(&shared)));
                }
                // Out of descriptors, or the peer was gone already: the next one may fare better.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    };
    tokio::select! {
        () = accept => {}
        _ = stopped => {}
    }
}

async fn connection(stream: TokioIo<tokio::net::TcpStream>, shared: Arc<Shared>) {
    let service = service_fn(|request| answer(Arc::clone(&shared), request));
    let mut builder = hyper::server::conn::http1::Builder::new();
    // What goes wrong on a connection is its peer's affair, or was planned.
    let _ = builder
        .timer(TokioTimer::new())
        .serve_connection(stream, service)
        .await;
}

async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, HangUp> {
    let (parts, body) = request.into_parts();
    if !is_loopback(&parts.headers) {
        // A web page whose name was rebound to 127.0.0.1 sends its own name.
        return Ok(plain(
            StatusCode::FORBIDDEN,
            "only loopback names are served here\n",
        ));
    }
    let Ok(body) = Limited::new(body, MAX_BODY).collect().await else {
        return Ok(plain(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the body is too long, or broke off\n",
        ));
    };
    let body = body.to_bytes();
    if parts.uri.path() == format!("/{}/control", shared.token) {
        return Ok(controlled(&shared, &parts.method, &parts.headers, &body));
    }
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let headers: Vec<(String, String)> = parts.headers.iter().map(header).collect();
    let received = Received {
        method: parts.method.as_str(),
        target,
        headers: &headers,
        body: &body,
    };
    // The lock is let go before anything is waited for.
    let (answer, now) = {
        let mut account = shared.account();
        let answer = exchange(&mut account, &received, shared.running());
        (answer, account.now())
    };
    let answer = answer.ok_or(HangUp)?;
    if !answer.delay.is_zero() {
        tokio::time::sleep(answer.delay).await;
    }
    let response = Response::builder()
        .status(answer.status)
        .header(CONTENT_TYPE, "text/xml")
        .header(DATE, date(now))
        .header("x-amzn-requestid", answer.request_id)
        .body(Full::new(Bytes::from(answer.document)));
    response.map_err(|_| HangUp)
}

fn controlled(shared: &Shared, method: &Method, headers: &HeaderMap, body: &[u8]) -> Response<Full<Bytes>> {
    // No page in a browser has business here.
    if headers.contains_key(ORIGIN) {
        return plain(StatusCode::FORBIDDEN, "web pages are not served here\n");
    }
    let mut account = shared.account();
    let done = match *method {
        Method::GET => Ok(control::state(&account)),
        Method::POST => control::perform(&mut account, body),
        _ => Err(Refusal::new(
            "MethodNotAllowed",
            405,
            "GET shows the state, POST sets it",
        )),
    };
    let (status, value) = match done {
        Ok(value) => (StatusCode::OK, value),
        Err(refusal) => {
            let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
            (status, serde_json::json!({"error": refusal}))
        }
    };
    let mut response = Response::new(Full::new(Bytes::from(value.to_string())));
    *response.status_mut() = status;
    if let Ok(json) = "application/json".parse() {
        response.headers_mut().insert(CONTENT_TYPE, json);
    }
    response
}

fn is_loopback(headers: &HeaderMap) -> bool {
    let host = headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

fn plain(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    response
}

fn header((name, value): (&hyper::header::HeaderName, &hyper::header::HeaderValue)) -> (String, String) {
    let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
    (name.as_str().to_owned(), value)
}

/// The server's own time, whatever the machine's clock says.
fn date(now: UnixTime) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(now.seconds()))
}
