# Asks the running Synapse's module for a moderation bot: whether it is configured, whether Synapse said that it loaded it, and
# whether the bot answers it. Set before: root. Prints `MB-MODULE {"configured":…,"answers":…}` and, where the log still has
# it, `MB-MODULE-LOADED`. The key of the module is read inside of the container and goes nowhere else.
set -u
cd "$root" || exit 1
timeout 60 docker compose exec -T synapse python - <<'PYTHON'
import glob, json, urllib.error, urllib.request, yaml

settings = {}
for path in ["/config/homeserver.yaml", *sorted(glob.glob("/conf.d/*.yaml"))]:
    with open(path) as file:
        settings.update(yaml.safe_load(file) or {})
ours = [one["config"] for one in settings.get("modules") or [] if one.get("module", "").startswith("synapse_http_antispam.")]
answers = False
if ours:
    config = ours[0]
    with open(config["authorization_path"]) as file:
        key = file.read().strip()
    # Mjolnir knows no ping: it is asked about an invitation that nobody sends.
    path, body = ("ping", {"id": "matrix-bastion"}) if config.get("do_ping") else (
        "user_may_invite", {"inviter": "@nobody:invalid", "invitee": "@nobody:invalid", "room_id": "!nowhere:invalid"})
    request = urllib.request.Request(
        config["base_url"] + "/" + path, json.dumps(body).encode(),
        {"Content-Type": "application/json", "Authorization": "Bearer " + key})
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=10) as answer:
            answers = answer.status == 200
    except (OSError, ValueError):
        pass
print("MB-MODULE " + json.dumps({"configured": bool(ours), "answers": answers}))
PYTHON
container=$(timeout 20 docker compose ps -q synapse)
started=$(timeout 20 docker inspect --format '{{.State.StartedAt}}' "$container" 2>/dev/null)
[ -z "$started" ] || timeout 30 docker logs --since "$started" "$container" 2>&1 |
  grep -q -m 1 'Loaded module.*HTTPAntispam' && echo 'MB-MODULE-LOADED yes'
true
