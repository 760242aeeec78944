import { expect } from 'vitest';
import type { Vps } from '../../world/index.ts';

/** Every file of the folders where something could be left, with owner, mode, size and time; every package. */
const LOOK = `find /etc /opt /root /home /srv /usr/local -xdev -printf '%p %l %y %m %U %G %s %T@\\n' | sort
dpkg -l
ls -l /usr/bin/docker 2>&1`;

/** Runs work that must leave a machine as it was. */
export const untouched = async <T>(vps: Vps, work: () => Promise<T>): Promise<T> => {
  const before = (await vps.exec(LOOK, { reject: false })).stdout.split('\n');
  const result = await work();
  const after = (await vps.exec(LOOK, { reject: false })).stdout.split('\n');
  expect(before.length).toBeGreaterThan(300);
  // Only what differs: a whole listing helps nobody.
  const had = new Set(before);
  const has = new Set(after);
  expect(after.filter((line) => !had.has(line))).toEqual([]);
  expect(before.filter((line) => !has.has(line))).toEqual([]);
  return result;
};
