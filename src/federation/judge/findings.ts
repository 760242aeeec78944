import { type Check, CODES, type Code, type CodeEntry, type Profile, type Severity } from '../codes.ts';
import { printable } from '../printable.ts';
import type { Software } from '../recipes.ts';

export interface Finding {
  readonly code: Code;
  readonly severity: Severity;
  readonly check: Check;
  readonly title: string;
  /** URL, name or address, safe to print. */
  readonly where: string;
  /** What was seen there, safe to print. */
  readonly seen: string;
  readonly why: string;
  /** The remedy, one step a line. */
  readonly fix: readonly string[];
  /** Lines for the configuration of the web server that answers there. */
  readonly recipe?: { readonly software: Software; readonly lines: readonly string[] };
  /** When other servers notice the fix. */
  readonly visible?: string;
}

interface Raised {
  readonly where: string;
  readonly seen: string;
  readonly fix: readonly string[];
  /** Instead of the code's own severity, where the circumstances decide; a profile's word still counts more. */
  readonly severity?: Severity;
}

/** Collects findings; the same one at several addresses becomes one that names them all. */
export class Findings {
  readonly #list: Finding[] = [];
  readonly #profile: Profile;

  constructor(profile: Profile) {
    this.#profile = profile;
  }

  add(code: Code, raised: Raised): void {
    const entry: CodeEntry = CODES[code];
    const severity = this.#severity(entry, raised.severity);
    if (severity === 'off') return;
    const where = printable(raised.where, 300);
    const seen = printable(raised.seen, 300);
    const same = this.#list.findIndex((one) => one.code === code && one.seen === seen);
    const known = this.#list[same];
    if (known) {
      if (!known.where.split(', ').includes(where))
        this.#list[same] = { ...known, where: `${known.where}, ${where}` };
      return;
    }
    this.#list.push({
      code,
      severity,
      check: entry.check,
      title: entry.title,
      where,
      seen,
      why: entry.why,
      fix: raised.fix.map((line) => printable(line, 400)),
      ...(entry.visible ? { visible: entry.visible } : {}),
    });
  }

  /** Errors first; otherwise in the order of the way that a connection takes. */
  all(): Finding[] {
    const rank = { error: 0, warning: 1, info: 2 };
    return this.#list.toSorted((a, b) => rank[a.severity] - rank[b.severity]);
  }

  #severity(entry: CodeEntry, circumstances: Severity | undefined): Severity | 'off' {
    const usual = circumstances ?? entry.severity;
    if (this.#profile === 'go' && entry.go !== undefined) return entry.go;
    if (this.#profile === 'strict' && entry.strict !== undefined && usual !== 'info') return entry.strict;
    return usual;
  }
}
