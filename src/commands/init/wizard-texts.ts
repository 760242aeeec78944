import { bothForms, parseHostname, SERVER_NAME_LIMIT } from '../../answers/hostname.ts';
import type { Known, QuestionId } from '../../answers/question.ts';
import { QUESTIONS } from '../../answers/questions/index.ts';
import type { Addresses } from '../../federation/lookup.ts';
import { sizeFor } from '../../plan/size.ts';
import type { Box } from '../../sizing/box.ts';
import { count } from '../../text/count.ts';
import { plannedMib } from '../plan/budget.ts';
import { gb } from '../plan/units.ts';

/** `At 120 rooms: 6 processes, 13.1 of 16 GB planned.` Undefined while tier or rooms are open. */
export const budgetLine = (known: Known, box: Box): string | undefined => {
  const { tier, rooms } = known;
  if (tier === undefined) return undefined;
  // In the menu of tiers the number of rooms is not known yet: what the tier is for stands in for it.
  const expected = rooms ?? QUESTIONS.rooms.default?.({ tier }, {})?.value ?? 0;
  const sizing = sizeFor({ ...known, tier, rooms: expected }, box);
  if (!sizing.ok) return `At ${expected} rooms: ${sizing.what}`;
  const { processes, box: memory } = sizing.budget;
  return `At ${expected} rooms: ${count(processes.length, 'Synapse process', 'Synapse processes')}, ${gb(plannedMib(sizing.budget))} of ${gb(memory)} GB planned.`;
};

/** The machine's own figures, for comparing them with what the tiers are meant for. */
export const boxLine = ({ vcpus, memoryMib, diskGib }: Box): string =>
  `This machine has ${vcpus} vCPU, ${gb(memoryMib)} GB of RAM and ${diskGib} GB of disk.`;

export const domainMeaning = (domain: string): string =>
  `Users will be called @you:${bothForms(domain)}. This can never change; the machine can.`;

/** Questions whose answer changes how the memory is divided. */
const SIZING: readonly QuestionId[] = ['tier', 'rooms', 'users', 'largestRoom', 'federation'];

/** What an answer would mean, while it is chosen or typed; `known` holds it already. */
export const effectOf = (id: QuestionId, known: Known, box: Box): string | undefined => {
  if (SIZING.includes(id)) return budgetLine(known, box);
  const { domain, admin } = known;
  if (domain === undefined) return undefined;
  if (id === 'domain') return `Users will be called @you:${bothForms(domain)}.`;
  return id === 'admin' ? `@${admin}:${domain}` : undefined;
};

/** Whether a name leads to these addresses, and to no others. */
export const leadsTo = (own: readonly string[], { a, aaaa }: Addresses): boolean => {
  const points = [...a, ...aaaa];
  return points.length > 0 && points.every((address) => own.includes(address.toLowerCase()));
};

/** What the domain's own address means for the two files below /.well-known/matrix. */
export const apexMeaning = (domain: string, found: Addresses, own: readonly string[]): string => {
  const points = [...found.a, ...found.aaaa];
  if (found.error === 'NXDOMAIN' || found.error === 'NODATA')
    return `${domain} has no address in DNS yet: it needs an A record (and AAAA with IPv6), or a website elsewhere that serves two files.`;
  if (points.length === 0)
    return `Where ${domain} points today could not be looked up (${found.error ?? 'no answer'}).`;
  if (leadsTo(own, found))
    return `${domain} points at this machine: it will serve the files of /.well-known/matrix itself.`;
  return `${domain} points at ${points.join(', ')}, which is not an address of this machine: what answers there will have to serve two files below /.well-known/matrix, which are printed at the end.`;
};

/** Guess: what such names as co.uk and com.au look like. Nobody owns them, so `matrix.co.uk` is a domain of its own. */
const PUBLIC_SUFFIX = /^(?:[a-z]{2}|com|org|net|gov|edu)\.[a-z]{2}$/;

/** `matrix.example.org` as the name of users is mostly meant as the server's own; with what is meant instead. */
export const withoutMatrix = (
  text: string,
): { readonly given: string; readonly domain: string } | undefined => {
  const read = parseHostname(text, SERVER_NAME_LIMIT);
  if (!read.ok) return undefined;
  const domain = /^(?:matrix|synapse)\.(.+\..+)$/.exec(read.value)?.[1];
  return domain === undefined || PUBLIC_SUFFIX.test(domain) ? undefined : { given: read.value, domain };
};
