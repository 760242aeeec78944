import type { FederationCheck } from '../../federation/check.ts';

/** Raised when a field changes its meaning or goes; new fields do not raise it. Documented in docs/federation.md. */
const FORMAT = 1;

/** The verdict on one server as one line of JSON: its evidence is with `--evidence`. */
export function checkJson({ evidence, verdict }: FederationCheck): string {
  const { serverName, started, ms, vantage } = evidence;
  return JSON.stringify({
    format: FORMAT,
    server_name: serverName,
    verdict: verdict.verdict,
    profile: verdict.profile,
    started,
    ms,
    vantage,
    findings: verdict.findings,
    picture: verdict.picture,
  });
}
