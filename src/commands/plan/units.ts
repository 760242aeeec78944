/** MiB as GB in the way a VPS is sold (1024 MiB), with one decimal where it has one: `16`, `4.1`. */
export const gb = (mib: number): string => oneDecimal(mib / 1024);

export const oneDecimal = (value: number): string => `${Math.round(value * 10) / 10}`;
