import { type CodeText, GOES_ON, NOTHING } from './explained.ts';

const UNSENT = 'Nothing was sent to that machine, and nothing was changed.';
const CONSOLE =
  "Compare the fingerprint with what the provider's console shows: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub";
const OR_ROOT = 'Or connect as root, if the machine allows it: root@HOST';

/** The way to a machine: address, host key, login, sudo. */
export const SSH_CODES = {
  'MB-SSH-NAME': {
    means: 'The name of the machine is known neither to the DNS nor to ~/.ssh/config.',
    why: 'Without an address there is nobody to ask.',
    fix: ['Check the spelling, or give the address: root@203.0.113.7'],
    safe: NOTHING,
  },
  'MB-SSH-UNREACHABLE': {
    means: 'There is no way from this computer to the machine.',
    why: 'The network said so at once: no route, or no network here.',
    fix: [
      'See that this computer is online and the machine runs',
      'For an IPv6 address, see that you have IPv6',
    ],
    safe: NOTHING,
  },
  'MB-SSH-REFUSED': {
    means: 'The machine is there, and nothing listens on that port.',
    why: 'sshd has not started yet, or listens on another port.',
    fix: ['Wait a minute if the machine was just made', 'Give the port of its sshd: root@HOST:PORT'],
    safe: NOTHING,
  },
  'MB-SSH-TIMEOUT': {
    means: 'The machine did not answer in time.',
    why: 'It is off, the address is wrong, or a firewall drops what is sent.',
    fix: ["Check the address, the port and the provider's firewall"],
    safe: NOTHING,
  },
  'MB-SSH-PROTOCOL': {
    means: 'Something answers on that port, but no SSH session came about.',
    why: 'It is not sshd, or the two have no algorithm in common.',
    fix: ['Check the port', "Try this computer's own OpenSSH: --ssh openssh"],
    safe: NOTHING,
  },
  'MB-SSH-CONFIG': {
    means: 'The SSH configuration of this computer cannot be read.',
    why: 'It says how to reach the machine, so it is not guessed around.',
    fix: ['See what is wrong: ssh -G HOST'],
    safe: NOTHING,
  },
  'MB-SSH-NO-OPENSSH': {
    means: 'The ssh program is needed for this connection, and is not on this computer.',
    why: 'Jump hosts, some keys and some settings are left to it.',
    fix: ['Install it: sudo apt-get install openssh-client'],
    safe: NOTHING,
  },
  'MB-SSH-AUTH': {
    means: 'The machine did not let us in with any key or password.',
    why: 'It is a wrong login name, a key that is not there, or a password that is not taken.',
    fix: [
      'Name the right key: --identity ~/.ssh/KEY',
      'Or give the password in a file: --ssh-password-file FILE',
      'See what the login is called: many providers use debian, ubuntu or admin',
    ],
    safe: NOTHING,
  },
  'MB-SSH-JUMP': {
    means: 'The jump host of your SSH configuration does not let ssh past without asking.',
    why: 'Its key is not known on this computer, or it wants a password that nobody can be asked for here.',
    fix: [
      'Log in to it once by yourself, compare its key, and say yes: ssh JUMPHOST',
      'Let a key in there: ssh-copy-id',
    ],
    safe: NOTHING,
  },
  'MB-SSH-LOST': {
    means: 'The connection was lost and did not come back.',
    why: 'The line or the machine went away.',
    fix: ['Run the same command again'],
    safe: 'Long work goes on on the machine by itself, and the same command picks it up.',
  },
  'MB-SSH-SHELL': {
    means: 'The login works, but runs no commands.',
    why: 'Its shell is nologin, or a forced command is set for its key.',
    fix: ['Use a login with an ordinary shell'],
    safe: NOTHING,
  },
  'MB-SSH-SESSION': {
    means: 'The machine let us in, and would not open another session.',
    why: 'MaxSessions is reached, or memory or processes have run out.',
    fix: ['On the machine: MaxSessions in sshd_config, free memory, number of processes'],
    safe: GOES_ON,
  },
  'MB-SSH-HOSTKEY-UNKNOWN': {
    means: 'The machine was never seen from here, and nobody confirmed its key.',
    why: 'Whoever sits in between would get every secret.',
    fix: [CONSOLE, 'Then: --host-key SHA256:…'],
    safe: UNSENT,
  },
  'MB-SSH-HOSTKEY-DECLINED': {
    means: 'You did not confirm the key of the machine.',
    why: 'Without that nothing is sent to it.',
    fix: [CONSOLE],
    safe: UNSENT,
  },
  'MB-SSH-HOSTKEY-MISMATCH': {
    means: 'The machine has no key with the fingerprint of --host-key.',
    why: 'The fingerprint was mistyped, or another machine answers there.',
    fix: [CONSOLE, 'Give the right one with --host-key'],
    safe: UNSENT,
  },
  'MB-SSH-HOSTKEY-CHANGED': {
    means: 'The key of the machine is another one than known_hosts has.',
    why: 'The machine was reinstalled, or somebody sits between you and it.',
    fix: [
      'Ask the provider, or look on its console, whether that is the new key',
      'Only then: ssh-keygen -R HOST',
    ],
    safe: UNSENT,
  },
  'MB-SSH-HOSTKEY-REVOKED': {
    means: 'The key of the machine is marked @revoked in known_hosts.',
    why: 'Somebody said that this key must not be trusted any more.',
    fix: ['Give the machine a new host key, or ask who revoked this one'],
    safe: UNSENT,
  },
  'MB-SSH-SUDO': {
    means: 'sudo failed in a way that is not known here; its own words are shown.',
    why: 'Installing needs root.',
    fix: ['On the machine: sudo -v && sudo id', OR_ROOT],
    safe: NOTHING,
  },
  'MB-SSH-SUDO-MISSING': {
    means: 'The login is not root, and the machine has no sudo.',
    why: 'Installing needs root.',
    fix: ['As root on the machine: apt-get install sudo && adduser LOGIN sudo', OR_ROOT],
    safe: NOTHING,
  },
  'MB-SSH-SUDO-ASK': {
    means: 'sudo wants a password, and nobody can be asked for it.',
    why: 'There is no terminal, or --non-interactive was given.',
    fix: ['Run it in a terminal, or: --sudo-password-file FILE', OR_ROOT],
    safe: NOTHING,
  },
  'MB-SSH-SUDO-PASSWORD': {
    means: 'sudo did not take the password.',
    why: "It wants the login's own password, not root's.",
    fix: ['Try it on the machine: sudo -k true'],
    safe: NOTHING,
  },
  'MB-SSH-SUDO-DENIED': {
    means: 'The login may not become root with sudo.',
    why: 'It is not in the sudoers.',
    fix: ['As root on the machine: adduser LOGIN sudo', OR_ROOT],
    safe: NOTHING,
  },
  'MB-SSH-SUDO-TTY': {
    means: 'sudo works on a terminal only (requiretty).',
    why: 'Scripts travel without one.',
    fix: ['As root, in a file below /etc/sudoers.d: Defaults:LOGIN !requiretty', OR_ROOT],
    safe: NOTHING,
  },
  'MB-SSH-SUDO-SLOW': {
    means: 'sudo did not answer in time.',
    why: 'The password may be right: sudo waits for a directory service or for the name of the machine.',
    fix: ['On the machine: time sudo -k true', "See whether the machine's own name is in its /etc/hosts"],
    safe: NOTHING,
  },
} satisfies Readonly<Record<string, CodeText>>;
