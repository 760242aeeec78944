#!/bin/bash
# build.sh VERSION: a Matrix client library in Python, for tests that talk to a server as somebody else's program does.
export PIP_CERT=/mnt/host-ca.pem PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
/usr/local/bin/python -m pip install -q "matrix-nio[e2e]==$1"
cd / && python -c 'import nio; assert nio.crypto.ENCRYPTION_ENABLED'
