"""Provisions a domain controller of Samba and its sample accounts, in one process.

Reads its order as JSON from standard input, because others can read the arguments. Needs Debian's
own python, which has the package `samba`.
"""

import base64
import json
import logging
import sys

import ldb
import samba.param
from samba.auth import system_session
from samba.dcerpc import security
from samba.dsdb import DS_DOMAIN_FUNCTION_2008_R2
from samba.ndr import ndr_unpack
from samba.provision import FILL_FULL, provision
from samba.sd_utils import SDUtils

RESET_PASSWORD = "00299570-246d-11d0-a768-00aa006e0529"
PWD_LAST_SET = "bf967a0a-0de6-11d0-a285-00aa003049e2"
LOCKOUT_TIME = "28630ebf-41d5-11d1-a9c1-0000f80367c1"
USER_CLASS = "bf967aba-0de6-11d0-a285-00aa003049e2"


def add(samdb, entry):
    """Adds an entry with a dn and attributes; each value is base64."""
    attributes = entry["attributes"].items()
    values = {name: [base64.b64decode(value) for value in encoded] for name, encoded in attributes}
    samdb.add({"dn": entry["dn"], **values})


def main():
    order = json.load(sys.stdin)
    lp = samba.param.LoadParm()
    for name, value in order["options"].items():
        lp.set(name, value)
    result = provision(
        logging.getLogger("provision"),
        system_session(),
        lp=lp,
        targetdir=order["folder"],
        samdb_fill=FILL_FULL,
        realm=order["realm"],
        domain=order["domain"],
        hostname=order["hostname"],
        hostip="127.0.0.1",
        adminpass=order["adminPassword"],
        serverrole="active directory domain controller",
        dns_backend="NONE",
        dom_for_fun_level=DS_DOMAIN_FUNCTION_2008_R2,
    )
    samdb = result.samdb
    samdb.transaction_start()
    try:
        changes = ldb.Message(ldb.Dn(samdb, samdb.domain_dn()))
        for name, value in order["policy"].items():
            changes[name] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, name)
        samdb.modify(changes)
        for entry in order["entries"]:
            add(samdb, entry)
        for member in order["memberships"]:
            change = ldb.Message(ldb.Dn(samdb, member["group"]))
            members = [dn.encode() for dn in member["members"]]
            change["member"] = ldb.MessageElement(members, ldb.FLAG_MOD_ADD, "member")
            samdb.modify(change)
        delegate(samdb, order["serviceAccountDn"], order["peopleDn"])
    except BaseException:
        samdb.transaction_cancel()
        raise
    samdb.transaction_commit()


def delegate(samdb, service_account, people):
    """Lets the service account reset users below the people's unit, and write two attributes."""
    found = samdb.search(service_account, scope=ldb.SCOPE_BASE, attrs=["objectSid"])[0]
    sid = str(ndr_unpack(security.dom_sid, found["objectSid"][0]))
    descriptors = SDUtils(samdb)
    descriptors.dacl_add_ace(people, f"(OA;CIIO;CR;{RESET_PASSWORD};{USER_CLASS};{sid})")
    for attribute in (PWD_LAST_SET, LOCKOUT_TIME):
        descriptors.dacl_add_ace(people, f"(OA;CIIO;RPWP;{attribute};{USER_CLASS};{sid})")


main()
