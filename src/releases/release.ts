import type { Component } from '../render/layout.ts';
import { CURRENT_POSTGRES, CURRENT_SYNAPSE } from './current.ts';
import { postgresOf } from './postgres.ts';
import { SYNAPSE_VERSIONS } from './synapse.ts';

/** One set of versions that belong together: what this package installs. */
export interface Release {
  /** Synapse's version without `v`. */
  readonly synapse: string;
  /** Fully qualified image reference with its tag, per component. */
  readonly images: Readonly<Record<Component, string>>;
  /** Major version of Postgres in the image. */
  readonly postgresMajor: number;
}

const synapseImage = (version: string): string => {
  const known = SYNAPSE_VERSIONS.find((candidate) => candidate.version === version);
  if (known === undefined) throw new Error(`nothing is known of Synapse ${version}`);
  return known.image;
};

/** The newest release; images by their fully qualified names so that no daemon setting can redirect them. */
export const RELEASE: Release = {
  synapse: CURRENT_SYNAPSE,
  images: {
    synapse: synapseImage(CURRENT_SYNAPSE),
    postgres: postgresOf(CURRENT_POSTGRES).image,
    redis: 'docker.io/library/redis:8-alpine',
    caddy: 'docker.io/library/caddy:2.11',
    element: 'ghcr.io/element-hq/element-web:v1.12.26',
    cinny: 'ghcr.io/cinnyapp/cinny:v4.12.6',
    draupnir: 'ghcr.io/the-draupnir-project/draupnir:v3.1.0',
    mjolnir: 'docker.io/matrixdotorg/mjolnir:v1.12.1',
  },
  postgresMajor: CURRENT_POSTGRES,
};

/** What a person compares with a server's own versions. */
export const releaseVersions = ({ synapse, images, postgresMajor }: Release) => {
  const tag = (image: string) => /:v?([\d.]+)/.exec(image)?.[1] ?? image;
  return { synapse, postgres: `${postgresMajor}`, redis: tag(images.redis), caddy: tag(images.caddy) };
};

/** `Synapse 1.163.2, Postgres 17, …` */
export const releaseText = (release: Release): string => {
  const { synapse, postgres, redis, caddy } = releaseVersions(release);
  return `Synapse ${synapse}, Postgres ${postgres}, Redis ${redis}, Caddy ${caddy}`;
};
