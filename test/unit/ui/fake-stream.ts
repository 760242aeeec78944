/** A stream that keeps what is written; a terminal of so many columns when asked for. */
export function fakeStream(columns?: number): NodeJS.WriteStream & { text(): string } {
  const parts: string[] = [];
  const stream = {
    isTTY: columns !== undefined,
    ...(columns !== undefined && { columns, rows: 24 }),
    write(text: string) {
      parts.push(text);
      return true;
    },
    text: () => parts.join(''),
    on: () => stream,
    once: () => stream,
    removeListener: () => stream,
  };
  return stream as unknown as NodeJS.WriteStream & { text(): string };
}
