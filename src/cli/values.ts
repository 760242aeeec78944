import { TIERS, type Tier } from '../answers/answers.ts';
import { parseCidr } from '../answers/ip.ts';
import { nearest } from '../answers/nearest.ts';
import { SCHEDULES, type Schedule } from '../backup/schedule.ts';
import { PROFILES, type Profile } from '../federation/codes.ts';
import { PUBLISHERS, type Publisher } from '../federation/publishers.ts';
import { parseServerName } from '../federation/server-name.ts';
import { parseTarget } from '../host/target.ts';
import { CONSENTS } from '../releases/consents.ts';
import { postgresOf } from '../releases/postgres.ts';
import { RELEASE } from '../releases/release.ts';
import { SYNAPSE_VERSIONS } from '../releases/synapse.ts';
import { isEditable, PATHS } from '../render/layout.ts';
import { SHELLS, type ShellName, TRANSPORTS, type TransportName } from './options.ts';

/** A flag's text read, or a phrase that follows the quoted text: `is not …`. */
export type Read<T> = { readonly value: T } | { readonly problem: string };

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };
const LONGEST_MS = 24 * 3_600_000;

/** `90s`, `10m`, `1h`; a bare number is seconds. Milliseconds; more than nothing and at most a day. */
export function readDuration(text: string): Read<number> {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min|h)?$/.exec(text.trim());
  const ms = Math.round(Number(match?.[1]) * (UNITS[match?.[2] ?? 's'] ?? Number.NaN));
  if (!(ms > 0)) return { problem: 'is not a duration such as 90s, 10m or 1h' };
  return ms <= LONGEST_MS ? { value: ms } : { problem: 'is longer than 24h' };
}

/** The fingerprint as OpenSSH prints it: SHA-256 in base64 without padding. */
export function readHostKey(text: string): Read<string> {
  const value = text.trim().replace(/=$/, '');
  // 32 bytes: the last of 43 characters carries four bits only.
  return /^SHA256:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]$/.test(value)
    ? { value }
    : { problem: 'is not a fingerprint such as SHA256:… with 43 characters, as ssh-keygen -lf prints it' };
}

export function readTransport(text: string): Read<TransportName> {
  const found = TRANSPORTS.find((name) => name === text.trim());
  return found ? { value: found } : { problem: `is not one of ${TRANSPORTS.join(', ')}` };
}

/** The id of what an upgrade, or going back from it, asks about. */
export function readChange(text: string): Read<string> {
  const asked = [...SYNAPSE_VERSIONS, postgresOf(RELEASE.postgresMajor)]
    .flatMap(({ changes }) => changes)
    .filter(({ acknowledge }) => acknowledge);
  const ids = [...asked.map(({ id }) => id), ...CONSENTS];
  return ids.includes(text)
    ? { value: text }
    : { problem: `is nothing that an upgrade asks about: ${ids.join(', ')}` };
}

export function readShell(text: string): Read<ShellName> {
  const found = SHELLS.find((name) => name === text);
  return found ? { value: found } : { problem: `is not one of ${SHELLS.join(', ')}` };
}

/** A path is any text but an empty one and one with a NUL, which no system takes. */
export function readPath(text: string): Read<string> {
  return text === '' || text.includes('\0') ? { problem: 'is not the path of a file' } : { value: text };
}

/** A file of ours that somebody may edit, as its path on the machine or below our folder. */
export function readEditedFile(text: string): Read<string> {
  const path = text.startsWith('/') ? text : `${PATHS.root}/${text}`;
  return isEditable(path)
    ? { value: path }
    : { problem: `is no file of ours below ${PATHS.root} that can be edited, such as compose.yaml` };
}

