/** Synapse's version that this package installs; one of `SYNAPSE_VERSIONS`. */
export const CURRENT_SYNAPSE = '1.163.2';
/** Postgres's major version that it runs; one of `POSTGRES_MAJORS`. */
export const CURRENT_POSTGRES = 17;
