import { parseListen } from '../listen.ts';
import type { Question } from '../question.ts';

export const proxyListen: Question<'proxyListen'> = {
  id: 'proxyListen',
  flag: '--proxy-listen <address:port>',
  environment: 'MATRIX_BASTION_PROXY_LISTEN',
  label: 'Where the server listens for it (address:port)',
  help: 'where the server listens for --proxy, in plain HTTP; an address of this machine that is not public',
  asked: false,
  required: true,
  when: ({ proxy }) => proxy !== 'none',
  otherwise: 'needs --proxy',
  dependsOn: ['proxy'],
  parse: parseListen,
  default: () => ({
    value: '127.0.0.1:8008',
    reason: "reachable from this machine alone, on the port of Synapse's own manual",
  }),
};
