import type { Host, RunResult } from './host.ts';

/** The same host, with every script and what came of it handed to the log. Contents of files are not logged. */
export const loggedHost = (host: Host, log: (script: string, result: RunResult) => void): Host => ({
  name: host.name,
  async run(script, options) {
    const result = await host.run(script, options);
    log(script, result);
    return result;
  },
  async putTree(entries) {
    await host.putTree(entries);
    const written = entries.map(({ type, path, mode }) => `${type} ${path} ${mode.toString(8)}`);
    log(`# put in place\n${written.join('\n')}`, { code: 0, stdout: '', stderr: '' });
  },
  async startJob(id, script) {
    await host.startJob(id, script);
    log(`# job ${id}\n${script}`, { code: 0, stdout: '', stderr: '' });
  },
  async followJob(id, options) {
    const result = await host.followJob(id, options);
    log(`# job ${id} ended`, result);
    return result;
  },
  jobState: (id) => host.jobState(id),
  close: () => host.close(),
});
