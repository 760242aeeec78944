import { WEB_CLIENTS } from '../answers.ts';
import { bad, ok, type Question } from '../question.ts';
import { usualClientHost } from './client-host.ts';

/** Clients that people ask for and that are not served here, with the truth about each. */
const OTHERS: Readonly<Record<string, string>> = {
  schildichat:
    'has no web client that is maintained: its last commit is of 2024. Nearest to it are element, which it was made from, and cinny',
  fluffychat: 'needs nothing on the server: people install it and type the domain',
  'element-x': 'is an app for phones that needs nothing on the server',
  app: 'is not served here: people open https://app.element.io, and none is the answer for that',
};

export const client: Question<'client'> = {
  id: 'client',
  flag: '--client <client>',
  environment: 'MATRIX_BASTION_CLIENT',
  label: 'Web client that this machine serves',
  help: 'web client that this machine serves: element, cinny or none; any other app can be used as well',
  choices: [
    { value: 'none', label: 'none: people use https://app.element.io, or an app' },
    { value: 'element', label: 'element: the most used, and the most tested' },
    { value: 'cinny', label: 'cinny: lighter; takes invitations by link' },
  ],
  asked: false,
  required: true,
  dependsOn: ['domain', 'matrixHost', 'proxy'],
  when: ({ proxy }) => proxy === 'none',
  otherwise:
    'cannot be served behind --proxy: people use https://app.element.io, or serve a client there yourself',
  parse(text) {
    const wanted = text.trim().toLowerCase();
    const found = WEB_CLIENTS.find((name) => name === wanted);
    if (found) return ok(found);
    const truth = OTHERS[wanted.replace(/[ _]/g, '-').replace(/-?web$/, '')];
    return bad(`"${text.trim()}" ${truth ?? `is not a web client: ${WEB_CLIENTS.join(', ')}`}`);
  },
  default: ({ domain = '', matrixHost }, { clientName }) =>
    clientName === usualClientHost(domain) && clientName !== matrixHost
      ? { value: 'element', reason: `${clientName} leads to this machine` }
      : { value: 'none', reason: 'a client of your own needs a DNS record more' },
};
