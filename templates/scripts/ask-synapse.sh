# Asks Synapse's admin API over the container's own loopback, as the account that is kept for that. Set before: root, memory
# (a folder in /run), account (how that account's name begins), bots (lines `NAME UID:GID`: moderation bots that may have an
# account). On standard input: a JSON list of requests {method, path, body, service, anonymous, seconds, as, user} (as: in the name of
# such a bot; user: in the name of an account of this server, whose token is borrowed from the admin API, lives in the memory
# of one process for ten minutes at most, and is logged out at the end) or {mint, displayname, renew}: an ordinary account for
# a bot, whose token becomes a file of the bot's; with renew one that is there gets a new token. Prints
# `MB-REPLIES [{status, body}, …]`. Tokens and bodies travel over standard input only. The own account's token
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


def ask(method, path, body=None, token="", service="localhost", seconds=100):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "X-Forwarded-For": "127.0.0.1"}
    if token:
        headers["Authorization"] = "Bearer " + token
    request = urllib.request.Request("http://%s:8008%s" % (service, path), data, headers, method=method)
    try:
        with open_url(request, timeout=seconds) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read()
    except TimeoutError:
        # Synapse may wait for another server that is gone.
        return 504, {"error": "no answer within %d s" % seconds}
    try:
        return status, json.loads(text or b"{}")
    except ValueError:
        return status, {"error": text[:200].decode("utf-8", "replace")}


def registered(name, admin, displayname):
    with open("/secrets/registration_shared_secret") as file:
        key = file.read().strip().encode()
    password = secrets.token_urlsafe(32)
    _, nonce = ask("GET", "/_synapse/admin/v1/register")
    parts = [nonce.get("nonce", ""), name, password, "admin" if admin else "notadmin", "bot"]
    mac = hmac.new(key, b"\0".join(part.encode() for part in parts), hashlib.sha1).hexdigest()
    return ask("POST", "/_synapse/admin/v1/register", {
        "nonce": parts[0], "username": name, "password": password, "admin": admin, "user_type": "bot",
        "displayname": displayname, "mac": mac,
    })


def minted():
    name = account + secrets.token_hex(4)
    status, made = registered(name, True, "matrix-bastion (the installer's own account)")
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


def renewed(user_id, token):
    password = secrets.token_urlsafe(32)
    path = "/_synapse/admin/v2/users/" + urllib.parse.quote(user_id, safe="")
    # Whatever was done to the account: a deactivated or locked one cannot log in.
    back = {"password": password, "logout_devices": True, "deactivated": False, "locked": False}
    status, said = ask("PUT", path, back, token)
    if status != 200:
        return status, said
    who = {"type": "m.id.user", "user": user_id}
    return ask("POST", "/_matrix/client/v3/login", {
        "type": "m.login.password", "identifier": who, "password": password})


def bot_account(one, own, token):
    name = one["mint"]
    user_id = "@%s:%s" % (name, own.split(":", 1)[1])
    known = ask("GET", "/_matrix/client/v3/account/whoami", token=bots[name]) if bots.get(name) else (401, {})
    if known[1].get("user_id") == user_id:
        return 200, {"user_id": user_id}
    status, made = registered(name, False, one["displayname"])
    if made.get("errcode") == "M_USER_IN_USE" and one.get("renew"):
        status, made = renewed(user_id, token)
    if "access_token" in made:
        bots[name] = made["access_token"]
        print("MB-BOT %s %s" % (name, made["access_token"]), flush=True)
        return 200, {"user_id": made["user_id"]}
    return status, made


def user_path(user, what):
    return "/_synapse/admin/v1/users/%s/%s" % (urllib.parse.quote(user, safe=""), what)


borrowed = {}


def borrow(user):
    if user not in borrowed:
        if not borrowed:
            # What is done for others here is limited by its own account's limits, and nobody logs in with that.
            ask("POST", user_path(own, "override_ratelimit"), {"messages_per_second": 0, "burst_count": 0}, token)
        until = int(time.time() * 1000) + 600000
        borrowed[user] = ask("POST", user_path(user, "login"), {"valid_until_ms": until}, token)
    return borrowed[user]


def answer(one):
    if "mint" in one:
        return bot_account(one, own, token)
    bearer = "" if one.get("anonymous") else bots.get(one["as"], "") if "as" in one else token
    if "user" in one:
        status, body = borrow(one["user"])
        if "access_token" not in body:
            return status, body
        bearer = body["access_token"]
    service, seconds = one.get("service", "localhost"), one.get("seconds", 100)
    return ask(one["method"], one["path"], one.get("body"), bearer, service, seconds)


token = sys.stdin.readline().strip()
bots = {name: sys.stdin.readline().strip() for name in sys.argv[2:]}
requests = json.load(sys.stdin)
status, known = ask("GET", "/_matrix/client/v3/account/whoami", token=token) if token else (401, {})
own = known.get("user_id", "")
if status in (401, 403):
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
first_line() { if [ -s "$1" ]; then head -n 1 "$1"; else echo; fi; }
names=$(printf '%s\n' "$bots" | cut -d ' ' -f 1)
# The word splitting is meant: names are plain words.
# shellcheck disable=SC2086
said=$({
  first_line "$folder/token"
  for name in $names; do first_line "$root/secrets/$name/access_token"; done
  cat
} | timeout 300 docker compose exec -T synapse python -c "$program" "$account" $names)
code=$?
token=$(printf '%s\n' "$said" | sed -n 's/^MB-TOKEN //p')
if [ -n "$token" ]; then
  printf '%s\n' "$token" >"$folder/token.new" && sync "$folder/token.new" && mv "$folder/token.new" "$folder/token" || exit 1
fi
# Mjolnir reads secrets out of its configuration only: they are its second file.
keep_bot() {
  home=$root/secrets/$1
  owner=$(printf '%s\n' "$bots" | sed -n "s/^$1 //p")
  put() { chown "$owner" "$1.new" && sync "$1.new" && mv "$1.new" "$1"; }
  if [ "$1" = mjolnir ]; then
    key=$(head -n 1 "$home/antispam_authorization") &&
      printf '{"accessToken":"%s","web":{"synapseHTTPAntispam":{"authorization":"%s"}}}\n' "$2" "$key" >"$home/local.json.new" &&
      put "$home/local.json" || return 1
  fi
  printf '%s\n' "$2" >"$home/access_token.new" && put "$home/access_token"
}
for name in $names; do
  made=$(printf '%s\n' "$said" | sed -n "s/^MB-BOT $name //p" | tail -n 1)
  [ -z "$made" ] || keep_bot "$name" "$made" || exit 1
done
printf '%s\n' "$said" | grep '^MB-REPLIES '
exit "$code"
