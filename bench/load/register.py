"""Makes users with the registration secret, inside Synapse's container: `register.py FIRST COUNT`.

Synapse's manual, "Shared-Secret Registration": a nonce, then an HMAC-SHA1 over nonce, user, password and kind.
Prints one line "user_id token" per user. The bench lowers bcrypt_rounds, or this would take half a second each.
"""

import hashlib
import hmac
import http.client
import json
import sys

SECRET = open("/secrets/registration_shared_secret", "rb").read().strip()
PATH = "/_synapse/admin/v1/register"


def answer(connection):
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        sys.exit(f"{PATH}: {response.status} {body[:300]!r}")
    return json.loads(body)


def register(connection, user):
    connection.request("GET", PATH)
    nonce = answer(connection)["nonce"]
    password = f"password of {user}"
    mac = hmac.new(SECRET, digestmod=hashlib.sha1)
    mac.update(b"\0".join([nonce.encode(), user.encode(), password.encode(), b"notadmin"]))
    body = {"nonce": nonce, "username": user, "password": password, "admin": False, "mac": mac.hexdigest()}
    connection.request("POST", PATH, json.dumps(body), {"Content-Type": "application/json"})
    return answer(connection)


first, count = int(sys.argv[1]), int(sys.argv[2])
connection = http.client.HTTPConnection("127.0.0.1", 8008, timeout=60)
for number in range(first, first + count):
    made = register(connection, f"user{number}")
    print(made["user_id"], made["access_token"], flush=True)
