#!/bin/bash
# build.sh REQUIREMENT...: packages of Python that this version of Synapse does not get along with in their newest form.
export PIP_CERT=/mnt/host-ca.pem PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
/usr/local/bin/python -m pip install -q "$@"
