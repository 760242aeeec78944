import { atLeast } from '../version.ts';
import { type Check, type Problem, problem } from './problem.ts';

/** overlay2, Docker's storage, wants it (docs.docker.com, "OverlayFS storage driver", prerequisites). */
const MINIMUM_KERNEL = '4.0';

/** A machine that shares its host's kernel can do what that host lets it do. */
export const kernel: Check = (_goal, { first }) => {
  if (first === undefined) return [];
  const { kernel: version, virtualisation, namespaces } = first.surroundings;
  const problems: Problem[] = [];
  const shared = ['openvz', 'lxc', 'lxc-libvirt'].includes(virtualisation);
  const change = 'Ask for a VPS with a kernel of its own (KVM), or change to a provider that has them.';
  if (version !== '' && !atLeast(version, MINIMUM_KERNEL)) {
    problems.push(
      problem({
        code: 'MB-HOST-KERNEL',
        what: `The kernel is ${version}${shared ? ` (the host's, by ${virtualisation})` : ''}, which is too old for Docker.`,
        why: 'Its storage for images needs a newer one.',
        expected: `Linux ${MINIMUM_KERNEL} or newer`,
        fix: [shared ? change : 'Upgrade the system, reboot, and run this again.'],
        who: shared ? 'your hosting provider' : 'you',
      }),
    );
  }
  if (namespaces === false) {
    problems.push(
      problem({
        code: 'MB-HOST-CONTAINER',
        what: `This machine is itself a container (${virtualisation}) that may not run containers.`,
        why: 'Mounting /proc in a namespace of its own, as Docker does for each container, was refused.',
        expected: 'a virtual machine, or a container with nesting',
        fix: [
          ...(virtualisation === 'lxc'
            ? [
                'On the Proxmox or LXC host: pct set ID --features nesting=1,keyctl=1, then restart the container.',
              ]
            : []),
          change,
        ],
        who: 'your hosting provider',
      }),
    );
  }
  return problems;
};
