import type { Answers } from '../../answers/answers.ts';
import { allowedHost } from '../allowed.ts';

/** Cinny's config.json: our server and no other, no featured rooms (cinny, README, "Self-hosting"). */
export const cinnyConfig = ({ domain }: Answers): string =>
  `${JSON.stringify(
    {
      defaultHomeserver: 0,
      homeserverList: [allowedHost(domain)],
      allowCustomHomeservers: false,
      featuredCommunities: { openAsDefault: false, spaces: [], rooms: [], servers: [] },
      hashRouter: { enabled: false, basename: '/' },
    },
    undefined,
    2,
  )}\n`;
