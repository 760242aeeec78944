import type { AdminReply, AdminRequest, ApiRequest } from '../../../src/apply/admin-api.ts';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import type { ModerationOptions, UserOptions } from '../../../src/cli/people-options.ts';
import type { Server } from '../../../src/commands/admin/server.ts';
import type { Host, RunResult } from '../../../src/host/host.ts';
import { installed } from '../../support/installed.ts';

/** What Synapse answers; undefined: 404. */
type Synapse = (request: ApiRequest) => AdminReply | undefined;

export interface FakeServer {
  readonly server: Server;
  /** `stop` and `start` of the bot's container, and requests that change something, in order. */
  readonly done: string[];
  readonly printed: string[];
}

interface Settings {
  readonly synapse?: Synapse;
  /** State of the bot's container. */
  readonly state?: string;
  readonly signal?: AbortSignal;
  /** Exit code of `docker compose stop` and `start`. */
  readonly code?: (action: string) => number;
}

/** A server with Draupnir whose machine knows how to stop and start it. */
export const fakeServer = ({ synapse, state = 'running', signal, code }: Settings = {}): FakeServer => {
  const done: string[] = [];
  const printed: string[] = [];
  const { host: facts } = installed({ moderation: 'draupnir' });
  const run: Host['run'] = async (script, options = {}): Promise<RunResult> => {
    options.signal?.throwIfAborted();
    const [, action] = /docker compose (stop|start) '?draupnir/.exec(script) ?? [];
    if (action !== undefined) done.push(action);
    return { code: (action && code?.(action)) || 0, stdout: '', stderr: '' };
  };
  const api = async (requests: readonly AdminRequest[]): Promise<AdminReply[]> => {
    signal?.throwIfAborted();
    return requests.map((request) => {
      if ('mint' in request) throw new Error('no account is made here');
      if (request.method !== 'GET') done.push(`${request.method} ${decodeURIComponent(request.path)}`);
      return synapse?.(request) ?? { status: request.method === 'GET' ? 404 : 200, body: {} };
    });
  };
  const say = (line: string) => void printed.push(line);
  const server = {
    host: { name: 'vps', run },
    plain: { name: 'vps', run },
    machine: 'root@vps',
    domain: 'example.org',
    facts: {
      ...facts,
      containers: facts.containers.map((one) => (one.service === 'draupnir' ? { ...one, state } : one)),
    },
    scripts: loadScripts(),
    signal: signal ?? new AbortController().signal,
    api,
    context: { ui: { print: say, note: say, table: () => {} }, interactive: false },
  } as unknown as Server;
  return { server, done, printed };
};

export const moderationOptions = (parts: Partial<ModerationOptions>): ModerationOptions =>
  ({ target: 'root@vps', json: false, dryRun: false, more: [], init: {}, ...parts }) as ModerationOptions;

export const userOptions = (parts: Partial<UserOptions>): UserOptions =>
  ({ target: 'root@vps', json: false, yes: true, logoutDevices: true, ...parts }) as UserOptions;
