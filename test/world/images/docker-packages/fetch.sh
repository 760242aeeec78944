#!/bin/bash
# fetch.sh SUITE PACKAGE…: leaves the packages of the release it runs in below /srv/incoming/SUITE.
suite=$1
shift
mkdir -p "/srv/incoming/$suite"
cd "/srv/incoming/$suite"
apt-get update -q
apt-get -o APT::Sandbox::User=root download "$@"
