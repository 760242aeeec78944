import type { Answers, FederationMode } from '../answers/answers.ts';
import { USERS_PER_ROOM } from './measured.ts';

/** What the server will have to carry. */
export interface Load {
  readonly rooms: number;
  /** 0 where nobody said how many. */
  readonly users: number;
  /** Members of the largest room of another server that people will join; 0 where nobody said. */
  readonly largestRoom: number;
  readonly federation: FederationMode;
  /** The rooms, or what the users are worth in rooms when that is more. */
  readonly work: number;
}

export type LoadInput = Pick<Answers, 'rooms'> &
  Partial<Pick<Answers, 'users' | 'largestRoom' | 'federation'>>;

export function loadOf({ rooms, users = 0, largestRoom = 0, federation = 'open' }: LoadInput): Load {
  return {
    rooms,
    users,
    // Nobody joins a room of another server from a closed one.
    largestRoom: federation === 'closed' ? 0 : largestRoom,
    federation,
    work: Math.max(rooms, Math.floor(users / USERS_PER_ROOM)),
  };
}
