/** MiB of the largest upload; Synapse's `50M` is 50 MiB (Config.parse_size), and Caddy's unit for that is `MiB`. */
export const UPLOAD_MIB = 50;

export const UPLOAD_LIMIT = {
  synapse: `${UPLOAD_MIB}M`,
  caddy: `${UPLOAD_MIB}MiB`,
} as const;
