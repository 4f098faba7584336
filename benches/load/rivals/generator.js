// npm's smpp as a generator: generator.js PORT WINDOW MESSAGES. Keeps the window full, checks every answer, and prints the seconds from
// the first request to the last answer, and the CPU time in them. Some messages come first, so that its compiler has done its work.
'use strict';

const smpp = require('smpp');

const [port, window, messages] = process.argv.slice(2).map(Number);

const session = smpp.connect({ url: `smpp://127.0.0.1:${port}`, auto_enquire_link_period: 3600000 }, () => {
  session.bind_transceiver({ system_id: 'load', password: 'secret08' }, (pdu) => {
    if (pdu.command_status !== 0) throw new Error(`the bind was answered ${pdu.command_status}`);
    blast(WARM_UP, () => {
      const [start, cpu] = [process.hrtime.bigint(), process.cpuUsage()];
      blast(messages, () => {
        const used = process.cpuUsage(cpu);
        console.log(Number(process.hrtime.bigint() - start) / 1e9, (used.user + used.system) / 1e6);
        process.exit(0);
      });
    });
  });
});

const WARM_UP = 20000;
const message = {
  source_addr_ton: 5,
  source_addr: 'TestCo',
  dest_addr_ton: 1,
  dest_addr_npi: 1,
  destination_addr: '4512345678',
  short_message: Buffer.alloc(120, 'x'),
};

function blast(count, done) {
  let sent = 0;
  let answered = 0;
  const send = () => {
    sent += 1;
    session.submit_sm({ ...message }, (pdu) => {
      if (pdu.command_status !== 0 || pdu.message_id === '') throw new Error('a message was not accepted');
      answered += 1;
      if (sent < count) send();
      if (answered === count) done();
    });
  };
  while (sent < Math.min(window, count)) send();
}
