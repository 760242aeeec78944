import { baseUrl, CLIENT_ORIGIN, versionsUrl } from '../client-file.ts';
import type { Chain, Evidence, Exchange } from '../evidence.ts';
import { isObject, type Json } from '../json.ts';
import type { Findings } from './findings.ts';
import { read } from './read.ts';

/** Feature flag of simplified sliding sync (MSC4186, which kept the name of the proposal before it). */
const SLIDING_SYNC = 'org.matrix.simplified_msc3575';

/**
 * What clients and people read. No server federates by it, so it is a warning, except on our own server, where
 * people are to log in.
 */
export function judgeClient(evidence: Evidence, out: Findings): void {
  const own = evidence.settings.own;
  const severity = own ? { severity: 'error' as const } : {};
  const file = evidence.clientWellKnown;
  const last = file?.exchanges.at(-1);
  if (file && last && judgeFile(file, last, severity, out)) {
    judgeCors(file, severity, out);
    judgeBase(evidence, last, severity, out);
  }
  judgeSupport(evidence.support, out);
}

type Circumstances = { readonly severity?: 'error' };

/** True when there is a file to look into. A missing one is fine: clients then take the server name's own host. */
function judgeFile(chain: Chain, last: Exchange, severity: Circumstances, out: Findings): boolean {
  if (last.error || last.status === 404 || chain.stopped || chain.lookup) return false;
  const document = last.status === 200 ? read(last.body ?? '') : `HTTP ${last.status}`;
  if (typeof document !== 'string') return true;
  // A website that answers every path is said once already, by well-known.
  out.add('MB-FED-140', {
    where: last.url,
    seen: document,
    ...severity,
    fix: ['Publish {"m.homeserver": {"base_url": "https://HOMESERVER"}} there, or answer 404'],
  });
  return false;
}

function judgeCors(chain: Chain, severity: Circumstances, out: Findings): void {
  for (const hop of chain.exchanges) {
    if (!hop.headers) continue;
    const allowed = hop.headers['access-control-allow-origin'];
    if (allowed === '*' || allowed === CLIENT_ORIGIN) continue;
    const seen =
      allowed === undefined ? 'no Access-Control-Allow-Origin' : `Access-Control-Allow-Origin: ${allowed}`;
    out.add('MB-FED-030', {
      where: hop.url,
      seen,
      ...severity,
      fix: ['Answer with the header Access-Control-Allow-Origin: *'],
    });
  }
}

function judgeBase(evidence: Evidence, last: Exchange, severity: Circumstances, out: Findings): void {
  const expected = evidence.settings.own?.baseUrl;
  const seen =
    baseTrouble(baseUrl({ exchanges: [last] }), expected) ?? versionsTrouble(evidence.clientVersions);
  if (seen === undefined) {
    if (evidence.clientVersions) judgeCors(evidence.clientVersions, severity, out);
    judgeSlidingSync(evidence, out);
    return;
  }
  const right = `Set base_url to ${expected ?? 'the https URL under which the homeserver answers'}`;
  out.add('MB-FED-031', {
    where: last.url,
    seen,
    ...severity,
    fix: [right, 'Synapse says the same in public_baseurl'],
  });
}

/** Element X looks for it before it logs anybody in (MSC4186, "Unstable prefix"). */
function judgeSlidingSync({ clientVersions, settings }: Evidence, out: Findings): void {
  const answer = clientVersions?.exchanges.at(-1);
  const document = answer?.status === 200 ? read(answer.body ?? '') : undefined;
  if (!answer || document === undefined || typeof document === 'string') return;
  const features = document.get('unstable_features');
  const offered = isObject(features) ? features.get(SLIDING_SYNC) : undefined;
  if (offered === true) return;
  out.add('MB-FED-144', {
    where: answer.url,
    seen: `no sliding sync: ${SLIDING_SYNC} is ${offered === undefined ? 'not there' : 'not true'}`,
    ...(settings.own ? { severity: 'warning' as const } : {}),
    fix: ['Update the homeserver: Synapse has it since 1.114'],
  });
}

function baseTrouble(base: string | undefined, expected: string | undefined): string | undefined {
  if (base === undefined) return 'no base_url';
  if (!versionsUrl(base)) return `base_url ${base} is not an absolute https URL`;
  if (expected === undefined || base.replace(/\/+$/, '') === expected) return undefined;
  return `base_url is ${base}, it should be ${expected}`;
}

/** Undefined too when this machine has no way there: that is not the server's fault. */
function versionsTrouble(chain: Chain | undefined): string | undefined {
  const answer = chain?.exchanges.at(-1);
  if (!chain || answer?.error?.phase === 'route') return undefined;
  if (chain.lookup) return `${chain.lookup.name} has no address`;
  if (!answer || chain.stopped) return `no usable answer from base_url (${chain.stopped ?? 'none'})`;
  if (answer.error) return answer.error.message;
  if (answer.status !== 200) return `${answer.url}: HTTP ${answer.status}`;
  const document = read(answer.body ?? '');
  if (typeof document === 'string') return `${answer.url}: ${document}`;
  return Array.isArray(document.get('versions')) ? undefined : `${answer.url} names no versions`;
}

function judgeSupport(chain: Chain | undefined, out: Findings): void {
  const last = chain?.exchanges.at(-1);
  // A website that answers every path with its page has no support file, and needs none.
  const looked = last?.status === 200 && !/^\s*</.test(last.body ?? '');
  const seen = looked ? supportTrouble(last.body ?? '') : undefined;
  if (!last || seen === undefined) return;
  out.add('MB-FED-141', {
    where: last.url,
    seen,
    fix: ['Publish contacts (role, matrix_id or email_address) or a support_page, or answer 404'],
  });
}

function supportTrouble(body: string): string | undefined {
  const document = read(body);
  if (typeof document === 'string') return document;
  const listed = document.get('contacts');
  const contacts: readonly Json[] = Array.isArray(listed) ? listed : [];
  if (contacts.length === 0)
    return document.has('support_page') ? undefined : 'neither contacts nor support_page';
  const complete = (one: Json) =>
    isObject(one) && one.has('role') && (one.has('matrix_id') || one.has('email_address'));
  return contacts.every(complete)
    ? undefined
    : 'a contact without a role, or without matrix_id and email_address';
}
