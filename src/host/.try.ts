import { connect } from './connect.ts';
import { parseTarget } from './target.ts';

for (const transport of ['ssh2', 'openssh'] as const) {
  let t = performance.now();
  const m = await connect(parseTarget('root@127.0.0.1:42022'), {
    transport,
    interactive: false,
    identity: ['/tmp/hs/id'],
    secrets: {
      confirmHostKey: async (q) => {
        console.log(q);
        return true;
      },
    },
    log: console.error,
    sshConfig: '/tmp/hs/sshcfg',
  });
  console.log(m.name, performance.now() - t);
  t = performance.now();
  console.log(
    await m.run('echo hi; echo err >&2; id -un; pwd; umask; cat; exit 7', { input: 'in\0put\n' }),
    performance.now() - t,
  );
  t = performance.now();
  console.log(
    await m.run(`# ${'x'.repeat(200000)}\necho big; sleep 30 &`, { input: Buffer.alloc(3000000) }),
    performance.now() - t,
  );
  t = performance.now();
  console.log(await m.run('cat | wc -c', { input: Buffer.alloc(30000000) }), performance.now() - t);
  console.log(await m.run('kill -9 $$'), await m.run('if then'));
  t = performance.now();
  await m.putTree([
    { path: '/tmp/tt', type: 'directory', mode: 0o750, uid: 991, gid: 991 },
    { path: '/tmp/tt/a b', type: 'file', content: "it's\n", mode: 0o640, uid: 0, gid: 5 },
    {
      path: '/tmp/tt/bin',
      type: 'file',
      content: Buffer.from([0, 1, 2, 255]),
      mode: 0o600,
      uid: 991,
      gid: 0,
    },
    { path: '/dev/shm/tt', type: 'file', content: 'other fs', mode: 0o600, uid: 0, gid: 0 },
  ]);
  console.log('tree', performance.now() - t);
  console.log(
    (await m.run('ls -laR /tmp/tt /dev/shm/tt; rm -rf /tmp/tt /dev/shm/tt; ls -a /tmp /dev/shm | grep stage'))
      .stdout,
  );
  await m.startJob('one', 'for i in 1 2 3; do echo line $i; sleep 0.5; done; exit 4');
  console.log(await m.jobState('one'));
  await m.startJob('one', 'echo no');
  console.log(
    await m.followJob('one', { onOutput: (_s, t) => process.stdout.write(`[${t}]`) }),
    await m.jobState('one'),
    await m.jobState('two'),
  );
  try {
    await m.run('sleep 21', { timeout: 300 });
  } catch (e) {
    console.log(e.message);
  }
  console.log((await m.run('pgrep -a sleep')).stdout);
  await m.close();
}
