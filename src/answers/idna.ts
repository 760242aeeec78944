/**
 * What IDNA 2008 allows in the labels of a name. Other servers' Synapse puts the name of a server through the Python
 * package `idna` before it connects (synapse/crypto/context_factory.py, ConnectionVerifier: `idna.encode`), which
 * refuses what is not allowed here; UTS 46, which browsers and node:url follow, lets more through, such as emoji.
 * Sources: RFC 5891, 4.2; RFC 5892, 2 and 3 and appendix A.
 */

/** RFC 5892, 2.6: allowed although the rules below would refuse them. */
const ALLOWED_BY_NAME = /[\u00df\u03c2\u06fd\u06fe\u0f0b\u3007]/u;
/** RFC 5892, 2.6: refused although the rules below would allow them. */
const REFUSED_BY_NAME = /[\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b]/u;
/** RFC 5892, 2.1: letters, digits and marks. */
const LETTER_OR_DIGIT = /[\p{Ll}\p{Lu}\p{Lo}\p{Nd}\p{Lm}\p{Mn}\p{Mc}]/u;
/** RFC 5892, 2.3: what is not shown. */
const IGNORABLE = /[\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Noncharacter_Code_Point}]/u;
/** RFC 5892, 2.4: marks for symbols, musical symbols. */
const IGNORABLE_BLOCK = /[\u20d0-\u20ff\u{1d100}-\u{1d1ff}\u{1d200}-\u{1d24f}]/u;
/** RFC 5892, 2.9: conjoining jamo. */
const OLD_HANGUL_JAMO = /[\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7c6\ud7cb-\ud7fb]/u;
/** Zero width joiner and non-joiner: node:url has judged them already (UTS 46, CheckJoiners). */
const JOINER = /[\u200c\u200d]/u;

/**
 * RFC 5892, 2.2: stays itself when case is folded and forms are normalised. Folding is that of lower case, but for
 * Cherokee, whose letters fold to upper case, and for the small letters that fold to another small one
 * (Unicode, CaseFolding.txt).
 */
function isStable(character: string): boolean {
  if (/[\u13a0-\u13f5]/u.test(character)) return true;
  if (/[\u13f8-\u13fd\uab70-\uabbf\u1c80-\u1c88]/u.test(character)) return false;
  // A Greek iota below is folded to one beside its letter.
  if (character.normalize('NFD').includes('\u0345')) return false;
  return character.normalize('NFKC').toLowerCase().normalize('NFKC') === character;
}

/** What is allowed next to certain characters only; for each, whether it stands right. RFC 5892, appendix A.3 to A.9. */
const IN_CONTEXT: readonly (readonly [RegExp, (label: readonly string[], at: number) => boolean])[] = [
  [/\u00b7/u, (label, at) => label[at - 1] === 'l' && label[at + 1] === 'l'],
  [/\u0375/u, (label, at) => /\p{Script=Greek}/u.test(label[at + 1] ?? '')],
  [/[\u05f3\u05f4]/u, (label, at) => /\p{Script=Hebrew}/u.test(label[at - 1] ?? '')],
  [
    /\u30fb/u,
    (label) => label.some((one) => /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(one)),
  ],
  [/[\u0660-\u0669]/u, (label) => !label.some((one) => /[\u06f0-\u06f9]/u.test(one))],
  [/[\u06f0-\u06f9]/u, (label) => !label.some((one) => /[\u0660-\u0669]/u.test(one))],
];

/** Whether a single character is allowed anywhere in a label (PVALID of RFC 5892, 3). */
export function isAllowed(character: string): boolean {
  if (/[a-z0-9-]/.test(character) || ALLOWED_BY_NAME.test(character)) return true;
  if (REFUSED_BY_NAME.test(character) || IN_CONTEXT.some(([one]) => one.test(character))) return false;
  if (OLD_HANGUL_JAMO.test(character) || !isStable(character)) return false;
  if (IGNORABLE.test(character) || IGNORABLE_BLOCK.test(character)) return false;
  return LETTER_OR_DIGIT.test(character);
}

/**
 * Why IDNA 2008 refuses a name in its own script (lower case, normalised), as the rest of a sentence; undefined when
 * it does not. What UTS 46 checks as well (joiners, direction of script, length) is taken for done.
 */
export function idnaProblem(name: string): string | undefined {
  for (const label of name.split('.')) {
    const characters = [...label];
    // RFC 5891, 4.2.3.1; what is plain ASCII is not a matter of IDNA.
    if (/[^\p{ASCII}]/u.test(label)) {
      if (label.startsWith('--', 2)) return 'has a part with hyphens in the third and fourth place';
      if (/^-|-$/.test(label)) return 'has a part that begins or ends with a hyphen';
    }
    if (/^\p{M}/u.test(label)) return `has a part that begins with the mark ${named(characters[0] ?? '')}`;
    for (const [at, character] of characters.entries()) {
      const context = IN_CONTEXT.find(([one]) => one.test(character));
      if (context && !context[1](characters, at)) return `has ${named(character)} where it must not stand`;
      if (!context && !JOINER.test(character) && !isAllowed(character))
        return `has ${named(character)}, which names must not have (IDNA 2008): other servers would not connect`;
    }
  }
  return undefined;
}

/** `☃ (U+2603)` */
function named(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return /^\p{M}/u.test(character) ? `U+${code}` : `${character} (U+${code})`;
}
