/** Element Web as those who make it serve it. It takes no server from a link, and finds it by a whole user id. */
export const ELEMENT_WEB = 'https://app.element.io';

/**
 * Opens Element X on a phone to log in, with the server and the name, where there is one, filled in; or offers the app
 * (element-x-android, `DefaultLoginIntentResolver.kt`).
 */
export const phoneLink = (domain: string, localpart?: string): string => {
  const account = new URLSearchParams({
    account_provider: domain,
    ...(localpart !== undefined && { login_hint: `mxid:@${localpart}:${domain}` }),
  });
  return `https://mobile.element.io/element/?${account}`;
};
