#!/bin/bash
# build.sh MAJOR
export DEBIAN_FRONTEND=noninteractive
groupadd -r --gid=999 postgres
useradd -r --gid=postgres --uid=999 --home-dir=/var/lib/postgresql --shell=/bin/bash postgres
install -d -o postgres -g postgres -m 1777 /var/lib/postgresql
apt-get update -q
fast=(--no-install-recommends -o DPkg::Options::=--force-unsafe-io)
apt-get install -yq "${fast[@]}" locales gosu postgresql-common tzdata xz-utils zstd
# The official image speaks en_US unless it is told otherwise: a database that needs the C locale must ask for it.
localedef -i en_US -c -f UTF-8 en_US.UTF-8
echo 'create_main_cluster = false' >> /etc/postgresql-common/createcluster.conf
apt-get install -yq "${fast[@]}" "postgresql-$1"
cd "/usr/share/postgresql/$1"
sed -ri "s!^#?(listen_addresses)\s*=\s*\S+.*!\1 = '*'!" postgresql.conf.sample
install -d -o postgres -g postgres -m 3777 /var/run/postgresql
rm -rf /var/lib/postgresql/* && install -d -o postgres -g postgres -m 1777 /var/lib/postgresql/data
mkdir /docker-entrypoint-initdb.d
install -m 0755 /mnt/entrypoint.sh /usr/local/bin/docker-entrypoint.sh
ln -sf "$(command -v gosu)" /usr/local/bin/gosu
"/usr/lib/postgresql/$1/bin/postgres" --version | sed 's/^[^0-9]*\([0-9.]*\).*/\1/' > /etc/postgres-version
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
