import type { AdminApi, ApiRequest } from '../../../src/apply/admin-api.ts';
import { loadScripts } from '../../../src/apply/load-scripts.ts';
import type { CommandContext } from '../../../src/cli/context.ts';
import type { Server } from '../../../src/commands/admin/server.ts';
import type { RunResult } from '../../../src/host/host.ts';

interface Given {
  /** What Synapse answers; absent: 200 and nothing. */
  readonly answer: (request: ApiRequest) => { readonly status: number; readonly body: object } | undefined;
  /** What a script says that looks at the machine. */
  readonly run?: (script: string) => Partial<RunResult>;
  readonly containers?: readonly { readonly service: string }[];
  readonly answers?: string;
  readonly files?: Readonly<Record<string, { readonly size: number }>>;
}

/** A server of example.org that answers what it is told to, and remembers what was asked and said. Nobody is asked anything. */
export const fakeServer = ({
  answer,
  run = () => ({}),
  containers = [],
  answers = '',
  files = {},
}: Given) => {
  const requests: ApiRequest[] = [];
  const batches: number[] = [];
  const said: string[] = [];
  const api: AdminApi = async (some) => {
    batches.push(some.length);
    return some.map((one) => {
      if ('mint' in one) throw new Error('nothing mints here');
      requests.push(one);
      return { status: 200, body: {}, ...answer(one) } as Awaited<ReturnType<AdminApi>>[number];
    });
  };
  const host = { run: async (script: string) => ({ code: 0, stdout: '', stderr: '', ...run(script) }) };
  const signal = new AbortController().signal;
  const line = (text: string) => void said.push(text);
  const server = {
    host,
    plain: host,
    scripts: loadScripts(),
    signal,
    machine: 'root@vps',
    domain: 'example.org',
    facts: {
      storedAnswers: answers,
      imageLock: '',
      containers,
      files,
      machine: { clock: 1_700_000_000 },
    },
    api,
    context: { ui: { print: line, note: line }, signal, interactive: false },
  };
  return {
    server: server as unknown as Server & { readonly context: CommandContext },
    requests,
    batches,
    said: () => said.join('\n'),
    /** `POST /path` of everything that is not only read. */
    changes: () =>
      requests
        .filter(({ method }) => method !== 'GET')
        .map(({ method, path, user }) => `${user ?? ''} ${method} ${decodeURIComponent(path)}`.trim()),
  };
};
