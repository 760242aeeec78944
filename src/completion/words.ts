/**
 * The words of an unfinished command line as a POSIX shell would see them, without expanding anything. The last one
 * is what is being typed: empty after a space. Quotes that are still open end with the line.
 */
export function wordsOfLine(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const [piece, single, double, escaped, plain] of line.matchAll(
    /'([^']*)'?|"((?:[^"\\]|\\.)*)"?|\\(.?)|([^\s'"\\]+)|\s+/gsu,
  )) {
    if (/^\s/.test(piece)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + (single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? plain ?? '');
  }
  return [...words, word ?? ''];
}
