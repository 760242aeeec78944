import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';

/** Three texts of one YAML file. */
export interface ThreeTexts {
  /** As it was last written by this program. */
  readonly base: string;
  /** As it is on the machine: with somebody's edit. */
  readonly edited: string;
  /** As this program renders it now. */
  readonly rendered: string;
}

export interface Merged {
  /** The edited text with what is new; where both changed the same, the edit stays. */
  readonly text: string;
  /** Where both changed the same, as `database.args.cp_max`. */
  readonly conflicts: readonly string[];
}

type Doc = Document.Parsed;

const parse = (text: string): Doc | undefined => {
  const document = parseDocument(text, { compat: 'yaml-1.1', uniqueKeys: true, merge: true });
  return document.errors.length === 0 ? document : undefined;
};

/** A merge key (`<<`) is a symbol in the library's documents. */
const nameOf = (pair: Pair): string => {
  const value: unknown = isScalar(pair.key) ? pair.key.value : pair.key;
  return typeof value === 'symbol' ? (value.description ?? '') : String(value);
};

const pairOf = (map: YAMLMap, name: string): Pair | undefined =>
  map.items.find((pair) => nameOf(pair) === name);

/** The same data, whatever comments, quotes and order of keys. An alias is the same when it names the same anchor. */
const same = (one: unknown, other: unknown): boolean => {
  if (isAlias(one) || isAlias(other)) return isAlias(one) && isAlias(other) && one.source === other.source;
  if (isMap(one) || isMap(other)) {
    if (!isMap(one) || !isMap(other) || one.items.length !== other.items.length) return false;
    return one.items.every((pair) => {
      const twin = pairOf(other, nameOf(pair));
      return twin !== undefined && same(pair.value, twin.value);
    });
  }
  if (isSeq(one) || isSeq(other)) {
    if (!isSeq(one) || !isSeq(other) || one.items.length !== other.items.length) return false;
    return one.items.every((item, index) => same(item, other.items[index]));
  }
  const plain = (value: unknown): unknown => (isScalar(value) ? value.value : (value ?? null));
  return plain(one) === plain(other);
};

const copyOf = <T>(value: T): T => (isNode(value) ? ((value as Node).clone() as T) : value);

/** Puts a new key where the rendered file has it: behind the same neighbour, else last. */
const insert = (into: YAMLMap, pair: Pair, rendered: YAMLMap): void => {
  const before = rendered.items[rendered.items.indexOf(pair) - 1];
  const neighbour = before === undefined ? undefined : pairOf(into, nameOf(before));
  const place = neighbour === undefined ? into.items.length : into.items.indexOf(neighbour) + 1;
  into.items.splice(place, 0, pair.clone() as Pair);
};

/** Applies what differs between `base` and `rendered` to `edited`; lists and scalars are taken as a whole. */
class Merge {
  changed = false;
  readonly conflicts: string[] = [];

  maps(base: YAMLMap, edited: YAMLMap, rendered: YAMLMap, path: readonly string[]): void {
    for (const pair of [...rendered.items]) {
      const old = pairOf(base, nameOf(pair));
      const here = [...path, nameOf(pair)];
      if (old === undefined) this.#added(pair, edited, rendered, here);
      else this.#both(old, pair, edited, here);
    }
    for (const pair of base.items) {
      if (pairOf(rendered, nameOf(pair)) === undefined) this.#removed(pair, edited, [...path, nameOf(pair)]);
    }
  }

  #added(pair: Pair, edited: YAMLMap, rendered: YAMLMap, path: readonly string[]): void {
    const mine = pairOf(edited, nameOf(pair));
    if (mine === undefined) {
      insert(edited, pair, rendered);
      this.changed = true;
    } else if (!same(mine.value, pair.value)) this.#conflict(path);
  }

  #both(old: Pair, fresh: Pair, edited: YAMLMap, path: readonly string[]): void {
    if (same(old.value, fresh.value)) return;
    const mine = pairOf(edited, nameOf(fresh));
    if (mine !== undefined && same(mine.value, fresh.value)) return;
    if (isMap(old.value) && isMap(fresh.value) && isMap(mine?.value)) {
      this.maps(old.value, mine.value, fresh.value, path);
    } else if (mine === undefined || !same(mine.value, old.value)) {
      this.#conflict(path);
    } else {
      mine.value = copyOf(fresh.value);
      this.changed = true;
    }
  }

  #removed(old: Pair, edited: YAMLMap, path: readonly string[]): void {
    const mine = pairOf(edited, nameOf(old));
    if (mine === undefined) return;
    if (same(mine.value, old.value)) {
      edited.items.splice(edited.items.indexOf(mine), 1);
      this.changed = true;
    } else this.#conflict(path);
  }

  #conflict(path: readonly string[]): void {
    this.conflicts.push(path.join('.'));
  }
}

/**
 * A three-way merge of maps: comments of the edited file stay, and so does its text to the byte when nothing is to be
 * changed. Undefined when one of them is no YAML map, or when what came of it cannot be written.
 */
export const mergeYaml = ({ base, edited, rendered }: ThreeTexts): Merged | undefined => {
  const [old, mine, fresh] = [parse(base), parse(edited), parse(rendered)];
  if (!old || !mine || !fresh) return undefined;
  if (!isMap(old.contents) || !isMap(mine.contents) || !isMap(fresh.contents)) return undefined;
  const merge = new Merge();
  merge.maps(old.contents, mine.contents, fresh.contents, []);
  const { conflicts } = merge;
  if (!merge.changed) return { text: edited, conflicts };
  const text = written(mine);
  return text === undefined ? undefined : { text, conflicts };
};

/** The document as text; undefined for an alias without its anchor, and for what does not read back as the same. */
const written = (document: Doc): string | undefined => {
  try {
    const text = document.toString({ lineWidth: 0, flowCollectionPadding: false });
    const back = parse(text);
    return back !== undefined && same(back.contents, document.contents) ? text : undefined;
  } catch {
    return undefined;
  }
};

/** Whether a text can be read as a YAML map at all. */
export const isYamlMap = (text: string): boolean => isMap(parse(text)?.contents);
