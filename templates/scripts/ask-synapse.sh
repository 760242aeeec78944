# Asks Synapse's admin API over the container's own loopback, as the account that is kept for that. Set before: root, memory
# (a folder in /run), account (how that account's name begins). On standard input: a JSON list of requests {method, path,
# body, service, anonymous, as}. Prints `MB-REPLIES [{status, body}, …]`. Tokens and bodies travel over standard input only.
# `as` names an account of this server in whose name it is asked: its token is borrowed from the admin API, lives in the
# memory of one process for ten minutes at most, and is logged out at the end. The own account's token
# lies in a file for root alone; where it is missing or not taken any more, a new account is made with the shared secret,
# which only Synapse's container can read, and the old ones are deactivated: nobody knows their passwords.
set -u
umask 077
folder=$root/secrets/admin
cd "$root" 2>/dev/null || {
  echo "there is no $root on this machine" >&2
  exit 1
}
mkdir -p "$memory" "$folder" || exit 1
exec 8>>"$memory/admin.guard"
flock 8
program=$(cat <<'PYTHON'
import hashlib, hmac, json, re, secrets, sys, time, urllib.error, urllib.parse, urllib.request

account = sys.argv[1]
open_url = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


def ask(method, path, body=None, token="", service="localhost"):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "X-Forwarded-For": "127.0.0.1"}
    if token:
        headers["Authorization"] = "Bearer " + token
    request = urllib.request.Request("http://%s:8008%s" % (service, path), data, headers, method=method)
    try:
        with open_url(request, timeout=100) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read()
    try:
        return status, json.loads(text or b"{}")
    except ValueError:
        return status, {"error": text[:200].decode("utf-8", "replace")}


def minted():
    with open("/secrets/registration_shared_secret") as file:
        key = file.read().strip().encode()
    name, password = account + secrets.token_hex(4), secrets.token_urlsafe(32)
    _, nonce = ask("GET", "/_synapse/admin/v1/register")
    parts = [nonce.get("nonce", ""), name, password, "admin", "bot"]
    mac = hmac.new(key, b"\0".join(part.encode() for part in parts), hashlib.sha1).hexdigest()
    status, made = ask("POST", "/_synapse/admin/v1/register", {
        "nonce": parts[0], "username": name, "password": password, "admin": True, "user_type": "bot",
        "displayname": "matrix-bastion (the installer's own account)", "mac": mac,
    })
    if status != 200:
        sys.exit("Synapse made no account for the admin API: %s %s" % (status, made.get("error", "")))
    return made["user_id"], made["access_token"]


def deactivate_older(own, token):
    query = urllib.parse.urlencode({"name": account, "admins": "true", "locked": "true", "limit": 1000})
    _, found = ask("GET", "/_synapse/admin/v2/users?" + query, token=token)
    for user in found.get("users", []):
        if user["name"] != own and re.fullmatch("@" + re.escape(account) + "[0-9a-f]{8}:.*", user["name"]):
            path = "/_synapse/admin/v1/deactivate/" + urllib.parse.quote(user["name"], safe="")
            ask("POST", path, {"erase": False}, token)


def user_path(user, what):
    return "/_synapse/admin/v1/users/%s/%s" % (urllib.parse.quote(user, safe=""), what)


borrowed = {}


def borrow(user):
    if user not in borrowed:
        if not borrowed:
            # What is done for others here is limited by its own account's limits, and nobody logs in with that.
            own = ask("GET", "/_matrix/client/v3/account/whoami", token=token)[1].get("user_id", "")
            ask("POST", user_path(own, "override_ratelimit"), {"messages_per_second": 0, "burst_count": 0}, token)
        until = int(time.time() * 1000) + 600000
        borrowed[user] = ask("POST", user_path(user, "login"), {"valid_until_ms": until}, token)
    return borrowed[user]


def answer(one):
    bearer = "" if one.get("anonymous") else token
    if one.get("as"):
        status, body = borrow(one["as"])
        if "access_token" not in body:
            return status, body
        bearer = body["access_token"]
    return ask(one["method"], one["path"], one.get("body"), bearer, one.get("service", "localhost"))


token = sys.stdin.readline().strip()
requests = json.load(sys.stdin)
if not token or ask("GET", "/_matrix/client/v3/account/whoami", token=token)[0] in (401, 403):
    own, token = minted()
    print("MB-TOKEN " + token, flush=True)
    deactivate_older(own, token)
try:
    replies = [answer(one) for one in requests]
finally:
    for _, lent in borrowed.values():
        if "access_token" in lent:
            ask("POST", "/_matrix/client/v3/logout", {}, lent["access_token"])
print("MB-REPLIES " + json.dumps([{"status": status, "body": body} for status, body in replies]))
PYTHON
)
said=$({
  if [ -s "$folder/token" ]; then head -n 1 "$folder/token"; else echo; fi
  cat
} | timeout 300 docker compose exec -T synapse python -c "$program" "$account")
code=$?
token=$(printf '%s\n' "$said" | sed -n 's/^MB-TOKEN //p')
if [ -n "$token" ]; then
  printf '%s\n' "$token" >"$folder/token.new" && sync "$folder/token.new" && mv "$folder/token.new" "$folder/token" || exit 1
fi
printf '%s\n' "$said" | grep '^MB-REPLIES '
exit "$code"
