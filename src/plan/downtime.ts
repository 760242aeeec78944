/** How long a service did not answer when it was last started anew. */
export interface Downtime {
  /** With one digit after the point, as it is shown. */
  readonly seconds: string;
  /** When it answered again, RFC 3339 in UTC. */
  readonly at: string;
}

/** Lines `SERVICE SECONDS TIME` of state/downtime, which templates/scripts/await-healthy.sh writes. */
export const downtimes = (text: string): Readonly<Record<string, Downtime>> =>
  Object.fromEntries(
    [...text.matchAll(/^([a-z][a-z0-9-]*) (\d+\.\d) (\d{4}-\S+)$/gm)].map(
      ([, service = '', seconds = '', at = '']) => [service, { seconds, at }],
    ),
  );
