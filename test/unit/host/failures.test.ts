import { describe, expect, test } from 'vitest';
import { judgeSudo } from '../../../src/host/sudo-failures.ts';
import { treeFailure, treeScript } from '../../../src/host/tree.ts';

describe('what sudo says', () => {
  test.each([
    [
      'MB-SSH-SUDO-PASSWORD',
      'Sorry, try again.\nsudo: no password was provided\nsudo: 1 incorrect password attempt\n',
    ],
    ['MB-SSH-SUDO-PASSWORD', 'sudo: 3 incorrect password attempts\n'],
    [
      'MB-SSH-SUDO-PASSWORD',
      'sudo: Authentication failed, try again.\nsudo: 1 incorrect authentication attempt\n',
    ],
    ['MB-SSH-SUDO-DENIED', 'bob is not in the sudoers file.  This incident will be reported.\n'],
    ['MB-SSH-SUDO-DENIED', "Sorry, user bob is not allowed to execute '/bin/sh' as root on box.\n"],
    ['MB-SSH-SUDO-DENIED', 'Sorry, user bob may not run sudo on box.\n'],
    ['MB-SSH-SUDO-DENIED', "sudo-rs: I'm sorry bob. I'm afraid I can't do that\n"],
    ['MB-SSH-SUDO-TTY', 'sudo: sorry, you must have a tty to run sudo\n'],
    ['MB-SSH-SUDO-MISSING', 'env: ‘sudo’: No such file or directory\n'],
    ['MB-SSH-SUDO', 'sudo: /etc/sudo.conf is owned by uid 1000, should be 0\n'],
  ])('%s: %j', (code, said) => {
    const { text } = judgeSudo('bob@box', said);
    expect(text.code).toBe(code);
    expect(text.safe).toBe('Nothing was changed.');
  });

  test('a lecture and a greeting are not quoted as the reason', () => {
    const said = 'Welcome!\n\nWe trust you have received the usual lecture\nsudo: no password was provided\n';
    expect(judgeSudo('bob@box', said).text.why).toBe('sudo: no password was provided');
  });
});

describe('putTree', () => {
  const file = (path: string) => ({ path, type: 'file' as const, content: 'x', mode: 0o600, uid: 0, gid: 0 });

  test.each(['relative', '/', '/a/', '/a//b', '/a/../b', '/a/./b', '/a\nb', '/a\0b', ''])(
    '%j is no path for it',
    (path) => {
      expect(() => treeScript([file(path)])).toThrow(TypeError);
    },
  );

  test('the same path twice is a mistake', () => {
    expect(() => treeScript([file('/a'), file('/a')])).toThrow(TypeError);
  });

  test('contents are in the input and never in the script', () => {
    const { script, input } = treeScript([
      { ...file('/a'), content: 'canary-1' },
      { ...file('/b'), content: 'canary-2' },
    ]);
    expect(script).not.toContain('canary');
    expect(input.toString()).toBe('canary-1canary-2');
  });

  test('a full disk names the path, and what is known to be safe', () => {
    const { text } = treeFailure(
      'box',
      97,
      'head: write error: No space left on device\ntree space staging /opt/a b\n',
    );
    expect(text).toMatchObject({ code: 'MB-HOST-DISK', safe: 'No file was replaced.' });
    expect(text.what).toContain('/opt/a b');
    expect(text.why).toContain('No space left');
    expect(treeFailure('box', 97, 'tree space placing /opt/a\n').text.safe).toBeUndefined();
  });

  test('an end that was not foreseen is told in its own words', () => {
    expect(treeFailure('box', 127, 'sh: flock: not found\n').text).toMatchObject({
      code: 'MB-HOST-TREE',
      why: 'sh: flock: not found',
    });
  });
});
