import { randomBytes } from 'node:crypto';
import { type Access, Client, expectOk } from './client.ts';
import { picture } from './picture.ts';
import { inParallel } from './pool.ts';

export interface MediaTask {
  readonly task: 'media';
  readonly users: readonly Access[];
  /** MiB of each file. */
  readonly files: readonly number[];
  /** Width and height of a picture, whose thumbnails the server makes. */
  readonly pictures: readonly (readonly [number, number])[];
  /** mxc:// addresses on other servers, to be fetched through ours. */
  readonly foreign: readonly string[];
  readonly width: number;
}

export interface MediaResult {
  readonly mxc: readonly string[];
  readonly upMib: number;
  readonly downMib: number;
  readonly seconds: number;
}

/** Files and pictures go up, come down again, and so do those of other servers. */
export async function media(task: MediaTask): Promise<MediaResult> {
  const client = (index: number) => new Client(task.users[index % task.users.length] as Access);
  const begun = performance.now();
  const contents = [
    ...task.files.map((mib) => ({ bytes: randomBytes(mib * 1024 * 1024), type: 'application/octet-stream' })),
    ...task.pictures.map(([width, height]) => ({ bytes: picture(width, height), type: 'image/png' })),
  ];
  const mxc = await inParallel(contents, task.width, async ({ bytes, type }, index) =>
    String(expectOk('upload', await client(index).upload(bytes, type)).content_uri),
  );
  const down = await inParallel([...mxc, ...task.foreign], task.width, async (address, index) => {
    const { status, bytes } = await client(index + 1).download(address);
    if (status !== 200) throw new Error(`download of ${address}: ${status}`);
    return bytes;
  });
  const mib = (bytes: readonly number[]) => bytes.reduce((sum, one) => sum + one, 0) / 1024 / 1024;
  return {
    mxc,
    upMib: mib(contents.map(({ bytes }) => bytes.length)),
    downMib: mib(down),
    seconds: (performance.now() - begun) / 1000,
  };
}
