import { s3Image } from './build/images.ts';
import { docker, tryDocker } from './engine.ts';
import { network } from './paths.ts';
import { until } from './wait.ts';

const CONTAINER = 'world-s3';
const PORT = 5000;

/** An object store of somebody else's, with one bucket. It takes any keys. */
export interface ObjectStore {
  /** URL, as a machine of the world reaches it. */
  readonly endpoint: string;
  readonly bucket: string;
  /** Names and sizes in bytes of what is in the bucket. */
  objects(): Promise<Readonly<Record<string, number>>>;
  remove(): Promise<void>;
}

/**
 * Starts an object store on a computer of its own in the world's network. The bucket keeps versions: without them this
 * server names a version `null` and then does not know it, which no store of Amazon's does.
 */
export async function objectStore(bucket: string): Promise<ObjectStore> {
  const image = await s3Image();
  await tryDocker(['rm', '-f', CONTAINER]);
  await docker([
    ...['run', '--detach', '--name', CONTAINER, '--network', network.name, '--entrypoint', 'python3'],
    ...[image, '-m', 'moto.server', '-H', '0.0.0.0', '-p', String(PORT)],
  ]);
  const python = (code: string) =>
    tryDocker([
      ...['exec', '-i', CONTAINER, 'python3', '-c'],
      `import boto3, json
s3 = boto3.client("s3", endpoint_url="http://127.0.0.1:${PORT}", aws_access_key_id="x", aws_secret_access_key="x", region_name="us-east-1")
${code}`,
    ]);
  await until(
    'The object store',
    async () => (await python('s3.list_buckets()')).exitCode === 0,
    120_000,
    `see docker logs ${CONTAINER}`,
  );
  await python(`s3.create_bucket(Bucket="${bucket}")
s3.put_bucket_versioning(Bucket="${bucket}", VersioningConfiguration={"Status": "Enabled"})`);
  const address = await docker([
    'inspect',
    '-f',
    `{{(index .NetworkSettings.Networks "${network.name}").IPAddress}}`,
    CONTAINER,
  ]);
  return {
    endpoint: `http://${address.trim()}:${PORT}`,
    bucket,
    async objects() {
      const { stdout } = await python(
        `print(json.dumps({o["Key"]: o["Size"] for o in s3.list_objects_v2(Bucket="${bucket}").get("Contents", [])}))`,
      );
      return JSON.parse(stdout) as Record<string, number>;
    },
    remove: async () => {
      await tryDocker(['rm', '-f', '-v', CONTAINER]);
    },
  };
}
