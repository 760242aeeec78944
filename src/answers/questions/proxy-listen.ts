import { parseListen } from '../listen.ts';
import type { Question } from '../question.ts';

/** Where Docker's own bridge has the machine unless somebody moved it (Docker's manual, "Bridge network driver"). */
export const DOCKER_BRIDGE = '172.17.0.1:8008';

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
  default: (_known, { webServer }) =>
    webServer?.inContainer
      ? {
          value: DOCKER_BRIDGE,
          reason: "Docker's bridge: a proxy in a container does not reach the machine's loopback",
        }
      : {
          value: '127.0.0.1:8008',
          reason: "reachable from this machine alone, on the port of Synapse's own manual",
        },
};
