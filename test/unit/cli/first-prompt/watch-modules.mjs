/**
 * Preloaded into the program: makes it believe in a terminal, and at its first question prints which modules it has
 * loaded until then, one a line, and ends.
 */
import { registerHooks } from 'node:module';

const loaded = [];
registerHooks({
  load(url, context, next) {
    loaded.push(url);
    return next(url, context);
  },
});
for (const stream of [process.stdin, process.stdout]) Object.defineProperty(stream, 'isTTY', { value: true });
process.stdout.write = (piece) => {
  if (!String(piece).includes('Machine (user@host')) return true;
  process.stderr.write(loaded.join('\n'));
  process.exit(0);
};
