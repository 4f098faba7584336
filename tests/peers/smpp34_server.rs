//! `smpp34` as an SMSC against our client.

use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use smpp_peers::{dial, esme, soon};
use smpp_session::Client;
use smpp34::server::ESME;
use smpp34::{
    SmppConnectionInformation, SmppError, SmppServer, SmppServerListener, bind_transceiver,
    bind_transceiver_resp, submit_sm, submit_sm_resp, unbind, unbind_resp,
};
use tokio::sync::{Mutex, Notify};

#[tokio::test(flavor = "multi_thread")]
async fn our_client_does_everything_with_it() {
    let smsc = Arc::new(Smsc::default());
    let (_server, port) = start(&smsc).await;
    esme::everything(Client::plain("127.0.0.1", port)).await;
    soon("unbind", smsc.unbound.notified()).await;
    // A receipt, two parts, an incoming message.
    assert_eq!(smsc.answered.load(Ordering::SeqCst), 4);
}

/// It does not say where it listens, so a free port is looked for first, and another one if somebody was faster.
async fn start(smsc: &Arc<Smsc>) -> (SmppServer, u16) {
    let host = IpAddr::V4(Ipv4Addr::LOCALHOST);
    loop {
        let port = TcpListener::bind((host, 0)).unwrap().local_addr().unwrap().port();
        let mut server = SmppServer::new(host, port, Arc::<Smsc>::clone(smsc));
        server.start().await;
        if server.is_alive() {
            return (server, port);
        }
    }
}

#[derive(Default)]
struct Smsc {
    session: Mutex<Option<Arc<ESME>>>,
    messages: AtomicUsize,
    answered: Arc<AtomicUsize>,
    unbound: Notify,
}

#[async_trait]
impl SmppServerListener for Smsc {
    async fn on_bind_transceiver(
        &self,
        bind: bind_transceiver,
        _: &SmppConnectionInformation,
        _: &String,
    ) -> bind_transceiver_resp {
        match bind.password == dial::PASSWORD {
            true => bind.accept("smpp34".to_owned(), Some(0x34)),
            false => bind.reject(SmppError::ESME_RINVPASWD),
        }
    }

    async fn on_esme_bound(&self, session: ESME, _: &String) {
        *self.session.lock().await = Some(Arc::new(session));
    }

    async fn on_submit_sm(
        &self,
        message: submit_sm,
        _: &SmppConnectionInformation,
        _: &String,
    ) -> submit_sm_resp {
        if message.destination_addr == dial::REFUSE {
            return message.reject(SmppError::ESME_RINVDSTADR);
        }
        let session = self.session.lock().await.clone().unwrap();
        let message_id = format!("smpp34-{}", self.messages.fetch_add(1, Ordering::SeqCst));
        // In a task: the answer to the message goes first.
        tokio::spawn(follow(session, message.clone(), message_id.clone(), Arc::clone(&self.answered)));
        message.accept(message_id)
    }

    async fn on_unbind(&self, request: unbind, _: &SmppConnectionInformation, _: &String) -> unbind_resp {
        self.unbound.notify_one();
        request.accept()
    }
}

/// Sends what the message asks for.
async fn follow(session: Arc<ESME>, message: submit_sm, message_id: String, answered: Arc<AtomicUsize>) {
    let back = || {
        session
            .deliver_sm()
            .source_addr(message.destination_addr.clone())
            .destination_addr(message.source_addr.clone())
    };
    let mut deliveries = Vec::new();
    if message.registered_delivery != 0 {
        deliveries.push(back().esm_class(4).short_message(dial::receipt(&message_id)));
    }
    if message.esm_class & 0x40 != 0 {
        deliveries.push(back().esm_class(message.esm_class).short_message(message.short_message.clone()));
    }
    if message.destination_addr == dial::INCOMING {
        deliveries.push(back().short_message(dial::INCOMING_TEXT));
    }
    for delivery in deliveries {
        assert!(delivery.send().await.unwrap().is_success());
        answered.fetch_add(1, Ordering::SeqCst);
    }
    if message.destination_addr == dial::UNBIND {
        // It knows no unbind_resp: our answer closes the session, and it calls that an error.
        let _error = session.send_unbind().await;
    }
}
