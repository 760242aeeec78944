import { existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readTextFile, reason } from '../../cli/secret-file.ts';
import { Failure, UsageError } from '../../errors.ts';
import { EVIDENCE_FORMAT, type Evidence } from '../../federation/evidence.ts';

/** Why a file could not be written there, seen before anything is looked at. */
export function evidenceProblems(file: string): string[] {
  if (existsSync(file)) return statSync(file).isDirectory() ? [`--evidence: ${file}: it is a folder`] : [];
  return existsSync(dirname(resolve(file))) ? [] : [`--evidence: there is no folder ${dirname(file)}`];
}

/** @throws Failure MB-EVIDENCE when it cannot be written. */
export function writeEvidence(file: string, evidence: Evidence): void {
  try {
    writeFileSync(file, `${JSON.stringify(evidence, undefined, 2)}\n`);
  } catch (error) {
    throw new Failure({
      code: 'MB-EVIDENCE',
      what: `${file} could not be written: ${reason(error)}`,
      fix: ['Name a file in a folder that you may write to'],
      safe: 'Nothing was changed anywhere.',
    });
  }
}

/** @throws UsageError when the file cannot be read, or is no evidence of this format. */
export function readEvidence(file: string): Evidence {
  const text = readTextFile('--from', file);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw notEvidence(file, reason(error));
  }
  const { format, serverName, started, settings, hops, addresses } = (document ?? {}) as Partial<Evidence>;
  if (typeof format === 'number' && format !== EVIDENCE_FORMAT)
    throw notEvidence(file, `it has format ${format}, this version reads ${EVIDENCE_FORMAT}`);
  const whole =
    format === EVIDENCE_FORMAT &&
    typeof serverName === 'string' &&
    typeof started === 'string' &&
    !Number.isNaN(Date.parse(started)) &&
    typeof settings === 'object' &&
    Array.isArray(hops) &&
    Array.isArray(addresses);
  if (!whole) throw notEvidence(file, 'it has not the parts of one');
  return document as Evidence;
}

function notEvidence(file: string, why: string): UsageError {
  return new UsageError(`--from: ${file} is not what check --evidence writes`, undefined, why);
}
