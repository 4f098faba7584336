// An SMSC made of npm's smpp. It takes any system_id with the password below, accepts every message, and sends a
// receipt for each that asks for one. It prints one JSON object a line and obeys the lines of its standard input:
//
//     unbind        send unbind to every session, then close it
//     enquire_link  send enquire_link to every session
//
// At the end of its standard input it prints its counters and leaves. With TLS_KEY_PEM and TLS_CERT_PEM it speaks TLS.
'use strict';

const readline = require('readline');
const smpp = require('smpp');

const PASSWORD = 'secret08';
const TRANSMITTER = 'bind_transmitter';

const counters = { binds: 0, refused_binds: 0, submits: 0, receipts_sent: 0, receipts_answered: 0, enquire_links: 0, unbinds: 0 };
const bound = new Set();
const waitingReceipts = new Map(); // system_id -> receipts that no session could take yet

function onSession(session) {
  session.on('error', () => session.destroy()); // a reset, or bytes that are no PDU
  session.on('close', () => {
    bound.delete(session);
    print({ event: 'closed', ...counters });
  });
  for (const command of ['bind_transmitter', 'bind_receiver', 'bind_transceiver']) {
    session.on(command, (pdu) => onBind(session, pdu));
  }
  session.on('submit_sm', (pdu) => onSubmit(session, pdu));
  session.on('enquire_link', (pdu) => {
    counters.enquire_links += 1;
    session.send(pdu.response());
  });
  session.on('unbind', (pdu) => {
    counters.unbinds += 1;
    bound.delete(session);
    session.send(pdu.response(), () => session.close());
  });
  session.on('unknown', (pdu) => session.send(pdu.response()));
}

function onBind(session, pdu) {
  if (bound.has(session)) return refuse(session, pdu, smpp.ESME_RALYBND);
  if (pdu.password !== PASSWORD) {
    counters.refused_binds += 1;
    return refuse(session, pdu, smpp.ESME_RINVPASWD);
  }
  counters.binds += 1;
  session.system_id = pdu.system_id;
  session.mode = pdu.command;
  bound.add(session);
  session.send(pdu.response({ system_id: 'npm-smpp' }));
  print({ event: 'bound', command: pdu.command, system_id: pdu.system_id });
  if (mayReceive(session)) {
    for (const receipt of waitingReceipts.get(session.system_id) ?? []) sendReceipt(session, receipt);
    waitingReceipts.delete(session.system_id);
  }
}

function onSubmit(session, pdu) {
  if (!bound.has(session) || session.mode === 'bind_receiver') return refuse(session, pdu, smpp.ESME_RINVBNDSTS);
  counters.submits += 1;
  const message_id = String(counters.submits);
  session.send(pdu.response({ message_id }));
  if ((pdu.registered_delivery & 0x03) === 1) routeReceipt(session, receiptFor(pdu, message_id));
}

function refuse(session, pdu, command_status) {
  session.send(pdu.response({ command_status }));
}

// A receipt as SMPP v3.4 Appendix B writes it.
function receiptFor(pdu, message_id) {
  const date = minute(new Date());
  const text = [
    `id:${message_id}`, 'sub:001', 'dlvrd:001', `submit date:${date}`, `done date:${date}`, 'stat:DELIVRD', 'err:000',
    `text:${String(pdu.short_message.message).slice(0, 20).replace(/[^ -~]/g, '?')}`,
  ].join(' ');
  return {
    source_addr_ton: pdu.dest_addr_ton,
    source_addr_npi: pdu.dest_addr_npi,
    source_addr: pdu.destination_addr,
    dest_addr_ton: pdu.source_addr_ton,
    dest_addr_npi: pdu.source_addr_npi,
    destination_addr: pdu.source_addr,
    esm_class: smpp.ESM_CLASS.MC_DELIVERY_RECEIPT,
    data_coding: 0,
    short_message: text,
    receipted_message_id: message_id,
    message_state: smpp.MESSAGE_STATE.DELIVERED,
  };
}

function routeReceipt(session, receipt) {
  const receiver = [session, ...bound].find((other) => other.system_id === session.system_id && mayReceive(other));
  if (receiver) return sendReceipt(receiver, receipt);
  if (!waitingReceipts.has(session.system_id)) waitingReceipts.set(session.system_id, []);
  waitingReceipts.get(session.system_id).push(receipt);
}

function sendReceipt(session, receipt) {
  counters.receipts_sent += 1;
  session.deliver_sm(receipt, (response) => {
    if (response.command_status === 0) counters.receipts_answered += 1;
  });
}

function mayReceive(session) {
  return session.mode !== TRANSMITTER;
}

// YYMMDDhhmm in UTC
function minute(date) {
  return date.toISOString().replace(/\D/g, '').slice(2, 12);
}

function print(line) {
  process.stdout.write(JSON.stringify(line) + '\n');
}

const orders = {
  unbind(session) {
    session.unbind((response) => {
      print({ event: 'received', command: response.command, status: response.command_status });
      session.close();
    });
  },
  enquire_link(session) {
    session.enquire_link((response) => {
      print({ event: 'received', command: response.command, status: response.command_status });
    });
  },
};

const { TLS_KEY_PEM: key, TLS_CERT_PEM: cert } = process.env;
const server = smpp.createServer(key && cert ? { key, cert } : {}, onSession);
server.listen(0, '127.0.0.1', () => print({ event: 'listening', port: server.address().port }));

readline
  .createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (line in orders) bound.forEach(orders[line]);
    else print({ event: 'error', message: `no order ${line}` });
  })
  .on('close', () => {
    print({ event: 'counters', ...counters });
    process.exit(0);
  });
