import { access, readFile } from 'node:fs/promises';

/** The paths at which there is something. */
export async function existing(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => [path],
        () => [],
      ),
    ),
  );
  return found.flat();
}

/** Which of the identities only OpenSSH can use. */
export async function keyKinds(
  identityFiles: readonly string[],
  certificateFiles: readonly string[],
): Promise<{ securityKeys: string[]; certificates: string[] }> {
  const certificates = await existing([
    ...certificateFiles,
    ...identityFiles.map((path) => `${path}-cert.pub`),
  ]);
  const present = await existing(identityFiles);
  const kinds = await Promise.all(present.map(async (path) => ((await isSecurityKey(path)) ? [path] : [])));
  return { securityKeys: kinds.flat(), certificates };
}

/** The type stands in the public half, which in OpenSSH's format is at the head of the private file, too. */
async function isSecurityKey(path: string): Promise<boolean> {
  for (const file of [`${path}.pub`, path]) {
    const text = await readFile(file, 'latin1').catch(() => '');
    if (/^sk-/.test(text)) return true;
    const body = text.replace(/-----[^-]+-----|\s/g, '');
    if (Buffer.from(body, 'base64').subarray(0, 256).includes('sk-')) return true;
  }
  return false;
}
