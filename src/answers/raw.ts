import type { Answers, OwnProxy } from './answers.ts';
import type { Known, QuestionId, Values } from './question.ts';

/** Answers as text, as they come from flags, the environment, a prompt or a file. An empty text unsets. */
export type RawAnswers = Readonly<Partial<Record<QuestionId, string | readonly string[]>>>;

/** The two questions about somebody's own proxy as one answer. */
export const proxyOf = ({ proxy = 'none', proxyListen }: Known): OwnProxy | undefined =>
  proxy === 'none' || proxyListen === undefined ? undefined : { software: proxy, listen: proxyListen };

/** Values of all questions → the answers. Undefined while a required one is open. */
export function assemble(values: Known): Answers | undefined {
  const {
    domain,
    matrixHost,
    tier,
    rooms,
    federation,
    admin,
    registration,
    dockerSource,
    proxy,
    proxyListen,
  } = values;
  if (
    domain === undefined ||
    matrixHost === undefined ||
    tier === undefined ||
    rooms === undefined ||
    federation === undefined ||
    admin === undefined ||
    registration === undefined ||
    dockerSource === undefined ||
    proxy === undefined
  )
    return undefined;
  const {
    users,
    largestRoom,
    email,
    client,
    clientHost,
    moderation,
    dockerMirror: url,
    dockerMirrorFingerprint: fingerprint,
    federationCa,
    dbHost,
    database,
    databaseCa,
  } = values;
  if ((url === undefined) !== (fingerprint === undefined)) return undefined;
  if ((proxy === 'none') !== (proxyListen === undefined)) return undefined;
  const inFront = proxyOf(values);
  return {
    domain,
    matrixHost,
    tier,
    rooms,
    ...(users !== undefined && { users }),
    federation,
    federationAllow: values.federationAllow ?? [],
    ...(largestRoom !== undefined && { largestRoom }),
    admin,
    registration,
    ...(email !== undefined && { email }),
    ...(client !== undefined &&
      client !== 'none' &&
      clientHost !== undefined && { client: { name: client, host: clientHost } }),
    ...(moderation !== undefined && moderation !== 'none' && { moderation }),
    dockerSource,
    ...(url !== undefined && fingerprint !== undefined && { dockerMirror: { url, fingerprint } }),
    ...(inFront && { proxy: inFront }),
    publicAddress: values.publicAddress ?? [],
    federateWith: values.federateWith ?? [],
    ...(federationCa !== undefined && { federationCa }),
    ...(dbHost !== undefined && { dbHost }),
    ...(database !== undefined && { database }),
    ...(databaseCa !== undefined && databaseCa !== '' && { databaseCa }),
  };
}

/** The way back: answers → one value per question. */
export function takeApart(answers: Answers): Known {
  const { client, dockerMirror, proxy, federationAllow, publicAddress, federateWith, ...plain } = answers;
  return {
    ...plain,
    ...(client && { client: client.name, clientHost: client.host }),
    ...(dockerMirror && {
      dockerMirror: dockerMirror.url,
      dockerMirrorFingerprint: dockerMirror.fingerprint,
    }),
    ...(proxy && { proxy: proxy.software, proxyListen: proxy.listen }),
    ...(federationAllow.length > 0 && { federationAllow }),
    ...(publicAddress.length > 0 && { publicAddress }),
    ...(federateWith.length > 0 && { federateWith }),
  } satisfies Partial<Values>;
}