/** The address of a DNS server: IPv4 or IPv6, with a port as in `192.0.2.1:53` or `[2001:db8::1]:53`. */
export function readDnsServer(text: string): Read<string> {
  const given = text.trim();
  const match =
    /^(?:\[([0-9a-f:.]+)\]|([0-9.]+))(?::(\d{1,5}))?$|^([0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*)$/i.exec(given);
  const address = match?.[1] ?? match?.[2] ?? match?.[4];
  const port = match?.[3] === undefined ? 53 : Number(match[3]);
  const url = match?.[2] === undefined ? `http://[${address}]` : `http://${address}`;
  const plausible = match?.[2] === undefined || /^(\d{1,3}\.){3}\d{1,3}$/.test(match[2]);
  if (address === undefined || !plausible || !URL.canParse(url) || port < 1 || port > 65535)
    return { problem: 'is not the address of a DNS server, such as 192.0.2.1 or [2001:db8::1]:53' };
  return { value: given };
}

/** `16G`, `16GiB`, `16384M`; a bare number is GiB. MiB. */
export function readMemory(text: string): Read<number> {
  const match = /^(\d+(?:\.\d+)?)\s*(?:(G|M)(?:i?B)?)?$/i.exec(text.trim());
  const mib = Math.round(Number(match?.[1]) * (match?.[2]?.toUpperCase() === 'M' ? 1 : 1024));
  return mib >= 256 && mib <= 64 * 1024 * 1024
    ? { value: mib }
    : { problem: 'is not a size of memory such as 8G or 16G' };
}

/** `480G`, `0.5T`, `2TiB`; a bare number is GiB. GiB, at most a PiB. */
export function readDisk(text: string): Read<number> {
  const match = /^(\d+(?:\.\d+)?)\s*(?:(G|T)(?:i?B)?)?$/i.exec(text.trim());
  const gib = Math.round(Number(match?.[1]) * (match?.[2]?.toUpperCase() === 'T' ? 1024 : 1));
  return gib >= 1 && gib <= 1024 * 1024
    ? { value: gib }
    : { problem: 'is not the size of a disk such as 240G or 2T' };
}

/** Tiers to compare, separated by commas: two or more, each once, in the order given. */
export function readTiers(text: string): Read<readonly Tier[]> {
  const words = text.split(',').map((word) => word.trim().toLowerCase());
  for (const word of words) {
    if (TIERS.some((tier) => tier === word)) continue;
    const meant = nearest(word, TIERS);
    return {
      problem: `has no tier in "${word}"${meant ? `; did you mean ${meant}?` : `: ${TIERS.join(', ')}`}`,
    };
  }
  const twice = words.find((word, index) => words.indexOf(word) !== index);
  if (twice !== undefined) return { problem: `has ${twice} twice` };
  if (words.length < 2) return { problem: 'has one tier only; name two or more, such as garrison,ravelin' };
  return { value: words as Tier[] };
}

/** A whole number from 1 to `limit`. */
export function readCount(limit: number): (text: string) => Read<number> {
  return (text) => {
    const value = Number(text);
    return /^\d+$/.test(text) && value >= 1 && value <= limit
      ? { value }
      : { problem: `is not a whole number from 1 to ${limit}` };
  };
}

export function readFamily(text: string): Read<4 | 6> {
  if (text === '4') return { value: 4 };
  return text === '6' ? { value: 6 } : { problem: 'is not 4 or 6' };
}

/** A homeserver's name. */
export function readServerName(text: string): Read<string> {
  const name = parseServerName(text.trim());
  return 'invalid' in name ? { problem: `is not a server name: ${name.invalid}` } : { value: text.trim() };
}

/** A machine that is reached by SSH. */
export function readTarget(text: string): Read<string> {
  try {
    parseTarget(text);
    return { value: text };
  } catch {
    return { problem: 'does not name a machine, such as root@203.0.113.7' };
  }
}

/** A host's name without a port. */
export function readName(text: string): Read<string> {
  const name = parseServerName(text.trim());
  if ('invalid' in name) return { problem: `is not a host name: ${name.invalid}` };
  if (name.port !== undefined) return { problem: 'has a port: give the name alone' };
  return name.literal ? { problem: 'is an address, not a name' } : { value: name.host };
}

/** Something that people read: one line, without anything that a terminal would take for a command. */
export function readLine(text: string): Read<string> {
  const line = text.trim();
  if (line === '') return { problem: 'is empty' };
  return /\p{Cc}|\p{Cf}/u.test(line) ? { problem: 'holds characters that cannot be shown' } : { value: line };
}

/** An https address that a link may lead to. */
export function readWebAddress(text: string): Read<string> {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  return url?.protocol === 'https:' && url.username === ''
    ? { value: url.href.replace(/\/$/, '') }
    : { problem: 'is not an address such as https://chat.example.org' };
}

/** The address of an object store; without encryption only where somebody says so. */
export function readHttpAddress(text: string): Read<string> {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.search === ''
    ? { value: url.href.replace(/\/$/, '') }
    : { problem: 'is not an address such as https://s3.example.org' };
}

export function readRegion(text: string): Read<string> {
  return /^[A-Za-z0-9-]{1,40}$/.test(text.trim())
    ? { value: text.trim() }
    : { problem: 'is not a region such as eu-central-1' };
}

export function readPublisher(text: string): Read<Publisher> {
  const found = PUBLISHERS.find((publisher) => publisher === text.trim().toLowerCase());
  if (found) return { value: found };
  const meant = nearest(text, PUBLISHERS);
  return { problem: `is not one of ${PUBLISHERS.join(', ')}${meant ? `; did you mean ${meant}?` : ''}` };
}

export function readProfile(text: string): Read<Profile> {
  const found = PROFILES.find((profile) => profile === text.trim());
  return found ? { value: found } : { problem: `is not one of ${PROFILES.join(', ')}` };
}

/** A network, as `--federate-with` takes it. */
export function readNetwork(text: string): Read<string> {
  const network = parseCidr(text);
  return network.ok ? { value: network.value } : { problem: network.problem.replace(/^".*?" /, '') };
}

export function readSchedule(text: string): Read<Schedule> {
  const found = SCHEDULES.find((name) => name === text.trim().toLowerCase());
  return found ? { value: found } : { problem: `is not one of ${SCHEDULES.join(', ')}` };
}
