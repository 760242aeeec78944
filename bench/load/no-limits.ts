const MUCH = { per_second: 100_000, burst_count: 100_000 };

/**
 * Synapse settings for a bench, as JSON, which is YAML. Limits on requests would be what is measured: one address
 * plays all users. Hashing a password is made cheap, because a thousand users are registered.
 */
export const NO_LIMITS = JSON.stringify(
  {
    bcrypt_rounds: 4,
    rc_message: MUCH,
    rc_registration: MUCH,
    rc_login: { address: MUCH, account: MUCH, failed_attempts: MUCH },
    rc_joins: { local: MUCH, remote: MUCH },
    rc_joins_per_room: MUCH,
    rc_room_creation: MUCH,
    rc_media_create: MUCH,
    rc_profile: MUCH,
    remote_media_download_burst_count: '10G',
    remote_media_download_per_second: '10G',
    rc_federation: {
      window_size: 1000,
      sleep_limit: 1_000_000,
      sleep_delay: 1,
      reject_limit: 1_000_000,
      concurrent: 50,
    },
  },
  undefined,
  2,
);
