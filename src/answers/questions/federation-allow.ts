import { parseServerName } from '../../federation/server-name.ts';
import { bothForms, parseHostname, SERVER_NAME_LIMIT } from '../hostname.ts';
import { parseList } from '../list.ts';
import { bad, ok, type Parsed, type Question } from '../question.ts';

export const federationAllow: Question<'federationAllow'> = {
  id: 'federationAllow',
  flag: '--federation-allow <domain>',
  environment: 'MATRIX_BASTION_FEDERATION_ALLOW',
  label: 'Servers to talk to, by the domain of their users',
  help: 'server that this one talks to, by the domain of its users; repeatable',
  repeatable: true,
  asked: false,
  required: true,
  when: ({ federation }) => federation === 'allowlist',
  otherwise: 'needs --federation allowlist',
  dependsOn: ['federation'],
  parse(text) {
    const names = parseList(text, serverName);
    return names.ok && names.value.length === 0 ? bad('a server is needed, for example example.com') : names;
  },
  show: (names) => names.map(bothForms).join(', '),
};

/** Another server's name, exactly as its users have it: Synapse compares it whole, with its port and without wildcards. */
function serverName(text: string): Parsed<string> {
  const name = parseServerName(text);
  if ('invalid' in name) return parseHostname(text, SERVER_NAME_LIMIT);
  if (name.literal !== undefined) return ok(text.toLowerCase());
  const host = parseHostname(name.host, SERVER_NAME_LIMIT);
  return host.ok && name.port !== undefined ? ok(`${host.value}:${name.port}`) : host;
}
