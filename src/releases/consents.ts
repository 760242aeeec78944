/** What `--accept` takes beside the changes of releases: each is asked for by a refusal that names it. */

/** A way back that loses data. */
export const DATA_SINCE_UPGRADE = 'data-since-upgrade';

/** An upgrade without a try on a copy of the schema. */
export const UNTRIED = 'untried-schema';

/** An upgrade after which only a copy of the database that somebody else made leads back. */
export const ONE_WAY = 'one-way';

export const CONSENTS: readonly string[] = [DATA_SINCE_UPGRADE, UNTRIED, ONE_WAY];
