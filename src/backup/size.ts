const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;

/** Bytes for people, 1024 each: `382 KB`, `1.4 GB`. */
export const sizeText = (bytes: number): string => {
  const step = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), UNITS.length - 1);
  const value = bytes / 1024 ** step;
  return `${value < 10 && step > 1 ? Math.round(value * 10) / 10 : Math.round(value)} ${UNITS[step]}`;
};
