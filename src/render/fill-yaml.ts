import {
  Alias,
  type Document,
  isCollection,
  isMap,
  isScalar,
  Pair,
  parseDocument,
  Scalar,
  visit,
  type YAMLMap,
} from 'yaml';

/** What a template writes where a value belongs. */
const PLACEHOLDER = 'FILL';

/** What may be put in a placeholder's place: scalars, and lists and maps of them. Strings are always quoted. */
export type YamlValue =
  | string
  | number
  | boolean
  | readonly YamlValue[]
  | { readonly [key: string]: YamlValue };

/** A path into the document: keys of maps and indexes of lists. */
export type YamlPath = readonly (string | number)[];

/**
 * Printable text without YAML 1.1's own line breaks (U+0085, U+2028, U+2029), which PyYAML would fold inside
 * quotes, and without a byte order mark. Source: PyYAML, reader.py, NON_PRINTABLE; YAML 1.1, 4.2.
 */
const PRINTABLE = /^[\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]*$/u;

/**
 * A YAML template that is filled through the document tree: comments survive, quoting is the library's, and no
 * value can become anything but a scalar or a list of scalars. Written so that YAML 1.1 readers
 * (PyYAML reads Synapse's files) see the same as YAML 1.2 readers.
 */
export class YamlTemplate {
  readonly #document: Document.Parsed;

  /** Throws when the template itself is not YAML: an error in this program. */
  constructor(template: string) {
    this.#document = parseDocument(template, { compat: 'yaml-1.1', uniqueKeys: true, merge: true });
    const [error] = this.#document.errors;
    if (error) throw error;
  }

  /** Puts a value where the template has a placeholder. Strings are always written in quotes. */
  fill(path: YamlPath, value: YamlValue): void {
    const place = this.#document.getIn(path, true);
    if (!isScalar(place) || place.value !== PLACEHOLDER) {
      throw new Error(`template: no placeholder at ${path.join('.')}`);
    }
    if (typeof value === 'object') {
      // A comment beside it would move below the list's last item.
      if (place.comment) throw new Error(`template: put the comment of ${path.join('.')} above it`);
      const empty = Array.isArray(value) && value.length === 0;
      this.#document.setIn(path, this.#document.createNode(guarded(value), { flow: empty }));
    } else {
      place.value = typeof value === 'string' ? checked(value) : checkedNumber(value);
      if (typeof value === 'string') place.type = Scalar.QUOTE_DOUBLE;
      else delete place.type;
    }
  }

  /** Puts a list in the place of one that is there. */
  replace(path: YamlPath, value: readonly YamlValue[]): void {
    if (!isCollection(this.#document.getIn(path, true)))
      throw new Error(`template: nothing to replace at ${path.join('.')}`);
    this.#document.setIn(path, this.#document.createNode(guarded(value)));
  }

  /** Adds a value under a key that is not there yet. */
  add(path: YamlPath, key: string, value: YamlValue): void {
    const map = path.length === 0 ? this.#document.contents : this.#document.getIn(path, true);
    if (!isMap(map)) throw new Error(`template: no map at ${path.join('.')}`);
    if (map.has(key)) throw new Error(`template: ${key} is there already`);
    map.add(this.#document.createPair(key, guarded(value)));
  }

  /**
   * Adds a map that takes over all keys of the map with this anchor that it does not have itself (a YAML merge key,
   * which Compose understands).
   */
  addMerged(path: YamlPath, key: string, anchor: string, value: Readonly<Record<string, YamlValue>>): void {
    this.add(path, key, {});
    const map = this.#document.createNode(guarded(value)) as YAMLMap;
    // As a symbol it is the merge key; as a string it would be quoted, and a key like any other.
    map.items.unshift(new Pair(new Scalar(Symbol('<<')), new Alias(anchor)));
    for (const { value: inner } of map.items) if (isCollection(inner)) inner.flow = true;
    this.#document.setIn([...path, key], map);
  }

  /** Puts a comment before a key, above those that are there. */
  comment(path: YamlPath, text: string): void {
    const map = this.#document.getIn(path.slice(0, -1), true);
    const pair = isMap(map)
      ? map.items.find((item) => isScalar(item.key) && item.key.value === path.at(-1))
      : undefined;
    if (!pair || !isScalar(pair.key)) throw new Error(`template: nothing to comment at ${path.join('.')}`);
    pair.key.commentBefore = text;
    pair.key.spaceBefore = true;
  }

  /** Empties a list or a map that is there; `comment`, when given, takes the place of the one before it. */
  empty(path: YamlPath, comment?: string): void {
    const map = this.#document.getIn(path.slice(0, -1), true);
    const key = path.at(-1);
    const pair = isMap(map)
      ? map.items.find((item) => isScalar(item.key) && item.key.value === key)
      : undefined;
    if (!pair || !isCollection(pair.value))
      throw new Error(`template: nothing to empty at ${path.join('.')}`);
    if (comment !== undefined) (pair.key as Scalar).commentBefore = comment;
    pair.value = this.#document.createNode(isMap(pair.value) ? {} : [], { flow: true });
  }

  /** Takes a fragment away, with the comments that belong to it. */
  remove(path: YamlPath): void {
    if (!this.#document.deleteIn(path)) throw new Error(`template: nothing to remove at ${path.join('.')}`);
  }

  /** The value at a path as plain data; undefined when there is none. */
  read(path: YamlPath): unknown {
    const node = this.#document.getIn(path);
    return isCollection(node) ? node.toJS(this.#document) : node;
  }

  /** The filled text. Throws when a placeholder is left. */
  text(): string {
    visit(this.#document, {
      Scalar(_key, node) {
        if (node.value === PLACEHOLDER) throw new Error('template: a placeholder is left');
      },
    });
    return this.#document.toString({ lineWidth: 0, flowCollectionPadding: false });
  }
}

function checked(value: string): string {
  if (!PRINTABLE.test(value))
    throw new Error(`value ${JSON.stringify(value)} has characters that no setting may have`);
  return value;
}

function checkedNumber(value: number | boolean): number | boolean {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error('value is not a number');
  return value;
}

/** Every string in it as a quoted scalar. Keys are this program's own words. */
function guarded(value: YamlValue): unknown {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object') return checkedNumber(value);
  if (Array.isArray(value)) return value.map(guarded);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, guarded(inner as YamlValue)]));
}

function quoted(value: string): Scalar<string> {
  const scalar = new Scalar(checked(value));
  scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}
