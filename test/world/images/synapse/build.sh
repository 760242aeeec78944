#!/bin/bash
# build.sh VERSION
export PIP_CERT=/mnt/host-ca.pem PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
/usr/local/bin/python -m pip install -q "matrix-synapse[postgres,redis,url-preview,oidc,jwt,cache-memory]==$1"
install -m 0755 /mnt/start.py /start.py
install -D -m 0644 /mnt/log.config /conf/log.config
cd / && python -c 'import synapse, txredisapi, psycopg2; print(synapse.__version__)'
for tool in register_new_matrix_user hash_password update_synapse_database synapse_port_db; do command -v "$tool"; done
