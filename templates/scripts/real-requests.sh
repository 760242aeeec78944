# Functions: what says that Synapse works, not just runs. Needs quick, containers and red of upgrade.sh when they are called.

# serves VERSION: requests to the main process, by its own Python: every image of Synapse has that.
serves() {
  said=$(quick exec -i "$(containers synapse)" python - "$1" 2>&1 <<'PYTHON'
import json, sys, urllib.request

def get(path):
    with urllib.request.urlopen("http://localhost:8008" + path, timeout=30) as answer:
        return answer.read()

get("/health")
if not json.loads(get("/_matrix/client/versions"))["versions"]:
    sys.exit("/_matrix/client/versions names none")
version = json.loads(get("/_matrix/federation/v1/version"))["server"]["version"].split(" ")[0]
if version != sys.argv[1]:
    sys.exit(f"it says that it is {version}, not {sys.argv[1]}")
PYTHON
  ) || red synapse "$(printf '%s' "$said" | tail -n 1)"
}

# is_version SERVICE VERSION: what the process itself says; every answer of Synapse's has it (synapse/http/site.py).
is_version() {
  said=$(quick exec "$(containers "$1")" curl -sS -o /dev/null -D - --max-time 10 http://localhost:8008/health 2>&1 |
    tr -d '\r' | sed -n 's|^[Ss]erver: Synapse/\([^ ]*\).*|\1|p')
  [ "$said" = "$2" ] || red "$1" "it says that it is ${said:-nothing}, not $2"
}

# person WAY: what a person does: logs in, sends something, sees it come back in a sync, logs out. WAY is main (the main
# process) or proxy (Caddy, which leads each request to the worker that it belongs to). Says what failed.
person() {
  quick exec -i "$(containers synapse)" python - "$1" 2>&1 <<'PYTHON'
import hashlib, hmac, http.client, json, socket, ssl, sys, time, urllib.parse, yaml

NAME = "matrix-bastion-health"
with open("/config/homeserver.yaml") as file:
    host = urllib.parse.urlsplit(yaml.safe_load(file)["public_baseurl"]).hostname
with open("/secrets/registration_shared_secret") as file:
    secret = file.read().strip()
password = hmac.new(secret.encode(), f"password of {NAME}".encode(), hashlib.sha256).hexdigest()
token = None

def connection(to_proxy):
    if not to_proxy:
        return http.client.HTTPConnection("localhost", 8008, timeout=30)
    try:
        public = socket.create_connection(("caddy", 443), 30)
    except ConnectionRefusedError:
        # Behind a proxy of somebody's own, which has the certificates (src/render/caddyfile.ts).
        return http.client.HTTPConnection("caddy", 8008, timeout=30)
    # Within the machine: whose certificate it is, is another question, and asked by another check.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    proxy = http.client.HTTPConnection("caddy", 443, timeout=30)
    proxy.sock = context.wrap_socket(public, server_hostname=host)
    return proxy

def ask(method, path, body=None, to_proxy=sys.argv[1] == "proxy", may=(200,)):
    for _ in range(5):
        headers = {"Host": host, "Content-Type": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        try:
            link = connection(to_proxy)
            link.request(method, path, None if body is None else json.dumps(body), headers)
            answer = link.getresponse()
            status, text = answer.status, answer.read()
            link.close()
        except OSError as error:
            sys.exit(f"{method} {path.split('?')[0]}: {error}")
        try:
            said = json.loads(text)
        except ValueError:
            said = {}
        if status != 429:
            break
        time.sleep(min(said.get("retry_after_ms", 1000) / 1000 + 0.1, 10))
    if status not in may:
        sys.exit(f"{method} {path.split('?')[0]}: {status} {said.get('errcode', '')} {said.get('error', '')}")
    return status, said

def log_in(may):
    return ask("POST", "/_matrix/client/v3/login", {
        "type": "m.login.password", "identifier": {"type": "m.id.user", "user": NAME}, "password": password,
        "device_id": "HEALTH", "initial_device_display_name": "health check"}, may=may)

# Not public, so past the proxy.
def register():
    path = "/_synapse/admin/v1/register"
    nonce = ask("GET", path, to_proxy=False)[1]["nonce"]
    parts = [nonce, NAME, password, "notadmin", "bot"]
    mac = hmac.new(secret.encode(), "\0".join(parts).encode(), hashlib.sha1).hexdigest()
    ask("POST", path, {"nonce": nonce, "username": NAME, "password": password, "admin": False, "user_type": "bot",
                       "mac": mac, "inhibit_login": True}, to_proxy=False)

status, said = log_in(may=(200, 403))
if status == 403:
    register()
    status, said = log_in(may=(200,))
token = said["access_token"]
rooms = ask("GET", "/_matrix/client/v3/joined_rooms")[1]["joined_rooms"]
if not rooms:
    rooms = [ask("POST", "/_matrix/client/v3/createRoom", {
        "preset": "private_chat", "name": "Health checks of matrix-bastion", "creation_content": {"m.federate": False}})[1]["room_id"]]
room = urllib.parse.quote(rooms[0])
sync = "/_matrix/client/v3/sync?set_presence=offline&filter=" + urllib.parse.quote('{"room":{"timeline":{"limit":10}}}')
since = ask("GET", f"{sync}&timeout=0")[1]["next_batch"]
event = ask("PUT", f"/_matrix/client/v3/rooms/{room}/send/org.matrix-bastion.health/{time.time_ns()}", {})[1]["event_id"]
end = time.monotonic() + 30
while True:
    said = ask("GET", f"{sync}&timeout=5000&since={urllib.parse.quote(since)}")[1]
    since = said["next_batch"]
    joined = said.get("rooms", {}).get("join", {}).get(rooms[0], {})
    if any(found["event_id"] == event for found in joined.get("timeline", {}).get("events", [])):
        break
    if time.monotonic() > end:
        sys.exit("what was sent does not come back in a sync")
ask("POST", "/_matrix/client/v3/logout", {})
PYTHON
}

# person_is_served WAY: the same, and once more for what has not found its place yet just after a start.
person_is_served() {
  for pause in 0 2 5; do
    sleep "$pause"
    said=$(person "$1") && return 0
  done
  red synapse "as a person: $(printf '%s' "$said" | tail -n 1)"
}
