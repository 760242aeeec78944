/** What an event's field holds, as data: types, the JSON schema and the documentation are made of it. */
export type Field =
  | { readonly kind: 'text'; readonly about: string }
  | { readonly kind: 'count'; readonly about: string }
  | { readonly kind: 'lines'; readonly about: string }
  | { readonly kind: 'answer'; readonly about: string }
  | { readonly kind: 'choice'; readonly about: string; readonly of: readonly (string | number)[] }
  | { readonly kind: 'record'; readonly about: string; readonly fields: Fields }
  | { readonly kind: 'list'; readonly about: string; readonly item: Fields };

/** Named fields: all of `needed` are there, of `optional` those that are known. */
export interface Fields {
  readonly needed: Readonly<Record<string, Field>>;
  readonly optional: Readonly<Record<string, Field>>;
}

/** The value of a field. */
type ValueOf<F> = F extends { kind: 'text' }
  ? string
  : F extends { kind: 'count' }
    ? number
    : F extends { kind: 'lines' }
      ? readonly string[]
      : F extends { kind: 'answer' }
        ? string | number | readonly string[]
        : F extends { kind: 'choice'; of: readonly (infer V)[] }
          ? V
          : F extends { kind: 'record'; fields: infer S }
            ? ValuesOf<S>
            : F extends { kind: 'list'; item: infer S }
              ? readonly ValuesOf<S>[]
              : never;

/** The values of named fields. */
export type ValuesOf<S> = S extends { needed: infer N; optional: infer O }
  ? { readonly [K in keyof N]: ValueOf<N[K]> } & { readonly [K in keyof O]?: ValueOf<O[K]> }
  : never;

export const text = (about: string) => ({ kind: 'text', about }) as const;
/** A whole number, not negative. */
export const count = (about: string) => ({ kind: 'count', about }) as const;
export const lines = (about: string) => ({ kind: 'lines', about }) as const;
/** What a question yields. */
export const answer = (about: string) => ({ kind: 'answer', about }) as const;
export const choice = <const V extends readonly (string | number)[]>(about: string, of: V) =>
  ({ kind: 'choice', about, of }) as const;
export const record = <const S extends Fields>(about: string, fields: S) =>
  ({ kind: 'record', about, fields }) as const;
export const list = <const S extends Fields>(about: string, item: S) =>
  ({ kind: 'list', about, item }) as const;
