"""An ESME made of smpplib. It plays one scenario against a server over TLS and prints what it sends and receives,
one JSON object a line.

    python client.py SCENARIO HOST PORT SYSTEM_ID PASSWORD
"""

import json
import ssl
import sys

from smpplib import consts, exceptions, gsm, smpp
from smpplib.client import Client

SHORT_SOURCE = "15551230001"
LONG_SOURCE = "ABCDEFGHIJKLMNOPQR"
DESTINATION = "15559870002"
GSM_TEXT = "Price: 5 € @ [noon] {ok} ~ £ ñ ü"
UCS2_TEXT = "Добрый день, 世界"
SHOWN = (
    "system_id", "message_id", "source_addr_ton", "source_addr_npi", "source_addr", "dest_addr_ton", "dest_addr_npi",
    "destination_addr", "esm_class", "registered_delivery", "data_coding",
)

scenario, host, port, system_id, password = sys.argv[1:]


class Session(Client):
    """smpplib's client; it prints each PDU that passes."""

    def __init__(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        super().__init__(host, port, timeout=30, ssl_context=context, allow_unknown_opt_params=True)
        self.seen = set()
        self.last = None
        self.connect()

    def bind(self, mode):
        getattr(self, "bind_" + mode)(system_id=system_id, password=password)

    def unbind_and_close(self):
        if self.unbind().status != consts.SMPP_ESME_ROK:
            raise exceptions.PDUError("unbind was refused")
        self.close()

    def close(self):
        self.disconnect()
        show({"event": "closed"})

    def send_pdu(self, pdu):
        super().send_pdu(pdu)
        show(describe("sent", pdu))

    def read_pdu(self):
        self.last = super().read_pdu()
        self.seen.add(self.last.command)
        show(describe("received", self.last))
        return self.last

    def read_until(self, command):
        """Lets the library read and answer, until a PDU of this command has been handled."""
        while command not in self.seen:
            self.read_once(auto_send_enquire_link=False)

    def read_count(self, command, count):
        """The same for so many of them."""
        while count:
            self.read_once(auto_send_enquire_link=False)
            count -= self.last.command == command

    def message_received_handler(self, pdu, **kwargs):
        """A receipt: the library answers it."""

    def message_sent_handler(self, pdu, **kwargs):
        """A submit_sm_resp: read_pdu has shown it."""


def bind_modes():
    for mode in ("transmitter", "receiver", "transceiver"):
        session = Session()
        session.bind(mode)
        session.unbind_and_close()


def submit_gsm():
    submit_and_await_receipt(message(SHORT_SOURCE, 0x00, gsm.gsm_encode(GSM_TEXT)))


def submit_ucs2():
    submit_and_await_receipt(message(SHORT_SOURCE, 0x08, UCS2_TEXT.encode("utf-16-be")))


def long_source():
    fields = message(LONG_SOURCE, 0x00, b"hello")
    submit_and_await_receipt({**fields, "source_addr_ton": 5, "source_addr_npi": 0})


def receipt_kinds():
    session = Session()
    session.bind("transceiver")
    for destination in ("999000000", "999000001"):
        for kind in (0, 1, 2, 3, 0x10, 0x11):
            fields = message(SHORT_SOURCE, 0x00, b"hello")
            session.send_message(**{**fields, "destination_addr": destination, "registered_delivery": kind})
    session.read_count("deliver_sm", 8)
    session.unbind_and_close()


def receive():
    """Takes what comes in until there are four: one alone, and the three parts of another."""
    session = Session()
    session.bind("receiver")
    show({"event": "bound"})
    session.read_count("deliver_sm", 4)
    session.unbind_and_close()


def enquire_link():
    session = Session()
    session.bind("transceiver")
    session.send_pdu(smpp.make_pdu("enquire_link", client=session))
    session.read_until("enquire_link_resp")
    session.read_until("enquire_link")
    session.unbind_and_close()


def peer_unbind():
    session = Session()
    session.bind("transceiver")
    show({"event": "bound"})
    session.read_until("unbind")
    response = smpp.make_pdu("unbind_resp", client=session)
    response.sequence = session.last.sequence
    session.send_pdu(response)
    try:
        session.read_pdu()
    except exceptions.ConnectionError:
        session.close()
    else:
        raise exceptions.PDUError("a PDU after unbind_resp")


def wrong_password():
    refused_bind("transceiver")


def wrong_mode():
    """The account may bind as a transmitter only: that still works after the refusals."""
    refused_bind("receiver")
    refused_bind("transceiver")
    session = Session()
    session.bind("transmitter")
    session.unbind_and_close()


def message(source_addr, data_coding, short_message):
    return {
        "source_addr_ton": 1,
        "source_addr_npi": 1,
        "source_addr": source_addr,
        "dest_addr_ton": 1,
        "dest_addr_npi": 1,
        "destination_addr": DESTINATION,
        "data_coding": data_coding,
        "short_message": short_message,
        "registered_delivery": 1,
    }


def submit_and_await_receipt(fields):
    session = Session()
    session.bind("transceiver")
    session.send_message(**fields)
    session.read_until("submit_sm_resp")
    session.read_until("deliver_sm")
    session.unbind_and_close()


def refused_bind(mode):
    session = Session()
    try:
        session.bind(mode)
    except exceptions.PDUError:
        session.close()
    else:
        raise exceptions.PDUError("bind_%s was accepted" % mode)


def describe(event, pdu):
    line = {"event": event, "command": pdu.command, "status": pdu.status, "sequence_number": pdu.sequence}
    for field in SHOWN:
        if getattr(pdu, field, None) is not None:
            line[field] = text(getattr(pdu, field))
    if getattr(pdu, "short_message", None) is not None:
        octets = pdu.short_message
        if (pdu.esm_class or 0) & 0x40:
            line["header"], octets = list(octets[1 : octets[0] + 1]), octets[octets[0] + 1 :]
        line["text"] = text(octets)
    return line


def text(value):
    return value.decode("latin-1") if isinstance(value, bytes) else value


def show(line):
    print(json.dumps(line), flush=True)


SCENARIOS = {
    play.__name__: play
    for play in (
        bind_modes, submit_gsm, submit_ucs2, long_source, receipt_kinds, receive, enquire_link, peer_unbind, wrong_password, wrong_mode,
    )
}

try:
    SCENARIOS[scenario]()
except Exception as error:
    show({"event": "error", "message": "%s: %s" % (type(error).__name__, error)})
    sys.exit(1)
