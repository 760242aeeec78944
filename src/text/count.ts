/** `1 room`, `3 rooms`; `many` where an `s` does not do: `2 people`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;
