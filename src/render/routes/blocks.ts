import type { ProcessBudget } from '../../sizing/budget.ts';
import { UPLOAD_LIMIT } from '../limits.ts';
import { balanceLines } from './balance.ts';
import { serving, upstreamOf } from './serving.ts';
import { ROUTES, type Route, type RoutedRole } from './table.ts';

/** Bytes of a body that Synapse takes where no media are: above 13,107,200 it resets the connection. */
const BODY_LIMIT = '13MB';
/** How long a request waits for a process that restarts. */
const PATIENCE = '15s';

const COMMENTS: Readonly<Record<RoutedRole, string>> = {
  media: "As large as max_upload_size in homeserver.yaml; elsewhere Synapse's own limit.",
  sync: 'What clients wait for.',
  stream_writer: 'What one process alone may write: typing, receipts, devices, account data and the like.',
  event_creator: 'Sending into rooms, joining and leaving them, profiles.',
  client_reader: 'What clients read and search; login and registration.',
  background: 'Searching the user directory.',
  federation_inbound: 'What other servers send.',
  federation_reader: 'What other servers ask for, and their joins.',
};

/** The roles in the table's order. */
const ROUTED_ROLES: readonly RoutedRole[] = [...new Set(ROUTES.routes.map(({ role }) => role))];

/** Routes of a role that one matcher can hold: those for every method, and those for the same methods. */
function groupsOf(role: RoutedRole): readonly (readonly Route[])[] {
  const groups = new Map<string, Route[]>();
  for (const route of ROUTES.routes.filter((candidate) => candidate.role === role)) {
    const methods = route.methods?.join(' ') ?? '';
    groups.set(methods, [...(groups.get(methods) ?? []), route]);
  }
  return [...groups.values()];
}

/** A named matcher: one alternation, the cheapest form of many paths (docs/decisions.md). */
function matcherLines(name: string, routes: readonly Route[]): readonly string[] {
  const paths = `vars_regexp {uri} ${routes.map(({ path }) => path).join('|')}`;
  const methods = routes[0]?.methods;
  if (methods === undefined) return [`@${name} ${paths}`];
  return [`@${name} {`, `\tmethod ${methods.join(' ')}`, `\t${paths}`, '}'];
}

function blocksOf(role: RoutedRole, processes: readonly ProcessBudget[]): readonly string[] {
  const servers = serving(role, processes);
  // Media have their own limit, whoever serves them.
  if (servers.length === 0 && role !== 'media') return [];
  const names = servers.length === 0 ? ['main'] : servers.map(({ name }) => name);
  const limit = role === 'media' ? UPLOAD_LIMIT.caddy : BODY_LIMIT;
  const inside = [
    ...balanceLines(role, names.length),
    `import proxy ${limit} ${PATIENCE} ${names.map(upstreamOf).join(' ')}`,
  ].map((line) => `\t${line}`);
  return groupsOf(role).flatMap((routes) => {
    const name = [role, ...(routes[0]?.methods ?? [])].join('_');
    return [`# ${COMMENTS[role]}`, ...matcherLines(name, routes), `handle @${name} {`, ...inside, '}'];
  });
}

/** What the Caddyfile has for each role before everything else goes to the main process; lines without indent. */
export const routeLines = (processes: readonly ProcessBudget[]): readonly string[] =>
  ROUTED_ROLES.flatMap((role) => blocksOf(role, processes));

/** Whether any role has several processes to choose from. */
export const isBalanced = (processes: readonly ProcessBudget[]): boolean =>
  ROUTED_ROLES.some((role) => serving(role, processes).length > 1);
