import type { Answers } from '../answers/answers.ts';
import type { Operator } from '../apply/operator.ts';
import { askHost } from './ask-host.ts';

/** The operator's side of a run that does nothing but tell what it would do; passwords are words in brackets. */
export const tellingOperator = (answers: Answers, tell: (what: string) => void): Operator => ({
  wait: 0,
  async awaitCertificate(name) {
    tell(`TLS with ${name} on port 443, until its certificate is valid`);
    return undefined;
  },
  async awaitProxy() {
    tell(`https://${answers.matrixHost}/_matrix/client/versions, until the proxy hands it on`);
    return 'done';
  },
  async awaitWellKnown() {
    tell(`https://${answers.domain}/.well-known/matrix/server and /client, until they are published`);
    return 'done';
  },
  async checkFederation(_apexHere, runOnHost) {
    tell(`the federation of ${answers.domain}, as another server sees it`);
    await askHost({ serverName: answers.domain, host: answers.matrixHost, port: 443 }, runOnHost);
    return 'done';
  },
  async isStrangerShutOut() {
    tell(`ask https://${answers.matrixHost} as a server that is on no list, and be refused`);
    return true;
  },
  async tryToRegister() {
    tell(`register at https://${answers.matrixHost} without a token, and be refused`);
    return answers.registration === 'closed' ? 'closed' : 'token';
  },
  judgeKey(_file, { fingerprint }) {
    tell(`the fingerprint of the key has to be ${fingerprint}: else nothing follows`);
    return Buffer.from('(the packets of the key with that fingerprint)\n');
  },
  adminPassword: async () => "(the administrator's password)",
  async proveLogin(localpart) {
    tell(`log in as ${localpart} at https://${answers.matrixHost}, and log out`);
  },
});
