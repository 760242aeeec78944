import type { Change, ChangeKind, ChangeOf } from '../plan/change.ts';
import { createAdmin, proveAdminLogin } from './admin.ts';
import { createDatabase, recordDatabase, setDatabasePassword } from './database.ts';
import { checkDatabase, createDatabaseCertificate, writeDatabasePassword } from './database-elsewhere.ts';
import { keepIpv6Route, startDocker, writeDaemonConfig } from './docker.ts';
import {
  clearLeftovers,
  createSecrets,
  makeDirectories,
  removeFiles,
  repairOwners,
  writeFiles,
} from './files.ts';
import { pullImages } from './images.ts';
import { createModerationBot } from './moderation-bot.ts';
import {
  awaitCertificates,
  awaitProxy,
  awaitWellKnown,
  checkFederation,
  checkRegistration,
  checkShutOut,
} from './outside.ts';
import {
  addDockerRepository,
  installPackages,
  removeDockerRepository,
  repairDpkg,
  waitForCloudInit,
} from './packages.ts';
import { awaitBackgroundUpdates, backUp, pullRelease, stageRelease, switchRelease } from './release.ts';
import { restoreData } from './restore.ts';
import { awaitHealthy, reloadCaddy, removeServices, startServices, stopServices } from './services.ts';
import { createSigningKey, placeSigningKey } from './signing-key.ts';
import { writeSynapseConfig } from './synapse-config.ts';
import type { Outcome, Tools } from './tools.ts';
import { tryRelease } from './try-release.ts';

type Apply = { readonly [K in ChangeKind]: (change: ChangeOf<K>, tools: Tools) => Promise<Outcome> };

/** How each kind of change is carried out. Each is idempotent: after a kill the rerun does it again. */
const APPLY: Apply = {
  'wait-for-cloud-init': (_, tools) => waitForCloudInit(tools),
  'repair-dpkg': (_, tools) => repairDpkg(tools),
  'keep-ipv6-route': keepIpv6Route,
  'docker-repository': addDockerRepository,
  'remove-docker-repository': (_, tools) => removeDockerRepository(tools),
  'install-packages': installPackages,
  'docker-daemon-config': writeDaemonConfig,
  'start-docker': (_, tools) => startDocker(tools),
  'make-directories': makeDirectories,
  'clear-leftovers': clearLeftovers,
  'repair-owners': repairOwners,
  'create-secrets': (_, tools) => createSecrets(tools),
  'pull-images': pullImages,
  'create-signing-key': createSigningKey,
  'place-signing-key': placeSigningKey,
  'write-files': writeFiles,
  'remove-files': removeFiles,
  'write-synapse-config': writeSynapseConfig,
  'pull-release': pullRelease,
  'stage-release': stageRelease,
  'back-up': backUp,
  'try-release': tryRelease,
  'switch-release': switchRelease,
  'await-background-updates': awaitBackgroundUpdates,
  'create-database': (_, tools) => createDatabase(tools),
  'restore-data': restoreData,
  'record-database': recordDatabase,
  'start-services': startServices,
  'stop-services': stopServices,
  'remove-services': removeServices,
  'await-healthy': awaitHealthy,
  'create-database-certificate': createDatabaseCertificate,
  'write-database-password': writeDatabasePassword,
  'check-database': checkDatabase,
  'set-database-password': (_, tools) => setDatabasePassword(tools),
  'reload-caddy': (_, tools) => reloadCaddy(tools),
  'await-certificate': awaitCertificates,
  'await-proxy': (_, tools) => awaitProxy(tools),
  'await-well-known': awaitWellKnown,
  'check-federation': checkFederation,
  'check-shut-out': checkShutOut,
  'check-registration': checkRegistration,
  'create-admin': createAdmin,
  'prove-admin-login': proveAdminLogin,
  'create-moderation-bot': createModerationBot,
};

export const applyChange = (change: Change, tools: Tools): Promise<Outcome> =>
  (APPLY[change.kind] as (change: Change, tools: Tools) => Promise<Outcome>)(change, tools);
