export function sudo(_: unknown): void {}
