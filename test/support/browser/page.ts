import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DevTools } from './devtools.ts';

const PATIENCE_MS = 60_000;

interface Evaluated {
  readonly result: { readonly value?: unknown };
  readonly exceptionDetails?: {
    readonly text: string;
    readonly exception?: { readonly description?: string };
  };
}

/** What is looked for: an element by its selector, and the text in it where several fit. */
interface Wanted {
  readonly selector: string;
  readonly text?: string;
}

/** The expression that finds it, or undefined; what cannot be seen does not count. */
const find = ({ selector, text = '' }: Wanted): string =>
  `[...document.querySelectorAll(${JSON.stringify(selector)})]
    .filter((one) => one.checkVisibility() && one.textContent.includes(${JSON.stringify(text)})).at(-1)`;

/** A page in a browser, used as a person does: looked at, clicked and typed into. */
export class Page {
  readonly #devTools: DevTools;
  readonly #session: string;

  constructor(devTools: DevTools, session: string) {
    this.#devTools = devTools;
    this.#session = session;
  }

  async open(url: string): Promise<void> {
    const { errorText } = await this.#send('Page.navigate', { url });
    if (errorText) throw new Error(`${url}: ${errorText}`);
  }

  /** What an expression is worth in the page; promises are waited for. */
  async evaluate(expression: string): Promise<unknown> {
    const asked = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = (await this.#send(
      'Runtime.evaluate',
      asked,
    )) as unknown as Evaluated;
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits until it can be seen. Throws with the page's text when it does not come. */
  async sees(selector: string, text?: string): Promise<void> {
    const wanted = { selector, ...(text === undefined ? {} : { text }) };
    for (const end = Date.now() + PATIENCE_MS; ; await sleep(100)) {
      // A page that is just being left has nothing to be asked.
      if (await this.evaluate(`${find(wanted)} !== undefined`).catch(() => false)) return;
      if (Date.now() > end)
        throw new Error(`no ${selector} ${text ?? ''} in: ${await this.evaluate('document.body.innerText')}`);
    }
  }

  async click(selector: string, text?: string): Promise<void> {
    await this.sees(selector, text);
    await this.evaluate(`${find({ selector, ...(text === undefined ? {} : { text }) })}.click()`);
  }

  /** Types into a field, in the place of what is there. */
  async type(selector: string, text: string): Promise<void> {
    await this.sees(selector);
    await this.evaluate(`{ const field = ${find({ selector })}; field.focus(); field.select?.(); }`);
    await this.#send('Input.insertText', { text });
  }

  async pressEnter(): Promise<void> {
    const key = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' };
    await this.#send('Input.dispatchKeyEvent', { type: 'keyDown', ...key });
    await this.#send('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
  }

  /** For looking at by hand. */
  async screenshot(file: string): Promise<void> {
    const { data } = await this.#send('Page.captureScreenshot');
    writeFileSync(file, Buffer.from(String(data), 'base64'));
  }

  #send(method: string, params?: Readonly<Record<string, unknown>>) {
    return this.#devTools.send(method, params, this.#session);
  }
}
