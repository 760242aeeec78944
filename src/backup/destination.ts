import { parseTarget } from '../host/target.ts';

/** Where backups are kept, as the server's machine sees it. */
export interface Destination {
  /** `user@host`, reached by the machine's own ssh; absent for a folder of the machine itself. */
  readonly remote?: string;
  /** Absolute path; `BUCKET/PREFIX` of an object store. */
  readonly folder: string;
  /** An object store that speaks S3, reached with the machine's own rclone. */
  readonly store?: 's3';
}

/** Without `--to`: on the machine, for root only. */
export const DEFAULT_DESTINATION: Destination = { folder: '/var/backups/matrix-bastion' };

/** Becomes a word of shells on two machines and a JSON text: nothing in it can mean anything there. */
const FOLDER = /^(\/[A-Za-z0-9_.+@=-]+)+$/;

/** Bucket names by Amazon's rules (S3 User Guide, "General purpose bucket naming rules"), then names as in FOLDER. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[A-Za-z0-9_.+@=-]+)*$/;

const S3 = 's3://';

/** `s3://BUCKET/PREFIX`, or a backup there. Pure. @returns undefined when it is none */
export const readS3Path = (text: string): string | undefined => {
  const path = text.slice(S3.length).replace(/\/+$/, '');
  return text.startsWith(S3) && BUCKET.test(path) && !/(^|\/)\.\.?(\/|$)/.test(path) ? path : undefined;
};

/**
 * `/folder`, `user@host:/folder` or `s3://bucket/prefix`. Pure.
 * @returns a phrase that follows the quoted text when it is neither.
 */
export const readDestination = (text: string): { value: Destination } | { problem: string } => {
  if (text.startsWith(S3)) {
    const path = readS3Path(text);
    return path === undefined
      ? { problem: 'is no place in an object store such as s3://BUCKET/PREFIX' }
      : { value: { folder: path, store: 's3' } };
  }
  if (/^[a-z0-9]+:\/\//i.test(text))
    return {
      problem:
        'is a URL, which this version cannot write to; give /FOLDER, user@host:/FOLDER or s3://BUCKET/PREFIX',
    };
  const colon = text.startsWith('/') ? -1 : text.indexOf(':/');
  const folder = text.slice(colon + 1).replace(/(?<=.)\/+$/, '');
  if (!FOLDER.test(folder) || /(^|\/)\.\.?(\/|$)/.test(folder))
    return {
      problem:
        'is not a place such as /FOLDER or user@host:/FOLDER, with letters, digits and _ . + @ = - in its names',
    };
  if (colon < 0) return { value: { folder } };
  const remote = text.slice(0, colon);
  try {
    if (parseTarget(remote).port !== undefined)
      return { problem: "has a port: name it in root's ~/.ssh/config on the machine" };
  } catch {
    return { problem: 'does not name a machine before its colon' };
  }
  return { value: { remote, folder } };
};

/** As it is said to people, on a machine of this name. */
export const placeText = ({ remote, folder, store }: Destination, machine: string): string =>
  store === 's3' ? `${S3}${folder}` : `${folder} on ${remote ?? machine}`;

/** A backup as it was recorded, for people: where it lies and on what. */
export const fileText = (
  { file, remote }: { readonly file: string; readonly remote: string },
  machine: string,
): string => (file.startsWith(S3) ? file : `${file} on ${remote === '' ? machine : remote}`);

/** A public key of age (age-encryption.org/v1, "X25519 recipient stanza"): Bech32 of 32 bytes. */
export const readRecipient = (text: string): { value: string } | { problem: string } =>
  /^age1[ac-hj-np-z02-9]{58}$/.test(text)
    ? { value: text }
    : { problem: 'is not a public key of age: age1 and 58 characters, as age-keygen prints it' };
