import type { Point } from './seen.ts';

const DAY = 24 * 3600;
/** Growth is told from looks of this long ago at most: what a server did a year ago says little. A guess. */
const LONGEST = 60 * DAY;

/** How much is written in a day, and for how long the disk will do: a straight line through two looks, so a guess. */
export interface Forecast {
  /** Days between the two looks. */
  readonly days: number;
  /** Bytes a day; negative when it shrinks. */
  readonly used: number;
  readonly database: number;
  readonly media: number;
  /** The state of rooms, part of the database; absent where one of the looks does not know it. */
  readonly state?: number;
  /** Days until the disk is full; absent when it does not fill. */
  readonly full?: number;
}

/** Undefined until there are two looks that are a day apart. Pure. */
export const forecastOf = (now: Point, noted: readonly Point[], free: number): Forecast | undefined => {
  const [then] = noted.filter(({ at }) => now.at - at >= DAY && now.at - at <= LONGEST);
  if (then === undefined) return undefined;
  const days = (now.at - then.at) / DAY;
  const perDay = (key: 'used' | 'database' | 'media'): number => Math.round((now[key] - then[key]) / days);
  const used = perDay('used');
  return {
    days,
    used,
    database: perDay('database'),
    media: perDay('media'),
    ...(now.state !== undefined &&
      then.state !== undefined && { state: Math.round((now.state - then.state) / days) }),
    ...(used > 0 && { full: Math.floor(free / used) }),
  };
};
