import { askOrFail } from '../../apply/admin-api.ts';
import { lookAtDisk } from '../../apply/look-at-disk.ts';
import { silentDatabase } from '../../apply/look-in-database.ts';
import { sizeText } from '../../backup/size.ts';
import type { DiskOptions } from '../../cli/people-options.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { count } from '../../text/count.ts';
import { jsonText } from '../../ui/json-text.ts';
import { agreeTo } from '../admin/ask.ts';
import { alone, type Server } from '../admin/server.ts';
import { nowOn } from '../invite/tokens.ts';
import { mediaService } from '../moderation/media.ts';

const DAY_MS = 24 * 3_600_000;

/** Deletes copies of other servers' media that nobody here has looked at for some time. */
export const purge = (
  options: DiskOptions & { readonly purgeOlder: number },
  server: Server,
): Promise<ExitCode> =>
  alone(server, async () => {
    const { ui } = server.context;
    const before = nowOn(server) - options.purgeOlder;
    const { database, silence } = await lookAtDisk(server, before);
    if (database === undefined) throw silentDatabase(silence);
    const { files, bytes } = database.stale;
    const days = Math.round(options.purgeOlder / DAY_MS);
    const what = `${count(files, 'file')} of other servers that nobody has looked at for ${count(days, 'day')}, ${sizeText(bytes)}`;
    const end = (deleted: number, text: string): ExitCode => {
      const result = { files, bytes, deleted, dryRun: options.dryRun };
      if (options.json) ui.print(jsonText(result));
      else ui.print(text);
      return EXIT.done;
    };
    if (files === 0) return end(0, 'Nothing to do: there are no such files.');
    if (options.dryRun) return end(0, `Dry run, nothing was changed: ${what}`);
    ui.note(
      `${what} are deleted here. They are fetched again when somebody looks at them, as long as their own server still has them.`,
    );
    await agreeTo(`Delete ${files} copies`, options, server.context);
    const body = await askOrFail(
      server.api,
      {
        method: 'POST',
        path: `/_synapse/admin/v1/purge_media_cache?before_ts=${before}`,
        body: {},
        ...mediaService(server),
      },
      'The copies could not be deleted.',
    );
    const deleted = typeof body.deleted === 'number' ? body.deleted : 0;
    return end(deleted, `Deleted: ${deleted} of ${files} files.`);
  });
