# Lets the pinned Synapse judge a staged configuration together with conf.d: the main process's, then each worker's. The
# same call as `python -m synapse.config` makes, once for all: each start of Python costs a second. What Synapse accepts and
# nobody may want is refused, too: `MB-REGISTRATION-OPEN SETTING` where people could make accounts without a token.
# Set before: image, owner, staged, root.
docker run --rm --interactive --network none --user "$owner" --cap-drop ALL --security-opt no-new-privileges:true \
  -v "$staged:/config:ro" -v "$root/synapse/conf.d:/conf.d:ro" -v "$root/synapse/keys:/keys:ro" \
  -v "$root/secrets/synapse:/secrets:ro" -v "$root/synapse/data:/data" \
  --env PYTHONPATH=/config --entrypoint python "$image" - 2>&1 <<'PYTHON'
import glob
import sys

from synapse.config._base import ConfigError
from synapse.config.homeserver import HomeServerConfig

for own in [None, *sorted(glob.glob("/config/workers/*.yaml"))]:
    files = ["/config/homeserver.yaml", *([own] if own else []), "/conf.d"]
    try:
        config = HomeServerConfig.load_config("", [word for path in files for word in ("-c", path)])
    except ConfigError as error:
        print(f"{own + ': ' if own else ''}{error}")
        sys.exit(1)
    registration = config.registration
    opened = [
        ("allow_guest_access", registration.allow_guest_access),
        ("registration_requires_token", registration.enable_registration and not registration.registration_requires_token),
        (
            "enable_registration_token_3pid_bypass",
            registration.enable_registration and registration.enable_registration_token_3pid_bypass,
        ),
    ]
    for setting, wrong in opened:
        if wrong:
            print(f"MB-REGISTRATION-OPEN {setting}")
            sys.exit(1)
PYTHON
