"""An SMSC made of PyPI's smpp.twisted3, which answers each submit_sm late. One JSON object a line says where it listens.

    python twisted_server.py MILLISECONDS
"""

import itertools
import json
import sys

from smpp.pdu.pdu_types import CommandStatus
from smpp.twisted.config import SMPPServerConfig
from smpp.twisted.protocol import DataHandlerResponse
from smpp.twisted.server import IAuthenticatedSMPP, SMPPServerFactory
from twisted.cred.checkers import InMemoryUsernamePasswordDatabaseDontUse
from twisted.cred.portal import IRealm, Portal
from twisted.internet import reactor, stdio, task
from twisted.internet.protocol import Protocol
from zope.interface import implementer

SYSTEM_ID, PASSWORD = "load", "secret08"
SECONDS = float(sys.argv[1]) / 1e3
IDS = itertools.count(1)


@implementer(IRealm)
class Accounts:
    def requestAvatar(self, system_id, mind, *interfaces):
        return IAuthenticatedSMPP, system_id, lambda: None


def answer(system_id, smpp, pdu):
    accepted = DataHandlerResponse(CommandStatus.ESME_ROK, message_id=str(next(IDS)).encode())
    return task.deferLater(reactor, SECONDS, lambda: accepted)


class UntilStdinEnds(Protocol):
    def connectionLost(self, reason):
        reactor.stop()


checker = InMemoryUsernamePasswordDatabaseDontUse()
checker.addUser(SYSTEM_ID, PASSWORD)
config = SMPPServerConfig(msgHandler=answer, systems={SYSTEM_ID: {"max_bindings": 9}})
port = reactor.listenTCP(0, SMPPServerFactory(config, Portal(Accounts(), [checker])), interface="127.0.0.1")
stdio.StandardIO(UntilStdinEnds())
print(json.dumps({"event": "listening", "port": port.getHost().port}), flush=True)
reactor.run()
