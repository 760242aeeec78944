import { describe, expect, test } from 'vitest';
import type { TransportFacts } from '../../../src/host/choose.ts';
import { chooseTransport } from '../../../src/host/choose.ts';
import { parseConfig, plainEnv } from '../../../src/host/ssh-config.ts';

const around = { home: '/home/me', login: 'me', agent: '/run/agent' };
const parse = (text: string) => parseConfig(text, { host: 'box' }, around);

/** As OpenSSH 9.2 prints it for a host that the configuration says something about. */
const FULL = `host box
user admin
hostname box.example.org
port 2222
addressfamily inet6
gssapiauthentication yes
hashknownhosts yes
identitiesonly yes
identityagent SSH_AUTH_SOCK
hostkeyalias Box
identityfile ~/.ssh/id_%r
identityfile "/keys/with space"
identityfile none
certificatefile ~/.ssh/id-cert.pub
globalknownhostsfile /etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2
userknownhostsfile ~/.ssh/kh "%d/other kh"
proxyjump jump.example.org
knownhostscommand none
bindaddress 192.0.2.1
`;

describe('the output of ssh -G', () => {
  test('everything that matters', () => {
    expect(parse(FULL)).toEqual({
      hostname: 'box.example.org',
      port: 2222,
      user: 'admin',
      hostKeyAlias: 'Box',
      identityFiles: ['/home/me/.ssh/id_admin', '/keys/with space'],
      certificateFiles: ['/home/me/.ssh/id-cert.pub'],
      identitiesOnly: true,
      agent: '/run/agent',
      userKnownHosts: ['/home/me/.ssh/kh', '/home/me/other kh'],
      globalKnownHosts: ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
      hashKnownHosts: true,
      proxyJump: 'jump.example.org',
      gssapi: true,
      family: 6,
      bindAddress: '192.0.2.1',
      openssh: true,
    });
  });

  test.each([
    ['', '/run/agent'],
    ['identityagent none\n', undefined],
    ['identityagent /run/other\n', '/run/other'],
    ['identityagent ~/agent\n', '/home/me/agent'],
  ])('agent of %j', (text, agent) => {
    expect(parse(text).agent).toBe(agent);
  });

  test('what it does not say has the defaults of OpenSSH', () => {
    expect(parse('')).toMatchObject({ hostname: 'box', port: 22, user: 'me', hashKnownHosts: false });
  });

  test('ssh sees of our environment what it needs and nothing else', () => {
    expect(
      plainEnv({ HOME: '/h', PATH: '/p', SSH_AUTH_SOCK: '/a', SECRET: 'x', LC_ALL: 'de_DE.UTF-8' }),
    ).toEqual({
      HOME: '/h',
      PATH: '/p',
      SSH_AUTH_SOCK: '/a',
      LC_ALL: 'C',
    });
  });
});

describe('chooseTransport', () => {
  const facts: TransportFacts = {
    target: { host: 'box' },
    config: parse(''),
    authority: false,
    securityKeys: [],
    certificates: [],
    kerberos: false,
  };
  const withConfig = (text: string) => ({ ...facts, config: parse(text) });

  test('ssh2 unless something speaks against it', () => {
    expect(chooseTransport(facts)).toEqual({ transport: 'ssh2' });
    expect(chooseTransport(withConfig('gssapiauthentication yes\n')).transport).toBe('ssh2');
    expect(chooseTransport({ ...facts, kerberos: true }).transport).toBe('ssh2');
  });

  test.each<[string, TransportFacts, string]>([
    ['ProxyJump', withConfig('proxyjump jump\n'), 'jump'],
    ['ProxyCommand', withConfig('proxycommand nc %h %p\n'), 'ProxyCommand'],
    ['KnownHostsCommand', withConfig('knownhostscommand /bin/keys %H\n'), 'KnownHostsCommand'],
    ['an authority', { ...facts, authority: true }, '@cert-authority'],
    ['a certificate', { ...facts, certificates: ['/k-cert.pub'] }, '/k-cert.pub'],
    ['a security key', { ...facts, securityKeys: ['/id_sk'] }, '/id_sk'],
    ['Kerberos', { ...withConfig('gssapiauthentication yes\n'), kerberos: true }, 'Kerberos'],
  ])('openssh for %s, and says so', (_name, given, reason) => {
    const choice = chooseTransport(given);
    expect(choice.transport).toBe('openssh');
    expect(choice.reason).toContain(reason);
  });

  test('localhost is this machine, unless a login or a port say that it is a way to another', () => {
    const given = (target: TransportFacts['target']) => chooseTransport({ ...facts, target }).transport;
    expect(given({ host: 'localhost' })).toBe('local');
    expect(given({ host: 'localhost', port: 2222 })).toBe('ssh2');
    expect(given({ host: 'localhost', user: 'vagrant' })).toBe('ssh2');
  });
});
