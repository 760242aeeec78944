/** Synapse's version that this package installs; one of `SYNAPSE_VERSIONS`. */
export const CURRENT_SYNAPSE = '1.163.2';
