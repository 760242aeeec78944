import type { Answers, OwnProxy } from '../answers/answers.ts';
import type { FailureText } from '../errors.ts';
import type { Finding } from '../federation/judge.ts';
import { wellKnownFiles } from '../federation/wellknown.ts';
import { PROXY_NAMES, proxySetUp } from '../render/proxy.ts';

/** What only somebody else can do, with the very texts. */

/** The files of a website elsewhere. */
export const notPublished = (answers: Answers): FailureText => {
  const files = wellKnownFiles(answers);
  return {
    code: 'MB-WELL-KNOWN',
    what: `Not published yet: https://${answers.domain}/.well-known/matrix/`,
    why: `${answers.domain} is another machine's website. Until it has these files, nobody can write to @…:${answers.domain}.`,
    fix: [
      `Put these files on the website of ${answers.domain}, as application/json with the header Access-Control-Allow-Origin: *`,
      `/.well-known/matrix/server  ${files.server.trim()}`,
      `/.well-known/matrix/client  ${files.client.trim()}`,
      ...(files.support ? [`/.well-known/matrix/support ${files.support.trim()}`] : []),
      'Then run this again, or now with --wait: it goes on as soon as they are there.',
    ],
    safe: 'The server is up; only the signpost is missing.',
  };
};

const GO_ON = 'Then run this again, or now with --wait: it goes on as soon as the server is seen there.';

const upBehind = ({ listen }: OwnProxy): string =>
  `The server is up at http://${listen} on its machine; only the way from outside is missing.`;

/**
 * A proxy of somebody's own that does not hand requests on yet.
 * @param why what was seen in the place of the server, in a few words
 */
export const proxyNotSetUp = (
  answers: Answers,
  proxy: OwnProxy,
  apexHere: boolean,
  why: string,
): FailureText => {
  const name = PROXY_NAMES[proxy.software];
  const { parts, besides } = proxySetUp(answers, proxy, apexHere);
  return {
    code: 'MB-PROXY',
    what: `https://${answers.matrixHost} does not lead to the server through ${name} yet.`,
    why: `${why}. The proxy is yours, so nothing in it was touched.`,
    fix: [
      ...parts.flatMap(({ path, where, lines }) => [
        `Put this into ${where} (on the machine it is ${path}):`,
        '',
        ...lines.map((line) => (line === '' ? '' : `  ${line}`)),
        '',
      ]),
      ...besides,
      GO_ON,
    ],
    who: 'you',
    safe: upBehind(proxy),
  };
};

/** A proxy of somebody's own that hands requests on, but not as it ought to. */
export const proxyNotRight = (
  { domain }: Answers,
  proxy: OwnProxy,
  { code, title, where, seen, why, fix, recipe }: Finding,
): FailureText => ({
  code,
  what: `${domain} is not in order yet: ${title}. Do not invite anyone until this is green.`,
  why: `${where}: ${seen}. ${why}`,
  fix: [
    ...fix,
    ...(recipe ? [`In ${recipe.software}:`, ...recipe.lines.map((line) => `  ${line}`)] : []),
    GO_ON,
  ],
  who: 'you',
  safe: upBehind(proxy),
});
