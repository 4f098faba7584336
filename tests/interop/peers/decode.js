// Decodes PDUs with npm's smpp: a line of hex on stdin, a line of JSON on stdout, in the form of the golden PDUs (C-octet
// strings as text, octet strings as hex); TLVs by name, which is a list where the library keeps several.
//
// Only the library's conversions of times to Date and of texts to strings are left out: they drop what is compared here.
'use strict';

const readline = require('readline');
const smpp = require('smpp');

smpp.PDU.prototype._filter = () => {};

const HEADER = ['command_length', 'command_id', 'command_status', 'sequence_number'];
// The library's own names.
const RENAMED = { dest_port: 'destination_port', failed_broadcast_area_identifier: 'broadcast_area_identifier' };

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const pdu = new smpp.PDU(Buffer.from(line, 'hex'));
  const params = Object.keys(smpp.commands[pdu.command].params || {});
  const header = Object.fromEntries(HEADER.map((key) => [key, pdu[key]]));
  const fields = {};
  const tlvs = {};
  for (const key of Object.keys(pdu)) {
    if (key === 'command' || HEADER.includes(key)) continue;
    if (params.includes(key)) Object.assign(fields, field(key, pdu[key]));
    else tlvs[tlvName(key)] = tlv(key, pdu[key]);
  }
  console.log(JSON.stringify({ header, command: pdu.command, fields, tlvs }));
});

// A field, and the number before it that the library reads and does not show.
function field(key, value) {
  switch (key) {
    case 'short_message':
      return { sm_length: value.length, short_message: value.toString('hex') };
    case 'dest_address':
      return { number_of_dests: value.length, dest_address: value.map((one) => ({ dest_flag: 'dl_name' in one ? 2 : 1, ...one })) };
    case 'unsuccess_sme':
      return { no_unsuccess: value.length, unsuccess_sme: value };
    default:
      return { [key]: value };
  }
}

function tlvName(key) {
  return /^\d+$/.test(key) ? '0x' + Number(key).toString(16).toUpperCase().padStart(4, '0') : RENAMED[key] || key;
}

function tlv(key, value) {
  if (Array.isArray(value)) return value.map((one) => tlv(key, one));
  // The one number that the library gives as octets.
  if (key === 'ms_validity' && value.length === 1) return value[0];
  if (Buffer.isBuffer(value)) return value.toString('hex');
  // The library reads octets of some tags as ASCII.
  const octets = smpp.tlvs[key] && smpp.tlvs[key].type !== smpp.tlvs.receipted_message_id.type;
  return typeof value === 'string' && octets ? Buffer.from(value, 'latin1').toString('hex') : value;
}
