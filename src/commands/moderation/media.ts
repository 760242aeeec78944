import { askForEach, askOrFail, refusedBySynapse } from '../../apply/admin-api.ts';
import type { ModerationOptions } from '../../cli/people-options.ts';
import { EXIT, type ExitCode, UsageError } from '../../errors.ts';
import { printable } from '../../federation/printable.ts';
import { readMxc, readSubject } from '../../people/rooms.ts';
import type { Service } from '../../render/layout.ts';
import { count } from '../../text/count.ts';
import { jsonText } from '../../ui/json-text.ts';
import { alone, type Server } from '../admin/server.ts';
import { roomIdOf } from './rooms.ts';

interface Medium {
  readonly server: string;
  readonly mediaId: string;
}

/** Media of a person in one reply. */
const PAGE = 1000;

/** Media in one round trip, which has to end within 300 s; each takes up to a second on a busy server, a guess. */
const BATCH = 100;

/** Where media have a worker of their own, the main process does not serve them. */
export const mediaService = ({ facts }: Server): { readonly service?: Service } => {
  const worker = facts.containers.find(({ service }) => /^synapse-media(?:-\d+)?$/.test(service));
  return worker === undefined ? {} : { service: worker.service as Service };
};

/** What a subject stands for: a medium, what somebody here uploaded, what was posted in the clear in a room. */
const mediaOf = async (typed: string, server: Server): Promise<readonly Medium[]> => {
  const subject = readSubject(typed);
  if (subject?.kind === 'medium') return [subject];
  if (subject?.kind === 'user') return mediaOfUser(subject.userId, server);
  if (subject === undefined)
    throw new UsageError(
      `"${printable(typed)}" is no room, no account and no medium such as mxc://example.org/abc`,
    );
  const roomId = await roomIdOf(typed, server);
  const path = `/_synapse/admin/v1/room/${encodeURIComponent(roomId)}/media`;
  const body = await askOrFail(
    server.api,
    { method: 'GET', path, ...mediaService(server) },
    `The media of ${printable(roomId)} could not be listed.`,
  );
  return [body.local, body.remote]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .map((one) => readMxc(String(one)))
    .filter((one) => one !== undefined);
};

/** Page by page: what is uploaded meanwhile comes at the end. */
const mediaOfUser = async (userId: string, server: Server): Promise<readonly Medium[]> => {
  const media: Medium[] = [];
  for (let from: number | undefined = 0; from !== undefined; ) {
    const query = new URLSearchParams({
      from: String(from),
      limit: String(PAGE),
      order_by: 'created_ts',
      dir: 'f',
    });
    const path = `/_synapse/admin/v1/users/${encodeURIComponent(userId)}/media?${query}`;
    const body = await askOrFail(
      server.api,
      { method: 'GET', path, ...mediaService(server) },
      `The media of ${printable(userId)} could not be listed.`,
    );
    const list = Array.isArray(body.media) ? (body.media as Record<string, unknown>[]) : [];
    media.push(...list.map(({ media_id: mediaId }) => ({ server: server.domain, mediaId: String(mediaId) })));
    const next: unknown = body.next_token;
    from = typeof next === 'number' && next > from ? next : undefined;
  }
  return media;
};

/** Takes media out of everybody's sight on this server, or shows them again; the files stay. */
export const setQuarantined =
  (wanted: boolean) =>
  (options: ModerationOptions, server: Server): Promise<ExitCode> =>
    alone(server, async () => {
      const { ui } = server.context;
      const media = await mediaOf(options.subject ?? '', server);
      const verb = wanted ? 'quarantine' : 'unquarantine';
      if (!options.dryRun) await tell(media, verb, server);
      if (options.json) {
        const uris = media.map(({ server: host, mediaId }) => `mxc://${host}/${mediaId}`);
        ui.print(jsonText({ media: uris, quarantined: wanted, dryRun: options.dryRun }));
        return EXIT.done;
      }
      const files = count(media.length, 'file');
      if (media.length === 0)
        ui.print(
          'Nothing to do: there are no such media. Of encrypted rooms this server does not know which media are theirs.',
        );
      else if (options.dryRun) ui.note(`Dry run: ${files} would be ${verb}d; nothing was changed.`);
      else if (wanted)
        ui.print(
          `Quarantined: ${files}. Nobody gets to see them through this server; unquarantine takes it back.`,
        );
      else ui.print(`Unquarantined: ${files}.`);
      return EXIT.done;
    });

/** One that is refused keeps no other one back. @throws Failure MB-ADMIN-REFUSED at the end */
const tell = async (media: readonly Medium[], verb: string, server: Server): Promise<void> => {
  const replies = await askForEach(server.api, media, {
    requestsFor: ({ server: host, mediaId }) => [
      {
        method: 'POST',
        path: `/_synapse/admin/v1/media/${verb}/${encodeURIComponent(host)}/${encodeURIComponent(mediaId)}`,
        body: {},
        ...mediaService(server),
      },
    ],
    batch: BATCH,
    signal: server.context.signal,
  });
  const refused = replies.filter((reply) => reply?.status !== 200);
  if (refused.length > 0)
    throw refusedBySynapse(
      refused[0],
      `${refused.length} of ${media.length} files could not be ${verb}d; the others were.`,
    );
};
