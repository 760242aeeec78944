/** `npm run bench -- NAME [options]`: measures what this project says about itself. */
const BENCHES: Readonly<Record<string, () => Promise<unknown>>> = {
  help: () => import('./help.ts'),
  plan: () => import('./plan.ts'),
  memory: () => import('./memory.ts'),
  load: () => import('./load.ts'),
  check: () => import('./check.ts'),
  prompt: () => import('./prompt.ts'),
};

const [name = 'help'] = process.argv.splice(2, 1);
const bench = BENCHES[name];
if (bench === undefined) {
  console.error(`There is no bench ${name}; there are: ${Object.keys(BENCHES).join(', ')}.`);
  process.exitCode = 2;
} else {
  await bench();
}
