import { ROOT } from '../render/layout.ts';

/** How an object store is reached; the keys are secret. */
export interface S3Access {
  readonly accessKey: string;
  readonly secretKey: string;
  /** URL; absent: Amazon's own. */
  readonly endpoint?: string;
  readonly region?: string;
}

/** rclone's configuration on the machine: beside the other secrets, and in no backup. */
export const S3_CONFIG = `${ROOT}/secrets/backup/rclone.conf`;

/** The same while a backup is fetched on a machine that has none: in memory. */
export const S3_CONFIG_IN_MEMORY = '/run/matrix-bastion/rclone.conf';

/** Keys as AWS and what is like it give them: nothing in them that would end a line of a configuration. */
const WORD = /^[A-Za-z0-9/+=_.-]{3,256}$/;

/**
 * Keys from a file in the form of ~/.aws/credentials: `aws_access_key_id = …` and `aws_secret_access_key = …`, of the first
 * profile. Pure. @returns a phrase that follows the file's name; never its content
 */
export const readS3Credentials = (
  text: string,
): { readonly value: Pick<S3Access, 'accessKey' | 'secretKey'> } | { readonly problem: string } => {
  const of = (name: string) => new RegExp(`^\\s*${name}\\s*=\\s*(\\S+)\\s*$`, 'm').exec(text)?.[1];
  const [accessKey, secretKey] = [of('aws_access_key_id'), of('aws_secret_access_key')];
  if (accessKey === undefined || secretKey === undefined)
    return { problem: 'does not hold aws_access_key_id = … and aws_secret_access_key = …, a line each' };
  if (!WORD.test(accessKey) || !WORD.test(secretKey))
    return { problem: 'holds a key with a strange character' };
  return { value: { accessKey, secretKey } };
};

/** rclone.conf(5) of the one remote that the scripts name. Pure. */
export const rcloneConfig = ({ accessKey, secretKey, endpoint, region }: S3Access): string =>
  [
    '[bastion]',
    'type = s3',
    `provider = ${endpoint === undefined ? 'AWS' : 'Other'}`,
    `access_key_id = ${accessKey}`,
    `secret_access_key = ${secretKey}`,
    ...(endpoint === undefined ? [] : [`endpoint = ${endpoint}`]),
    ...(region === undefined ? [] : [`region = ${region}`]),
    'acl = private',
    '',
  ].join('\n');
