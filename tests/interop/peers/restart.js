// An ESME made of npm's smpp that lives through a restart: it prints what happens to it, one JSON object a line.
'use strict';

const smpp = require('smpp');

const { SMPP_PORT, SMPP_SYSTEM_ID, SMPP_PASSWORD } = process.env;
const print = (line) => process.stdout.write(JSON.stringify(line) + '\n');
const message = {
  source_addr: 'TestCo', destination_addr: '4512345678', registered_delivery: 1, data_coding: 0, short_message: 'Hello',
};

function connect() {
  return new Promise((resolve, reject) => {
    const url = `ssmpp://127.0.0.1:${SMPP_PORT}`;
    const session = smpp.connect({ url, rejectUnauthorized: false }, () => resolve(session));
    session.isClosed = new Promise((done) => session.on('close', done));
    session.on('error', reject);
    session.on('deliver_sm', (pdu) => {
      session.send(pdu.response());
      print({ event: 'receipt', text: pdu.short_message.message });
    });
  });
}

const request = (session, command, fields) => new Promise((resolve) => session[command](fields, resolve));
const bind = (session) => request(session, 'bind_transceiver', { system_id: SMPP_SYSTEM_ID, password: SMPP_PASSWORD });

async function bindAgain() {
  for (;;) {
    const session = await connect();
    const { command_status } = await bind(session);
    print({ event: 'bind', status: command_status });
    if (command_status === 0) return session;
    session.destroy();
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function main() {
  const first = await bindAgain();
  const unbind = new Promise((resolve) => first.once('unbind', resolve));
  const accepted = await request(first, 'submit_sm', message);
  print({ event: 'accepted', status: accepted.command_status, message_id: accepted.message_id });
  const asked = await unbind;
  const refused = await request(first, 'submit_sm', message);
  print({ event: 'refused', status: refused.command_status });
  first.send(asked.response());
  await first.isClosed;
  print({ event: 'closed' });
  const second = await bindAgain();
  await new Promise((resolve) => second.once('deliver_sm', resolve));
  await request(second, 'unbind', {});
  second.close();
  await second.isClosed;
}

main().then(() => process.exit(0), (error) => {
  print({ event: 'error', message: error.message });
  process.exit(1);
});
