// Reads dist/: the compiled code has only the imports that happen at run time.

/** The rooms of the house and their doors (docs/decisions.md, "Pure rooms and single doors"). */
const IO =
  '^(node:)?(fs|net|tls|dns|http|https|http2|dgram|child_process|os|readline|process|worker_threads)(/|$)';

/** What may not do I/O, nor import anything of ours that does. */
const PURE = [
  '^dist/address/',
  '^dist/text/',
  '^dist/sizing/',
  '^dist/render/',
  '^dist/edits/',
  '^dist/people/',
  '^dist/plan/',
  '^dist/steps/',
  '^dist/releases/',
  '^dist/backup/',
  '^dist/database/(?!look\\.js)',
  '^dist/events/',
  '^dist/codes/',
  '^dist/completion/(?!index\\.js)',
  '^dist/answers/(?!prompt\\.js|store\\.js)',
  '^dist/federation/(resolve|judge|canonical|signature|wellknown|printable|json|evidence|delegation|redirects|server-name|ip|network|client-file|codes|certificate-name|vantages|host-probe|host-answers|paths|deferred|explanations|explain|picture|recipe-for|publishers|publishing|recipes|route-lines|well-known-lines|certificate-lines|seen-keys|server-software|tester)\\b',
];

module.exports = {
  forbidden: [
    {
      name: 'pure-rooms-import-no-io',
      comment: 'sizing, render, plan, steps, answers and the federation judge compute; others look and act',
      severity: 'error',
      from: { path: PURE },
      to: { dependencyTypes: ['core'], path: IO },
    },
    {
      name: 'pure-rooms-stay-among-themselves',
      severity: 'error',
      from: { path: PURE },
      to: {
        reachable: true,
        path: [
          '^dist/(host/(?!facts/|host\\.js|health-check\\.js|target\\.js)|apply/|outside/|ui/|cli/|commands/|render-io/)',
          '^dist/answers/(prompt|store)\\.js',
          '^dist/database/look\\.js',
          '^dist/federation/(probe/|check\\.js|lookup\\.js|certificate\\.js)',
        ],
      },
    },
    {
      name: 'one-door-to-a-machine',
      comment: 'only host/ speaks SSH or starts processes',
      severity: 'error',
      from: { pathNot: '^dist/host/' },
      to: { path: '^node_modules/(ssh2|execa|tar-stream)/|^(node:)?child_process$' },
    },
    {
      name: 'one-screen',
      severity: 'error',
      from: { pathNot: '^dist/ui/' },
      to: { path: '^node_modules/(listr2|chalk)/' },
    },
    {
      name: 'one-prompt-module',
      severity: 'error',
      from: { pathNot: '^dist/answers/prompt\\.js$' },
      to: { path: '^node_modules/@inquirer/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { conditionNames: ['import', 'node', 'default'] },
  },
};
