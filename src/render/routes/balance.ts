import type { RoutedRole } from './table.ts';

/** The header that carries what a request is balanced by; a client's own is taken away, and Synapse never sees it. */
const HASH = 'X-Bastion-Hash';

/**
 * By what requests of a role stay with one of several processes: directives that put it into the header. Where they
 * put nothing, the process with the fewest connections takes the request.
 */
interface Balance {
  readonly comment: string;
  readonly directives: readonly string[];
}

/** The name in a token of Synapse's own form (`syt_NAME_…`), else the token, from the header or from the query. */
const BY_USER: Balance = {
  comment: 'Several processes: all devices of a user stay with one.',
  directives: [
    'map "{header.Authorization} {query.access_token}" {bastion_user} {',
    '\t~(?i)^(?:Bearer)?\\s+syt_([^_\\s]+)_ "$1"',
    '\t~(?i)^(?:Bearer)?\\s+(\\S+) "$1"',
    '\tdefault ""',
    '}',
    `request_header ${HASH} {bastion_user}`,
  ],
};

/** Rooms of a client's path. A room's `messages` have to stay with one process (workers.md). */
const BY_ROOM: Balance = {
  comment: 'Several processes: a room stays with one.',
  directives: [
    '@room vars_regexp room {uri} ^/_matrix/client/[^?]*?/rooms/([^/?]+)',
    `request_header @room ${HASH} {re.room.1}`,
  ],
};

/** The sending server as it names itself, which stays the same over its source addresses. */
const BY_ORIGIN: Balance = {
  comment: 'Several processes: a server stays with one, by the name that it gives or by its address.',
  directives: [
    'map {header.Authorization} {bastion_origin} {',
    '\t~(?i)^X-Matrix\\s.*\\borigin="?([^",\\s]+) "$1"',
    '\tdefault {client_ip}',
    '}',
    `request_header ${HASH} {bastion_origin}`,
  ],
};

const BALANCES: Partial<Readonly<Record<RoutedRole, Balance>>> = {
  sync: BY_USER,
  event_creator: BY_ROOM,
  client_reader: BY_ROOM,
  federation_inbound: BY_ORIGIN,
};

/** How several processes of a role share its requests; no lines for one process. */
export function balanceLines(role: RoutedRole, processes: number): readonly string[] {
  const balance = processes > 1 ? BALANCES[role] : undefined;
  return balance === undefined ? [] : [`# ${balance.comment}`, ...balance.directives];
}

/** Within `reverse_proxy`: the same value goes to the same process, and only a dead process's values move. */
export const POLICY: readonly string[] = [
  `lb_policy header ${HASH} {`,
  '\tfallback least_conn',
  '}',
  `header_up -${HASH}`,
];

/** Before anything is routed. */
export const NO_FOREIGN_HASH = `request_header -${HASH}`;
