#!/bin/bash
# Makes a signed package repository in /srv that looks as Docker's own does, out of Debian's packages. It is signed by
# a key that is not Docker's: whoever has pinned the real one has to refuse it.
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -yq --no-install-recommends -o DPkg::Options::=--force-unsafe-io apt-utils gnupg
arch=$(dpkg --print-architecture)
site=/srv/linux/debian
mkdir -p "$site"

export GNUPGHOME=/tmp/gnupg
mkdir -m 0700 "$GNUPGHOME"
gpg --batch --quiet --passphrase '' --quick-generate-key 'World Release (stand-in for Docker) <world@example.org>' rsa3072 sign never
gpg --armor --export > "$site/gpg"
gpg --with-colons --list-keys | awk -F: '$1 == "fpr" { print $10; exit }' > /srv/fingerprint

# repack SUITE NAME VERSION FIELDS DEB…: the first package with its scripts, the others' files added, under another name.
repack() {
  local suite=$1 name=$2 version=$3 fields=$4 tree=/tmp/tree
  shift 4
  rm -rf "$tree"
  dpkg-deb -R "$1" "$tree"
  shift
  local deb
  for deb in "$@"; do dpkg-deb -x "$deb" "$tree"; done
  rm -rf "$tree/usr/share/doc" "$tree/usr/share/lintian" "$tree/usr/bin/docker-compose" "$tree/DEBIAN/md5sums"
  {
    printf 'Package: %s\nVersion: %s\nArchitecture: %s\nSection: admin\nPriority: optional\n' "$name" "$version" "$arch"
    printf 'Maintainer: World <world@example.org>\n%s\n' "$fields"
    printf 'Description: %s, made of Debian packages\n' "$name"
  } > "$tree/DEBIAN/control"
  local pool="$site/dists/$suite/pool/stable/$arch"
  mkdir -p "$pool"
  dpkg-deb --root-owner-group -Zgzip -z1 -b "$tree" "$pool/${name}_${version#*:}_$arch.deb" > /dev/null
}

# The upstream part of a package's version.
upstream() { dpkg-deb -f "$1" Version | sed -E 's/^[0-9]+://; s/[-+~].*//'; }

publish() {
  local suite=$1 new=/srv/incoming/trixie own=/srv/incoming/$1 mark="1~debian.$2~$1" engine
  engine="5:$(upstream $new/docker.io_*)-$mark"
  local older='docker (<< 1.5~), docker-engine, docker.io, lxc-docker, lxc-docker-virtual-package'
  repack "$suite" containerd.io "$(upstream $new/containerd_*)-$mark" \
    'Depends: libc6 (>= 2.34), libseccomp2 (>= 2.5.0)
Conflicts: containerd, runc
Replaces: containerd, runc
Provides: containerd, runc' $new/containerd_* "$own"/runc_*
  repack "$suite" docker-ce "$engine" \
    "Depends: containerd.io (>= 1.7), docker-ce-cli, iptables, libc6 (>= 2.34), libsystemd0, adduser, tini
Recommends: apparmor, ca-certificates, git, pigz, procps, xz-utils
Conflicts: $older
Replaces: docker-engine" $new/docker.io_*
  repack "$suite" docker-ce-cli "$engine" \
    "Depends: libc6 (>= 2.34)
Recommends: docker-buildx-plugin, docker-compose-plugin
Conflicts: $older
Replaces: docker-ce (<< 5:0)" $new/docker-cli_*
  repack "$suite" docker-compose-plugin "$(upstream $new/docker-compose_*)-$mark" \
    'Depends: libc6 (>= 2.34)
Enhances: docker-ce-cli' $new/docker-compose_*
  repack "$suite" docker-buildx-plugin "$(upstream $new/docker-buildx_*)-$mark" \
    'Depends: libc6 (>= 2.34)
Enhances: docker-ce-cli' $new/docker-buildx_*

  cd "$site"
  local index="dists/$suite/stable/binary-$arch"
  mkdir -p "$index"
  apt-ftparchive packages "dists/$suite/pool" > "$index/Packages"
  gzip -k "$index/Packages"
  apt-ftparchive -o APT::FTPArchive::Release::Origin=Docker -o APT::FTPArchive::Release::Label='Docker CE' \
    -o "APT::FTPArchive::Release::Suite=$suite" -o "APT::FTPArchive::Release::Codename=$suite" \
    -o "APT::FTPArchive::Release::Architectures=$arch" -o APT::FTPArchive::Release::Components=stable \
    release "dists/$suite" > /tmp/Release
  mv /tmp/Release "dists/$suite/Release"
  gpg --batch --yes --clearsign -o "dists/$suite/InRelease" "dists/$suite/Release"
  gpg --batch --yes --armor --detach-sign -o "dists/$suite/Release.gpg" "dists/$suite/Release"
}

publish trixie 13
publish bookworm 12
gpgconf --kill all
rm -rf /srv/incoming
