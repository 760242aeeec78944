import { bad, badAlready, ok, type Question } from '../question.ts';

/** Longest user id with `@`, `:` and domain. Source: Matrix specification, appendices, "User Identifiers". */
const USER_ID_LIMIT = 255;

/**
 * The localpart of the first administrator. Beyond the specification's grammar these are Synapse's rules for
 * a registration (RegistrationHandler.check_username): not beginning with `_`, not digits only.
 */
export const admin: Question<'admin'> = {
  id: 'admin',
  flag: '--admin <name>',
  environment: 'MATRIX_BASTION_ADMIN',
  label: 'Name of the first administrator',
  help: 'name of the first administrator, without @ and domain',
  asked: true,
  required: true,
  dependsOn: ['domain'],
  parse(text, { known }) {
    const given = text.trim();
    const whole = /^@([^:]*):(.*)$/.exec(given);
    const domain = whole?.[2]?.toLowerCase();
    if (domain !== undefined && domain !== known.domain) {
      const problem = `"${given}" is on another domain: give the name before the colon`;
      return known.domain?.startsWith(domain) ? bad(problem) : badAlready(problem);
    }
    const name = whole ? (whole[1] ?? '') : given.replace(/^@/, '');
    const problem = localpartProblem(name, known.domain);
    if (problem !== undefined)
      // What more letters would cure: there is none yet, or only digits.
      return /^\d*$/.test(name) && !whole
        ? bad(`"${given}" ${problem}`)
        : badAlready(`"${given}" ${problem}`);
    return ok(name, name === given ? [] : [`"${given}" was read as ${name}`]);
  },
  default: () => ({ value: 'admin', reason: 'the usual name; users see it as any other' }),
};

function localpartProblem(name: string, domain: string | undefined): string | undefined {
  if (name === '') return 'is empty: a name is needed';
  if (/[A-Z]/.test(name) && /^[A-Za-z0-9._=/+-]+$/.test(name))
    return `has capital letters: user ids are lower case, for example ${name.toLowerCase()}`;
  if (!/^[a-z0-9._=/+-]+$/.test(name)) return 'may hold only a-z, 0-9 and . _ = / + -';
  if (name.startsWith('_')) return 'begins with _: Synapse keeps such names for application services';
  if (/^\d+$/.test(name)) return 'is digits only: Synapse keeps such names for guests';
  const length = name.length + (domain === undefined ? 0 : domain.length) + 2;
  if (length > USER_ID_LIMIT)
    return `is too long: @name:domain has ${length} characters, at most ${USER_ID_LIMIT} are allowed`;
  return undefined;
}
