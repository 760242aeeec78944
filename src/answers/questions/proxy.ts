import { PROXIES } from '../answers.ts';
import { bad, ok, type Question } from '../question.ts';

export const proxy: Question<'proxy'> = {
  id: 'proxy',
  flag: '--proxy <name>',
  environment: 'MATRIX_BASTION_PROXY',
  label: 'Web server that keeps ports 80 and 443',
  help: 'your own web server that keeps ports 80 and 443, in front of this one: none, nginx, apache, caddy, traefik, haproxy, other; it is not touched, its lines are printed',
  choices: [
    { value: 'none', label: 'none: the server takes ports 80 and 443 itself' },
    { value: 'nginx', label: 'nginx: stays, and hands Matrix on' },
    { value: 'apache', label: 'apache: stays, and hands Matrix on' },
    { value: 'caddy', label: 'caddy: stays, and hands Matrix on' },
    { value: 'traefik', label: 'traefik: stays, and hands Matrix on' },
    { value: 'haproxy', label: 'haproxy: stays, and hands Matrix on' },
    { value: 'other', label: 'other: what it has to do is listed, without its own words' },
  ],
  asked: 'where-found',
  required: true,
  parse(text) {
    const wanted = text.trim().toLowerCase();
    const found = PROXIES.find((name) => name === wanted);
    return found ? ok(found) : bad(`"${text.trim()}" is not a web server known here: ${PROXIES.join(', ')}`);
  },
  default: (_known, { webServer }) =>
    webServer === undefined
      ? { value: 'none', reason: 'a machine of its own is the least that can break' }
      : { value: webServer.software, reason: webServer.found },
};
