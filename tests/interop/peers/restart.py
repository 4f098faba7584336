"""An ESME made of smpplib that lives through a restart: it prints what happens to it, one JSON object a line."""

import json
import os
import ssl
import time

from smpplib import consts, exceptions, smpp
from smpplib.client import Client

MESSAGE = {
    "source_addr": "TestCo", "destination_addr": "4512345678", "registered_delivery": 1, "data_coding": 0,
    "short_message": b"Hello",
}


def show(**line):
    print(json.dumps(line), flush=True)


class Session(Client):
    """smpplib's client, which notes what it has read."""

    def __init__(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        super().__init__(
            "127.0.0.1", int(os.environ["SMPP_PORT"]), timeout=60, ssl_context=context, allow_unknown_opt_params=True
        )
        self.set_message_received_handler(lambda pdu: show(event="receipt", text=pdu.short_message.decode()))
        self.set_message_sent_handler(lambda pdu: None)
        self.connect()

    def read_until(self, command):
        while True:
            pdu = self.read_pdu()
            if pdu.command == "deliver_sm":
                self._message_received(pdu)
            if pdu.command == command:
                return pdu


def bind_again():
    while True:
        session = Session()
        try:
            session.bind_transceiver(system_id=os.environ["SMPP_SYSTEM_ID"], password=os.environ["SMPP_PASSWORD"])
        except exceptions.PDUError as refused:
            show(event="bind", status=refused.args[1])
            session.disconnect()
            time.sleep(0.1)
        else:
            show(event="bind", status=0)
            return session


first = bind_again()
first.send_message(**MESSAGE)
accepted = first.read_until("submit_sm_resp")
show(event="accepted", status=accepted.status, message_id=accepted.message_id.decode())
asked = first.read_until("unbind")
first.send_message(**MESSAGE)
show(event="refused", status=first.read_until("submit_sm_resp").status)
response = smpp.make_pdu("unbind_resp", client=first)
response.sequence = asked.sequence
first.send_pdu(response)
try:
    first.read_pdu()
except exceptions.ConnectionError:
    first.disconnect()
show(event="closed")
second = bind_again()
second.read_until("deliver_sm")
assert second.unbind().status == consts.SMPP_ESME_ROK
second.disconnect()
