/**
 * A server's life on one Debian 13 machine: installed, run again, looked at from all sides, changed by hand, rebooted,
 * reached in every way. The parts go on where the one before ended.
 */
import { afterAll, beforeAll, describe } from 'vitest';
import { freshMachine } from '../support/fresh.ts';
import { addresses } from './life/addresses.ts';
import { checks } from './life/checks.ts';
import { distance } from './life/distance.ts';
import { drift, ownSettings } from './life/drift.ts';
import { showFigures } from './life/figures.ts';
import { hygiene } from './life/hygiene.ts';
import { firstInstallation } from './life/installation.ts';
import type { Life } from './life/life.ts';
import { passwords } from './life/passwords.ts';
import { reboot } from './life/reboot.ts';
import { rerun } from './life/rerun.ts';
import { secrets } from './life/secrets.ts';
import { Server } from './life/server.ts';
import { transports } from './life/transports.ts';
import { uninstall } from './life/uninstall.ts';
import { diskUse } from './people/disk-use.ts';
import { otherServers } from './people/other-servers.ts';
import { succession } from './people/succession.ts';

describe('the life of a server', () => {
  let machines: { server: Server; peer: Server } | undefined;
  let life: Life | undefined;
  const known = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('the servers could not be installed');
    return value;
  };
  const theLife = () => known(life);

  beforeAll(async () => {
    const [server, peer] = await Promise.all([
      freshMachine('t-life', 'life.test'),
      freshMachine('t-peer', 'peer.test'),
    ]);
    machines = { server: new Server(server, 'life.test'), peer: new Server(peer, 'peer.test') };
  });
  afterAll(async () => {
    showFigures();
    await machines?.server.vps.remove();
    await machines?.peer.vps.remove();
  });

  firstInstallation(
    () => known(machines),
    (installed) => {
      life = installed;
    },
  );
  rerun(theLife);
  distance(theLife);
  hygiene(theLife);
  secrets(theLife);
  addresses(theLife);
  checks(theLife);
  ownSettings(theLife);
  passwords(theLife);
  drift(theLife);
  transports(theLife);
  // Commands for a running server that need another one: they are given to the peer, whose life this is not.
  const neighbours = () => ({ ours: theLife().peer, theirs: theLife().server });
  succession(neighbours);
  diskUse(neighbours);
  otherServers(neighbours);
  reboot(theLife);
  uninstall(theLife);
});
