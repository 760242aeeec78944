# Lets the pinned Synapse judge a staged configuration together with conf.d. Set before: image, owner, staged, root.
docker run --rm --network none --user "$owner" --cap-drop ALL --security-opt no-new-privileges:true \
  -v "$staged:/config:ro" -v "$root/synapse/conf.d:/conf.d:ro" -v "$root/synapse/keys:/keys:ro" \
  -v "$root/secrets/synapse:/secrets:ro" -v "$root/synapse/data:/data" \
  --entrypoint python "$image" -m synapse.config -c /config/homeserver.yaml -c /conf.d 2>&1
