import { parseAnswersFile } from '../../answers/file.ts';
import { pendingRestore } from '../../backup/mark.ts';
import { PATHS } from '../../render/layout.ts';
import { type Check, problem } from './problem.ts';

export const dns: Check = (goal, { host, outside }) => {
  // A live server is not stopped by a passing fault of the DNS; a new name for it has to be there first.
  const stored = parseAnswersFile(host.storedAnswers, PATHS.answers).answers.matrixHost;
  // One that is being restored is not live yet: its names may still lead to where it was.
  const live = host.storedAnswers !== '' && pendingRestore(host.restoreMark) === undefined;
  if (live && stored === goal.answers.matrixHost) return [];
  const name = goal.answers.matrixHost;
  const seen = outside.names[name];
  const own = [...new Set([...host.addresses, ...outside.target, ...goal.answers.publicAddress])];
  const records = [...(seen?.a ?? []), ...(seen?.aaaa ?? [])];
  if (records.length === 0) {
    return [
      problem({
        code: 'MB-DNS-MISSING',
        what: `${name} has no address in the DNS${seen?.error ? ` (${seen.error})` : ''}.`,
        why: 'Clients, other servers and the certificate authority find the server by this name.',
        fix: [
          `At your DNS provider add: ${name} A ${own.find((address) => address.includes('.')) ?? 'the machine'}`,
          'Then run this again, or now with --wait: it goes on as soon as the name is there.',
        ],
      }),
    ];
  }
  const wrong = records.filter((address) => !own.includes(address));
  if (wrong.length === 0) return [];
  return [
    problem({
      code: 'MB-DNS-ELSEWHERE',
      what: `${name} points at ${wrong.join(', ')}, which is not this machine (${own.join(', ')}).`,
      why: 'The certificate authority would ask that machine, and so would everybody else.',
      fix: [
        `At your DNS provider change or remove the record of ${wrong.join(', ')}.`,
        `If the machine is behind address translation and ${wrong[0]} leads to it: add --public-address ${wrong[0]}`,
        'Then run this again, or now with --wait.',
      ],
    }),
  ];
};
