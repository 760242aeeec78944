#!/bin/bash
# build.sh VERSION: a server that speaks S3, for tests that keep something in an object store.
export PIP_CERT=/mnt/host-ca.pem PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
/usr/local/bin/python -m pip install -q "moto[s3]==$1" flask flask-cors
cd / && python -c 'import moto.server, moto.s3.urls'
