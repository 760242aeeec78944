import { expect } from 'vitest';
import { product } from '../../support/product.ts';
import type { Server } from '../life/server.ts';

/** A backup of a server whose database is elsewhere holds that database, with so many accounts, and would bring it back. */
export const backedUp = async ({ vps, domain }: Server, accounts: number): Promise<void> => {
  const to = [`${vps.user}@${vps.ip}`, '--host-key', vps.fingerprint, '--non-interactive'];
  const made = await product(['backup', ...to]);
  expect(made.exitCode, made.all).toBe(0);
  const file = /\/var\/backups\/\S+\.tar/.exec(made.all)?.[0] ?? '';
  const { stdout } = await vps.exec(`tar -xOf ${file} proof.json`);
  expect((JSON.parse(stdout) as { rows: Record<string, number> }).rows['public.users']).toBe(accounts);
  const verified = await product(['backup', ...to, '--verify', `host:${file}`]);
  expect(verified.exitCode, verified.all).toBe(0);
  expect(verified.all).toMatch(new RegExp(`Verified +${domain}`));
  await vps.exec(`rm ${file}`);
};
