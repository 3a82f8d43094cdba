//! One request of the API from beginning to end: who signed it, what befalls it, what it does, what is answered.

use std::time::Duration;

use crate::account::{self, Account};
use crate::authentication::{Service, authenticate};
use crate::call::Call;
use crate::faults::Fate;
use crate::query::Query;
use crate::refusal::Refusal;
use crate::signature::Received;
use crate::xml::{Reply, error_document};
use crate::{iam, random, sts};

/// What is sent back.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The XML.
    pub document: Vec<u8>,
    /// The same as in the document.
    pub request_id: String,
    /// How long it is held back.
    pub delay: Duration,
}

/// Answers a request; nothing when the connection ends without an answer. `running` is how long the server has been.
pub fn exchange(account: &mut Account, received: &Received<'_>, running: Duration) -> Option<Answer> {
    let url_query = received.target.split_once('?').map_or("", |(_, query)| query);
    let query = Query::parse(url_query.as_bytes(), received.body);
    let action = query.action().to_owned();
    let request_id = random::request_id();
    let done = perform(account, received, &query, running);
    let refusal = done.result.as_ref().err();
    let status = refusal.map_or(200, |refusal| refusal.status);
    account.log(account::Call {
        operation: action.clone(),
        user: done.user,
        status,
        error_code: refusal.map(|refusal| refusal.code.to_string()),
        answered: !done.is_lost,
    });
    let namespace = done.service.namespace();
    let document = match &done.result {
        Ok(reply) => reply.document(&action, namespace, &request_id),
        Err(refusal) => error_document(refusal, namespace, &request_id),
    };
    (!done.is_lost).then_some(Answer {
        status,
        document,
        request_id,
        delay: done.delay,
    })
}

struct Done {
    result: Result<Reply, Refusal>,
    service: Service,
    user: String,
    is_lost: bool,
    delay: Duration,
}

fn perform(account: &mut Account, received: &Received<'_>, query: &Query, running: Duration) -> Done {
    let now = account.now();
    let version = query.value("Version").unwrap_or_default();
    let mut done = Done {
        result: Ok(Reply::done()),
        service: Service::of_version(version).unwrap_or(Service::Iam),
        user: String::new(),
        is_lost: false,
        delay: Duration::ZERO,
    };
    let (caller, service) = match authenticate(account, received, now) {
        Ok(authenticated) => authenticated,
        Err(refusal) => {
            done.result = Err(refusal);
            return done;
        }
    };
    done.service = service;
    caller.name().clone_into(&mut done.user);
    let action = query.action();
    if version != service.version() {
        let message = format!("Could not find operation {action} for version {version}");
        done.result = Err(Refusal::new("InvalidAction", 400, message));
        return done;
    }
    match account.faults.meet(action, running) {
        None => {}
        Some(Fate::Refused(refusal)) => {
            done.result = Err(refusal);
            return done;
        }
        Some(Fate::Reset) => {
            done.is_lost = true;
            done.result = Err(Refusal::new(
                "ConnectionReset",
                0,
                "The connection ended before anything was done.",
            ));
            return done;
        }
        Some(Fate::LostAnswer) => done.is_lost = true,
        Some(Fate::Slow(delay)) => done.delay = delay,
    }
    let mut call = Call {
        account,
        caller: &caller,
        query,
        now,
    };
    done.result = match service {
        Service::Iam => iam::perform(action, &mut call),
        Service::Sts => sts::perform(action, &mut call),
    };
    done
}
