export function logins(_: unknown): void {}
