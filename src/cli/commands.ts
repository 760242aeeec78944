import type { CommandLoaders } from './context.ts';

export const COMMANDS: CommandLoaders = {
  init: () => import('../commands/init/start.ts'),
  plan: () => import('../commands/plan.ts'),
  check: () => import('../commands/check.ts'),
  explain: () => import('../commands/explain.ts'),
  'well-known': () => import('../commands/well-known.ts'),
  guide: () => import('../commands/guide.ts'),
  completion: () => import('../commands/completion.ts'),
  backup: () => import('../commands/backup.ts'),
  restore: () => import('../commands/restore.ts'),
  uninstall: () => import('../commands/uninstall.ts'),
  unlock: () => import('../commands/unlock.ts'),
  user: () => import('../commands/user.ts'),
  invite: () => import('../commands/invite.ts'),
  moderation: () => import('../commands/moderation.ts'),
  federation: () => import('../commands/federation.ts'),
  room: () => import('../commands/room.ts'),
  disk: () => import('../commands/disk.ts'),
};
