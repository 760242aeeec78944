/** A piece of running text. */
export type Inline =
  | string
  /** To be typed or compared letter by letter. */
  | { readonly code: string }
  | { readonly link: string; readonly text: string };

export type Sentence = readonly Inline[];

export type Block =
  | { readonly kind: 'text'; readonly text: Sentence }
  | { readonly kind: 'steps'; readonly items: readonly Sentence[] }
  | { readonly kind: 'list'; readonly items: readonly Sentence[] };

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** A page before it is Markdown or HTML. */
export interface Page {
  readonly title: string;
  readonly sections: readonly Section[];
}

export const text = (...pieces: Inline[]): Block => ({ kind: 'text', text: pieces });
export const steps = (...items: Sentence[]): Block => ({ kind: 'steps', items });
export const list = (...items: Sentence[]): Block => ({ kind: 'list', items });
