type Core = typeof import('@inquirer/core');

/** What our prompts look like, where that differs from the library's look. */
export interface Theming {
  readonly prefix: { readonly idle: string; readonly done: string };
  readonly style: {
    readonly answer: (text: string) => string;
    readonly highlight: (text: string) => string;
    readonly description: (text: string) => string;
    readonly error: (text: string) => string;
  };
}

export interface TypingConfig {
  readonly message: string;
  /** Taken by Enter on an empty line. */
  readonly fallback?: string;
  /** Why the text will not do; asked at Enter. */
  readonly problem: (text: string) => string | undefined;
  /** What stands below the line while the text is typed; empty for nothing. */
  readonly below: (text: string) => string;
  /** A problem as it is shown. */
  readonly shown: (problem: string) => string;
  readonly theme: Theming;
}

/**
 * A line to be typed, with what there is to say about it below while it is typed. The library's own `input` judges
 * at Enter only.
 */
export const createTyping = ({
  createPrompt,
  isBackspaceKey,
  isEnterKey,
  isTabKey,
  makeTheme,
  useKeypress,
  usePrefix,
  useState,
}: Core) =>
  createPrompt<string, TypingConfig>((config, done) => {
    const theme = makeTheme<Theming>(config.theme);
    const [answer, setAnswer] = useState<string | undefined>(undefined);
    const [typed, setTyped] = useState('');
    const [fallback, setFallback] = useState(config.fallback ?? '');
    const [problem, setProblem] = useState<string | undefined>(undefined);
    const prefix = usePrefix({ status: answer === undefined ? 'idle' : 'done', theme });

    useKeypress((key, line) => {
      if (answer !== undefined) return;
      if (isEnterKey(key)) {
        const text = typed === '' ? fallback : typed;
        const found = config.problem(text);
        if (found === undefined) {
          setAnswer(text);
          done(text);
          return;
        }
        // Enter has emptied the line: back with what was typed, to be put right.
        line.write(typed);
        setProblem(found);
        return;
      }
      if (isTabKey(key) && typed === '') {
        line.clearLine(0);
        line.write(fallback);
        setTyped(fallback);
        setFallback('');
        return;
      }
      if (isBackspaceKey(key) && typed === '') setFallback('');
      setTyped(line.line);
      setProblem(undefined);
    });

    const message = theme.style.message(config.message, answer === undefined ? 'idle' : 'done');
    if (answer !== undefined) return `${prefix} ${message} ${theme.style.answer(answer)}`;
    const offered = typed === '' && fallback !== '' ? `${theme.style.defaultAnswer(fallback)} ` : '';
    const below =
      problem === undefined ? config.below(typed === '' ? fallback : typed) : config.shown(problem);
    return [`${prefix} ${message} ${offered}${typed}`, below];
  });
