// An ESME made of npm's smpp. It plays one scenario against a server over TLS and prints what it sends and
// receives, one JSON object a line.
//
//     node client.js SCENARIO HOST PORT SYSTEM_ID PASSWORD
'use strict';

const smpp = require('smpp');

const [scenario, host, port, system_id, password] = process.argv.slice(2);

const SHORT_SOURCE = '15551230001';
const LONG_SOURCE = 'ABCDEFGHIJKLMNOPQR';
const DESTINATION = '15559870002';
const GSM_TEXT = 'Price: 5 € @ [noon] {ok} ~ £ ñ ü';
const UCS2_TEXT = 'Добрый день, 世界';

const scenarios = {
  async bind_modes() {
    for (const mode of ['transmitter', 'receiver', 'transceiver']) {
      const session = await connect();
      await bind(session, mode);
      await unbind(session);
    }
  },

  submit_gsm: () => submitAndAwaitReceipt(message(SHORT_SOURCE, 0x00, GSM_TEXT)),

  submit_ucs2: () => submitAndAwaitReceipt(message(SHORT_SOURCE, 0x08, UCS2_TEXT)),

  long_source: () => submitAndAwaitReceipt({ ...message(LONG_SOURCE, 0x00, 'hello'), source_addr_ton: 5, source_addr_npi: 0 }),

  receipt_kinds: () => submitKinds([0, 1, 2, 3, 0x10, 0x11]),

  // Takes what comes in until there are four: one alone, and the three parts of another.
  async receive() {
    const session = await connect();
    const four = answers(session, 'deliver_sm', 4);
    await bind(session, 'receiver');
    print({ event: 'bound' });
    await four;
    await unbind(session);
  },

  async enquire_link() {
    const session = await connect();
    await bind(session, 'transceiver');
    const peers = answer(session, 'enquire_link');
    expectOk(await request(session, 'enquire_link'));
    await peers;
    await unbind(session);
  },

  async peer_unbind() {
    const session = await connect();
    await bind(session, 'transceiver');
    print({ event: 'bound' });
    await answer(session, 'unbind');
    await closed(session);
  },

  async wrong_password() {
    await refusedBind('transceiver');
  },

  // The account may bind as a transmitter only: that still works after the refusals.
  async wrong_mode() {
    await refusedBind('receiver');
    await refusedBind('transceiver');
    const session = await connect();
    await bind(session, 'transmitter');
    await unbind(session);
  },
};

function message(source_addr, data_coding, short_message) {
  return {
    source_addr_ton: 1,
    source_addr_npi: 1,
    source_addr,
    dest_addr_ton: 1,
    dest_addr_npi: 1,
    destination_addr: DESTINATION,
    data_coding,
    short_message,
    registered_delivery: 1,
  };
}

async function submitAndAwaitReceipt(fields) {
  const session = await connect();
  await bind(session, 'transceiver');
  const receipt = answer(session, 'deliver_sm');
  expectOk(await request(session, 'submit_sm', fields));
  await receipt;
  await unbind(session);
}

// Sends a message of each kind to a number that is delivered to at the second attempt, and one to a number that is not delivered to.
async function submitKinds(kinds) {
  const session = await connect();
  await bind(session, 'transceiver');
  const all = answers(session, 'deliver_sm', 8);
  for (const destination_addr of ['999000000', '999000001']) {
    for (const registered_delivery of kinds) {
      expectOk(await request(session, 'submit_sm', { ...message(SHORT_SOURCE, 0x00, 'hello'), destination_addr, registered_delivery }));
    }
  }
  await all;
  await unbind(session);
}

async function refusedBind(mode) {
  const session = await connect();
  const response = await request(session, `bind_${mode}`, { system_id, password });
  if (response.command_status === 0) throw new Error(`bind_${mode} was accepted`);
  session.destroy();
}

async function bind(session, mode) {
  expectOk(await request(session, `bind_${mode}`, { system_id, password }));
}

async function unbind(session) {
  expectOk(await request(session, 'unbind'));
  session.close();
  await closed(session);
}

function expectOk(response) {
  if (response.command_status !== 0) throw new Error(`${response.command} says ${response.command_status}`);
}

function connect() {
  return new Promise((resolve, reject) => {
    const session = smpp.connect({ url: `ssmpp://${host}:${port}`, rejectUnauthorized: false }, () => resolve(session));
    session.isClosed = new Promise((done) => session.on('close', done));
    session.isClosed.then(() => print({ event: 'closed' }));
    session.on('error', (error) => {
      print({ event: 'connection_error', message: error.message });
      reject(error);
    });
    session.on('pdu', (pdu) => print(describe('received', pdu)));
    const send = session.send;
    session.send = function (pdu, ...callbacks) {
      const line = describe('sent', pdu); // the library encodes the PDU in place, so describe it first
      const sent = send.call(this, pdu, ...callbacks);
      print({ ...line, sequence_number: pdu.sequence_number });
      return sent;
    };
  });
}

function closed(session) {
  return session.isClosed;
}

// Sends a request; resolves with its response, rejects if the connection closes first.
function request(session, command, fields = {}) {
  return new Promise((resolve, reject) => {
    session.isClosed.then(() => reject(new Error(`closed before ${command} was answered`)));
    if (!session[command](fields, resolve)) reject(new Error(`${command} could not be written`));
  });
}

// Waits for one request of the peer's and answers it.
function answer(session, command) {
  return new Promise((resolve, reject) => {
    session.isClosed.then(() => reject(new Error(`closed before ${command} arrived`)));
    session.once(command, (pdu) => {
      session.send(pdu.response());
      resolve(pdu);
    });
  });
}

// Waits for so many requests of the peer's and answers each.
function answers(session, command, count) {
  return new Promise((resolve, reject) => {
    session.isClosed.then(() => reject(new Error(`closed before ${count} ${command} arrived`)));
    session.on(command, (pdu) => {
      session.send(pdu.response());
      count -= 1;
      if (count === 0) resolve();
    });
  });
}

function describe(event, pdu) {
  const line = { event, command: pdu.command, status: pdu.command_status, sequence_number: pdu.sequence_number };
  const fields = [
    'system_id', 'message_id', 'source_addr_ton', 'source_addr_npi', 'source_addr', 'dest_addr_ton', 'dest_addr_npi',
    'destination_addr', 'esm_class', 'registered_delivery', 'data_coding',
  ];
  for (const field of fields) if (field in pdu) line[field] = pdu[field];
  if ('short_message' in pdu) {
    line.text = pdu.short_message.message ?? pdu.short_message;
    // The library takes the header off.
    if (pdu.esm_class & 0x40) line.header = [...pdu.short_message.udh[0]];
  }
  return line;
}

function print(line) {
  process.stdout.write(JSON.stringify(line) + '\n');
}

function fail(error) {
  print({ event: 'error', message: error.message });
  process.exit(1);
}

setTimeout(() => fail(new Error('not done in 30 seconds')), 30_000);
if (!(scenario in scenarios)) fail(new Error(`no scenario ${scenario}`));
else scenarios[scenario]().then(() => process.exit(0), fail);
