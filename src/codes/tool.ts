import { type CodeText, NOTHING } from './explained.ts';

/** The program itself. */
export const TOOL_CODES = {
  'MB-USAGE': {
    means: 'A flag or an answer is wrong or missing.',
    why: 'All that is wrong is said at once, before anything is touched.',
    fix: ['Correct what was named', 'matrix-bastion COMMAND --help shows every flag'],
    safe: NOTHING,
  },
  'MB-INTERRUPTED': {
    means: 'You stopped the run: Ctrl-C, or no to the plan.',
    why: 'It is no fault.',
    fix: ['The same command goes on from there'],
    safe: 'What was done stays done. The first Ctrl-C lets what must not be cut in two come to its end.',
  },
  'MB-UNEXPECTED': {
    means: 'The program itself has a fault.',
    why: 'Nobody foresaw this, so nothing better can be said.',
    fix: ['Report it with the log, whose path was printed', 'The same command goes on from there'],
    safe: 'Each step is made so that it can be cut off and done again.',
  },
  'MB-PLAN-OUT': {
    means: 'The plan could not be written to the folder of --out.',
    why: 'The folder is closed or full.',
    fix: ['Name another folder, or make room'],
    safe: 'No file that is not a plan’s was changed.',
  },
  'MB-GUIDE-FILE': {
    means: 'The guide could not be written to the file of --out.',
    why: 'The file is there already and may hold changes of yours, or its folder is closed or full.',
    fix: ['Name another file'],
    safe: 'No file was changed.',
  },
} satisfies Readonly<Record<string, CodeText>>;
