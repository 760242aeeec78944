import type { EventValues } from '../../events/events.ts';
import type { HostFacts } from '../../host/facts/index.ts';
import { describeChange } from '../../plan/describe.ts';
import { PATHS } from '../../render/layout.ts';
import type { PlannedOnBoth } from './situations.ts';

/** What decides a plan, for a program that follows the run. */
export const factsValues = ({
  os,
  machine,
  addresses,
  disks,
  docker,
}: HostFacts): Omit<EventValues<'facts'>, 'role' | 'machine'> => {
  const disk = disks.find(({ path }) => path === PATHS.root);
  return {
    os: os.pretty,
    architecture: machine.arch,
    vcpus: machine.vcpus,
    memoryMib: machine.memoryMib,
    addresses,
    ...(disk && { diskFreeMib: disk.freeMib }),
    ...(docker.engine !== '' && { docker: docker.engine }),
    ...(docker.compose !== '' && { compose: docker.compose }),
  };
};

/** The plan as data: in the order in which it is carried out. */
export const planValues = (planned: readonly PlannedOnBoth[]): EventValues<'plan'> => ({
  steps: planned.map(({ id, title, changes, there }) => ({
    step: id,
    title,
    changes: [
      ...(there?.changes ?? []).map((change) => ({
        kind: change.kind,
        text: describeChange(change),
        machine: there?.name ?? '',
      })),
      ...changes.map((change) => ({ kind: change.kind, text: describeChange(change) })),
    ],
  })),
});
