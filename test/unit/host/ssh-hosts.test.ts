import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { configuredHosts } from '../../../src/host/ssh-hosts.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ssh-hosts-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const hostsOf = (files: Readonly<Record<string, string>>): readonly string[] => {
  for (const [name, text] of Object.entries(files)) {
    const path = join(home, '.ssh', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return configuredHosts({ HOME: home });
};

test('names in their order, each once, without patterns', () => {
  const config = `# mine
Host vps
  HostName 203.0.113.7
host = other "third one" # and a comment
HOST *.example !not.example web? vps
Match host x.example
  User root
Host last`;
  expect(hostsOf({ config })).toEqual(['vps', 'other', 'third one', 'last']);
});

test('a name that logs in as git is no machine of one’s own', () => {
  expect(hostsOf({ config: 'Host forge\n User git\nHost vps\n User gitta\nMatch all\n User git\n' })).toEqual(
    ['vps'],
  );
});

test('included files: patterns, relative to ~/.ssh, from the home, absolute, in a circle', () => {
  writeFileSync(join(home, 'elsewhere'), 'Host from-home\n');
  const config = `Include conf.d/*.conf no/such/file ~/elsewhere "${home}/elsew[a-h]ere"\nHost own\nInclude config\n`;
  expect(
    hostsOf({
      config,
      'conf.d/b.conf': 'Host b\n',
      'conf.d/a.conf': 'Host a\n',
      'conf.d/.hidden.conf': 'Host hidden\n',
      'conf.d/c.txt': 'Host c\n',
    }),
  ).toEqual(['a', 'b', 'from-home', 'own']);
});

test('without a file, or with one that cannot be read, there are none', () => {
  expect(configuredHosts({ HOME: join(home, 'none') })).toEqual([]);
  mkdirSync(join(home, '.ssh', 'config'), { recursive: true });
  expect(configuredHosts({ HOME: home })).toEqual([]);
});
