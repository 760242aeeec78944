#!/usr/bin/env node
// Old syntax on purpose: this file must be read by the Node versions that it turns away.
var version = process.version.slice(1).split('.').map(Number);
var major = version[0];
var minor = version[1];
// The range of "engines" in package.json: ^20.17.0 || ^22.13.0 || >=23.5.0
var fits =
  (major === 20 && minor >= 17) ||
  (major === 22 && minor >= 13) ||
  (major === 23 && minor >= 5) ||
  major > 23;

if (!fits) {
  console.error(
    'matrix-bastion needs Node 20.17, 22.13, 23.5 or newer and this is ' +
      process.version +
      ': run npx -p node@24 -p matrix-bastion matrix-bastion init',
  );
  process.exitCode = 1;
} else {
  import('node:module')
    .then((module) => {
      if (module.enableCompileCache) module.enableCompileCache();
      return import('../dist/cli.js');
    })
    .then((cli) => cli.main(process.argv.slice(2)))
    .then(
      (code) => {
        process.exitCode = code;
      },
      (error) => {
        console.error(`matrix-bastion cannot start: ${process.env.DEBUG ? error.stack : error.message}`);
        process.exitCode = 1;
      },
    );
}
