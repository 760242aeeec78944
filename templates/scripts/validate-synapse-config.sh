# Lets the pinned Synapse judge a staged configuration together with conf.d: the main process's, then each worker's. The
# same call as `python -m synapse.config` makes, once for all: each start of Python costs a second.
# Set before: image, owner, staged, root.
docker run --rm --interactive --network none --user "$owner" --cap-drop ALL --security-opt no-new-privileges:true \
  -v "$staged:/config:ro" -v "$root/synapse/conf.d:/conf.d:ro" -v "$root/synapse/keys:/keys:ro" \
  -v "$root/secrets/synapse:/secrets:ro" -v "$root/synapse/data:/data" \
  --entrypoint python "$image" - 2>&1 <<'PYTHON'
import glob
import sys

from synapse.config._base import ConfigError
from synapse.config.homeserver import HomeServerConfig

for own in [None, *sorted(glob.glob("/config/workers/*.yaml"))]:
    files = ["/config/homeserver.yaml", *([own] if own else []), "/conf.d"]
    try:
        HomeServerConfig.load_config("", [word for path in files for word in ("-c", path)])
    except ConfigError as error:
        print(f"{own + ': ' if own else ''}{error}")
        sys.exit(1)
PYTHON
