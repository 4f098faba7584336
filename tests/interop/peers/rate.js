// How fast npm's smpp goes, seen from outside, as one JSON object a line:
//
//     node rate.js server MILLISECONDS           answers each submit_sm after that long
//     node rate.js client PORT WINDOW MESSAGES   keeps a window full and prints how many were answered a second
'use strict';

const smpp = require('smpp');

const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

function serve(milliseconds) {
  const server = smpp.createServer((session) => {
    session.on('error', () => session.destroy());
    session.on('bind_transceiver', (pdu) => session.send(pdu.response()));
    session.on('unbind', (pdu) => session.send(pdu.response(), () => session.close()));
    session.on('submit_sm', (pdu) => {
      setTimeout(() => session.send(pdu.response({ message_id: `${pdu.sequence_number}` })), milliseconds);
    });
  });
  server.listen(0, '127.0.0.1', () => print({ event: 'listening', port: server.address().port }));
  process.stdin.on('end', () => process.exit(0)).resume();
}

function load(port, window, messages) {
  const session = smpp.connect({ url: `smpp://127.0.0.1:${port}` }, () => {
    session.bind_transceiver({ system_id: 'load', password: 'secret08' }, () => {
      let sent = 0;
      let answered = 0;
      const start = process.hrtime.bigint();
      const send = () => {
        sent += 1;
        session.submit_sm({ destination_addr: '4512345678', short_message: 'hello' }, () => {
          answered += 1;
          if (answered === messages) {
            const seconds = Number(process.hrtime.bigint() - start) / 1e9;
            print({ event: 'rate', rate: answered / seconds });
            process.exit(0);
          }
          if (sent < messages) send();
        });
      };
      for (let count = 0; count < window; count += 1) send();
    });
  });
}

const [role, ...numbers] = process.argv.slice(2);
(role === 'server' ? serve : load)(...numbers.map(Number));
