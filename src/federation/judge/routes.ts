import type { AddressEvidence, Exchange } from '../evidence.ts';
import { ROUTE } from './answers.ts';
import type { Findings } from './findings.ts';
import { read } from './read.ts';

/**
 * Whether all of federation reaches the homeserver, and undecoded: what is not signed is refused with a Matrix error.
 * Synapse, Dendrite and their kin match the path as it came, so a decoded "/" makes another path of it, which is
 * answered with M_UNRECOGNIZED. Source: server-server API, "Authentication" and "Unsupported endpoints".
 */
export function judgeRoutes({ routes, target }: AddressEvidence, where: string, out: Findings): void {
  if (!routes) return;
  const { plain, encoded } = routes;
  // No complete answer in time says nothing about the routes.
  if (plain.error?.code === 'DEADLINE' || (plain.status ?? 0) >= 500) return;
  const known = matrixError(plain);
  if (known === undefined) {
    out.add('MB-FED-029', { where, seen: `${plain.url}: ${answerOf(plain)}`, fix: [ROUTE] });
    return;
  }
  if (known === UNRECOGNIZED || encoded.error?.code === 'DEADLINE' || (encoded.status ?? 0) >= 500) return;
  const refused = matrixError(encoded);
  const seen = `${encoded.url}: ${refused ?? answerOf(encoded)}; without %2F and %23: ${known}`;
  if (refused === undefined && encoded.status === 400) {
    out.add('MB-FED-028', {
      where,
      seen,
      fix: [
        'Traefik: set allowEncodedSlash, allowEncodedHash and allowEncodedQuestionMark in encodedCharacters of the entry point',
      ],
    });
  } else if (refused === undefined || (refused === UNRECOGNIZED && refused !== known)) {
    out.add('MB-FED-027', {
      where,
      seen,
      fix: [
        `nginx: nothing after the port in proxy_pass; Apache: AllowEncodedSlashes NoDecode and nocanon, for ${target.certificateName}`,
      ],
    });
  }
}

const UNRECOGNIZED = 'M_UNRECOGNIZED';

/**
 * `errcode` of a Matrix error, undefined for every other answer. Dendrite names the missing signature without one;
 * seen with 0.13.8, source: gomatrixserverlib, fclient/request.go, VerifyHTTPRequest.
 */
function matrixError(exchange: Exchange): string | undefined {
  if (exchange.error) return undefined;
  const document = read(exchange.body ?? '');
  if (typeof document === 'string') return undefined;
  const [code, message] = [document.get('errcode'), document.get('message')];
  if (typeof code === 'string') return code;
  return exchange.status === 401 && typeof message === 'string' && message.includes('X-Matrix')
    ? 'M_UNAUTHORIZED'
    : undefined;
}

function answerOf(exchange: Exchange): string {
  if (exchange.error) return exchange.error.message;
  const document = read(exchange.body ?? '');
  return `HTTP ${exchange.status}, ${typeof document === 'string' ? document : 'JSON without errcode'}`;
}
