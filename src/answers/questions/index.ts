import type { Question, QuestionId } from '../question.ts';
import { admin } from './admin.ts';
import { client } from './client.ts';
import { clientHost } from './client-host.ts';
import { database } from './database.ts';
import { databaseCa } from './database-ca.ts';
import { dbHost } from './db-host.ts';
import { dockerMirror } from './docker-mirror.ts';
import { dockerMirrorFingerprint } from './docker-mirror-fingerprint.ts';
import { dockerSource } from './docker-source.ts';
import { domain } from './domain.ts';
import { email } from './email.ts';
import { federateWith } from './federate-with.ts';
import { federation } from './federation.ts';
import { federationAllow } from './federation-allow.ts';
import { federationCa } from './federation-ca.ts';
import { largestRoom } from './largest-room.ts';
import { matrixHost } from './matrix-host.ts';
import { moderation } from './moderation.ts';
import { proxy } from './proxy.ts';
import { proxyListen } from './proxy-listen.ts';
import { publicAddress } from './public-address.ts';
import { registration } from './registration.ts';
import { rooms } from './rooms.ts';
import { tier } from './tier.ts';
import { users } from './users.ts';

/** Every question, in the order in which they are asked and resolved: defaults look only upwards. */
export const QUESTIONS = {
  domain,
  matrixHost,
  tier,
  rooms,
  users,
  federation,
  federationAllow,
  largestRoom,
  admin,
  registration,
  email,
  dockerSource,
  dockerMirror,
  dockerMirrorFingerprint,
  proxy,
  proxyListen,
  client,
  clientHost,
  moderation,
  publicAddress,
  federateWith,
  federationCa,
  dbHost,
  database,
  databaseCa,
} satisfies { readonly [K in QuestionId]: Question<K> };

/** The same as a list. */
export const QUESTION_LIST: readonly Question[] = Object.values(QUESTIONS) as unknown as readonly Question[];
