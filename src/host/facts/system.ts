import { type Fact, lines } from './fact.ts';

export interface OsFact {
  /** `ID` of /etc/os-release, for example `debian`. */
  readonly id: string;
  /** `VERSION_ID`, for example `13` or `24.04`; empty on rolling releases. */
  readonly version: string;
  /** `VERSION_CODENAME`, for example `trixie`. */
  readonly codename: string;
  readonly pretty: string;
}

/** os-release(5): KEY=value lines with optional shell quoting. */
export const os: Fact<OsFact> = {
  name: 'os',
  script: 'cat /etc/os-release || cat /usr/lib/os-release',
  parse(output) {
    const values = new Map(
      lines(output).flatMap((line) => {
        const match = /^([A-Z_]+)=(.*)$/.exec(line);
        return match ? [[match[1], (match[2] ?? '').replace(/^(["'])(.*)\1$/, '$2')] as const] : [];
      }),
    );
    return {
      id: values.get('ID') ?? 'unknown',
      version: values.get('VERSION_ID') ?? '',
      codename: values.get('VERSION_CODENAME') ?? '',
      pretty: values.get('PRETTY_NAME') ?? 'an unknown system',
    };
  },
};

export interface MachineFact {
  /** As uname(1) names it: `x86_64`, `aarch64`. */
  readonly arch: string;
  /** As dpkg names it: `amd64`, `arm64`; empty without dpkg. */
  readonly dpkgArch: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  /** Unix seconds by the machine's own clock. */
  readonly clock: number;
  /** Changes with each boot; tells a reboot from a restart. */
  readonly bootId: string;
  readonly hostname: string;
  /** machine-id(5): made at installation; images that are copied may share it. */
  readonly machineId: string;
}

export const machine: Fact<MachineFact> = {
  name: 'machine',
  script: `echo "arch $(uname -m)"
echo "dpkg $(dpkg --print-architecture)"
echo "vcpus $(nproc)"
sed -n 's/^MemTotal: *\\([0-9]*\\) kB/memory \\1/p' /proc/meminfo
echo "boot $(cat /proc/sys/kernel/random/boot_id)"
echo "hostname $(uname -n)"
echo "id $(cat /etc/machine-id 2>/dev/null)"
echo "clock $(date +%s)"`,
  parse(output) {
    const values = new Map(lines(output).map((line) => line.split(' ', 2) as [string, string]));
    return {
      arch: values.get('arch') ?? '',
      dpkgArch: values.get('dpkg') ?? '',
      vcpus: Number(values.get('vcpus') ?? 0),
      memoryMib: Math.floor(Number(values.get('memory') ?? 0) / 1024),
      clock: Number(values.get('clock') ?? 0),
      bootId: values.get('boot') ?? '',
      hostname: values.get('hostname') ?? '',
      machineId: values.get('id') ?? '',
    };
  },
};

export interface DiskFact {
  /** The folder that was asked about (it may not exist yet). */
  readonly path: string;
  readonly mount: string;
  readonly freeMib: number;
  readonly sizeMib: number;
  /** undefined where the file system has no fixed number of inodes. */
  readonly freeInodes?: number;
}

/** Free space where the server's data and Docker's images will live; df(1) -P, POSIX. */
export const disks: Fact<DiskFact[]> = {
  name: 'disks',
  script: `for path in /opt/matrix-bastion /var/lib/docker; do
  at=$path; while [ ! -d "$at" ]; do at=$(dirname "$at"); done
  echo "$path $(df -Pk "$at" | tail -n 1) $(df -Pi "$at" | tail -n 1)"
done`,
  parse(output) {
    return lines(output).flatMap((line) => {
      const [path, , size, , free, , mount, , inodes, , freeInodes] = line.split(/\s+/);
      if (!path || !mount) return [];
      return [
        {
          path,
          mount,
          freeMib: Math.floor(Number(free) / 1024),
          sizeMib: Math.floor(Number(size) / 1024),
          ...(Number(inodes) > 0 ? { freeInodes: Number(freeInodes) } : {}),
        },
      ];
    });
  },
};
