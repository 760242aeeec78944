import { AS_IT_WAS, type CodeText, GOES_ON, NOTHING } from './explained.ts';

/** The machine itself: what it is, what is on it, and what it was asked to do. */
export const MACHINE_CODES = {
  'MB-HOST-FACTS': {
    means: 'The machine could not be read: its answer was not the expected document.',
    why: 'Without knowing what is there nothing is changed.',
    fix: ['Run the same command again; if it repeats, the log has the whole answer'],
    safe: NOTHING,
  },
  'MB-HOST-ARCH': {
    means: 'The processor is one that the images are not made for.',
    why: 'Synapse is published for x86_64 and aarch64.',
    fix: ['Use a VPS with an x86_64 (AMD, Intel) or aarch64 (ARM) processor'],
    safe: NOTHING,
  },
  'MB-HOST-OS': {
    means: 'Docker is not there, and this tool cannot install it on this system.',
    why: 'It installs Docker on Debian 12 and 13 and on Ubuntu 22.04, 24.04 and 26.04.',
    fix: ['Install Docker with its Compose plugin yourself, then run this again'],
    safe: NOTHING,
  },
  'MB-HOST-MEMORY': {
    means: 'The machine has less memory than the smallest plan needs.',
    why: 'Postgres or Synapse would be killed for lack of it, again and again.',
    fix: ['Use a larger VPS', 'See what fits: matrix-bastion plan --memory 2G'],
    safe: NOTHING,
  },
  'MB-HOST-KERNEL': {
    means: 'The kernel is too old for Docker.',
    why: 'Its storage for images needs a newer one.',
    fix: ['Upgrade the system and reboot; where the kernel is the provider’s, take another VPS'],
    safe: NOTHING,
  },
  'MB-HOST-CONTAINER': {
    means: 'The machine is itself a container that may not run containers.',
    why: 'Docker would install, and start nothing.',
    fix: ['On Proxmox or LXC: pct set ID --features nesting=1,keyctl=1', 'Or take a virtual machine (KVM)'],
    safe: NOTHING,
  },
  'MB-HOST-DISK': {
    means: 'The disk has too little room, or became full.',
    why: 'Postgres stops when its disk is full.',
    fix: ['See what takes it: df -h, then du -xh / | sort -h | tail', 'Make room, or take a larger disk'],
    safe: GOES_ON,
  },
  'MB-HOST-INODES': {
    means: 'The file system has too few inodes left.',
    why: 'Without them no file can be made, however much space there is.',
    fix: ['See which folder has the most: du --inodes -x / | sort -n | tail', 'Remove small files there'],
    safe: NOTHING,
  },
  'MB-HOST-CLOCK': {
    means: "The machine's clock is wrong.",
    why: 'Certificates, package lists and signed events are judged by time.',
    fix: ['On the machine: apt-get install systemd-timesyncd && timedatectl set-ntp true'],
    safe: NOTHING,
  },
  'MB-YOUR-CLOCK': {
    means: "Your own computer's clock is wrong.",
    why: 'What is checked from here may look invalid, or valid, when it is not.',
    fix: ['Let this computer set its clock (NTP)'],
    safe: 'It is a warning: the run goes on.',
  },
  'MB-HOST-ROOT': {
    means: '/opt/matrix-bastion is a file or a link, and a folder is needed there.',
    why: 'Nothing of this tool makes such a thing, so it is neither removed nor followed.',
    fix: [
      'Move it away',
      'For another disk: mount --bind /THE/FOLDER /opt/matrix-bastion, and in /etc/fstab',
    ],
    safe: NOTHING,
  },
  'MB-HOST-BUSY': {
    means: 'cloud-init or another installation of packages is running on the machine.',
    why: 'Packages can only be installed after it.',
    fix: [
      'Nothing, if it ends by itself: the first step waits for it',
      'See what it does: cloud-init status --long; ps',
    ],
    safe: 'It is a warning: the run goes on, and waits in step 1.',
  },
  'MB-HOST-PORT': {
    means:
      'Something else listens where the server would: on 80 or 443, at --proxy-listen, or on 5432 of a database machine.',
    why: 'Two programs cannot share a port, and what is yours is never stopped.',
    fix: [
      'See who it is: ss -ltnp',
      'Stop it for good if it is not needed: systemctl disable --now NAME',
      'A web server on 80 and 443 may stay, with Matrix behind it: --proxy nginx, apache, caddy, traefik, haproxy or other',
    ],
    safe: NOTHING,
  },
  'MB-PROXY-LISTEN': {
    means: 'The address of --proxy-listen is none of the machine.',
    why: 'The server waits there for your own web server, so it has to be one of its own addresses.',
    fix: [
      'See which it has: ip -brief addr',
      'Give one of them that is not public, or leave --proxy-listen out',
    ],
    safe: NOTHING,
  },
  'MB-HOST-TIMEOUT': {
    means: 'A command on the machine did not end in time and was stopped.',
    why: 'The machine is very slow, or something hangs.',
    fix: ['Run the same command again; the log says which command it was'],
    safe: GOES_ON,
  },
  'MB-HOST-JOB': {
    means: 'The machine could not start or follow work of its own.',
    why: 'Long work runs there by itself, so that a lost connection does not end it.',
    fix: ['See that the machine has setsid and flock (util-linux) and a writable /run'],
    safe: GOES_ON,
  },
  'MB-HOST-JOB-LOST': {
    means: 'Work on the machine ended without a result.',
    why: 'The machine went down, or something killed it.',
    fix: ['Run the same command again: it starts over'],
    safe: GOES_ON,
  },
  'MB-HOST-JOB-NONE': {
    means: 'Work that was to be followed is not on the machine.',
    why: 'It was never started, or the machine was restarted since.',
    fix: ['Run the same command again: it starts over'],
    safe: GOES_ON,
  },
  'MB-HOST-TREE': {
    means: 'Files could not be put in place on the machine.',
    why: 'Something else stands there, or the disk takes no writes.',
    fix: ['On the machine: ls -ld PATH; df -h', 'Move what is in the way, then run the same command again'],
    safe: 'Each file is whole: the old one or the new one, never a half.',
  },
  'MB-HOST-WRITE': {
    means: 'A small change to files on the machine failed: a copy, an owner, a removal.',
    why: 'What cannot be kept or secured is not replaced.',
    fix: ['Check the disk of /opt/matrix-bastion: df -h, df -i', 'Then run the same command again'],
    safe: GOES_ON,
  },
  'MB-DOCKER-SNAP': {
    means: 'Docker is installed as a snap.',
    why: 'The snap cannot see /opt, where the server keeps its data.',
    fix: ['Back up what it runs, then: snap remove docker'],
    safe: NOTHING,
  },
  'MB-DOCKER-PODMAN': {
    means: 'The command docker is Podman on this machine.',
    why: 'Health checks and internal networks of Compose need the Docker engine.',
    fix: ['apt-get remove podman-docker, then run this again: Docker is installed'],
    safe: NOTHING,
  },
  'MB-DOCKER-OLD': {
    means: 'The Docker engine is too old.',
    why: 'It cannot run the images under its own seccomp profile.',
    fix: ['Upgrade it by the way it was installed, or remove it: a new one is installed'],
    safe: NOTHING,
  },
  'MB-DOCKER-COMPOSE': {
    means: 'Compose v2 is missing or too old, and cannot be had from where Docker came from.',
    why: 'An engine that somebody else installed is not changed by this tool.',
    fix: [
      'Install the Compose plugin by the way the engine was installed',
      'Or, without an engine: --docker-source docker',
    ],
    safe: NOTHING,
  },
  'MB-DOCKER-KEY': {
    means: "The signing key of Docker's repository or its mirror is not the expected one.",
    why: 'Whoever has that key may run anything on your machine as root.',
    fix: [
      'Take the distribution’s packages: --docker-source distro',
      'For a mirror that you trust: --docker-mirror-fingerprint',
    ],
    safe: 'The key was not installed, and no package either.',
  },
  'MB-DOCKER-REPOSITORY': {
    means: "The key of Docker's repository could not be fetched from the machine.",
    why: 'Its packages are only taken with a key that was checked.',
    fix: ["Check the machine's DNS, firewall and proxy", 'Or: --docker-source distro'],
    safe: 'No package was changed.',
  },
  'MB-DOCKER-START': {
    means: 'Docker is installed, and its daemon does not answer.',
    why: 'Everything runs in it.',
    fix: ['On the machine: journalctl -u docker -n 50', 'Repair it, then run this again'],
    safe: GOES_ON,
  },
  'MB-CLOUD-INIT': {
    means: 'cloud-init was still running when the patience for it ended.',
    why: 'It may still install packages or change users: nothing is installed beside it.',
    fix: ['On the machine: cloud-init status --long', 'Let it finish, then run this again'],
    safe: NOTHING,
  },
  'MB-APT': {
    means: 'apt or dpkg failed; its own words are shown.',
    why: 'Packages that are needed are missing.',
    fix: ['On the machine: apt-get update && apt-get -f install', 'Then run this again'],
    safe: GOES_ON,
  },
  'MB-APT-LOCK': {
    means: 'Another installation of packages held the lock for too long.',
    why: 'Taking the lock away would break its work.',
    fix: ['See what it does: ps -fp PID, as shown', 'Let it finish, then run this again'],
    safe: 'No package was changed.',
  },
  'MB-IPV6-ROUTE': {
    means: 'The IPv6 default route could not be protected.',
    why: "Docker's forwarding would take the machine's IPv6 away.",
    fix: ['On the machine: sysctl -p /etc/sysctl.d/60-matrix-bastion-ipv6.conf'],
    safe: 'Docker was not touched.',
  },
  'MB-RUN-LOCK': {
    means: 'The lock against a second run could not be taken, and nobody holds it.',
    why: 'Two runs at once would undo each other.',
    fix: ['See whether /run on the machine is full or read-only'],
    safe: AS_IT_WAS,
  },
  'MB-RUN-LOCKED': {
    means: 'Another run is working on this machine.',
    why: 'Two runs at once would undo each other.',
    fix: ['Wait until it has ended', 'If it hangs: matrix-bastion unlock USER@HOST'],
    safe: AS_IT_WAS,
  },
  'MB-RUN-UNLOCKED': {
    means: 'The lock of this run was taken away by unlock.',
    why: 'Somebody else may be changing the machine now.',
    fix: ['Run the same command again: it looks at what is there'],
    safe: GOES_ON,
  },
  'MB-LOCK-CHANGED': {
    means: 'The lock is not the one any more that unlock had shown.',
    why: 'That run has ended, or another one has begun.',
    fix: ['Run unlock again to see who holds it now'],
    safe: 'Nothing was removed.',
  },
} satisfies Readonly<Record<string, CodeText>>;
