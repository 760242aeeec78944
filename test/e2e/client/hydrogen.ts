import type { Browser } from '../../support/browser/chromium.ts';
import type { Page } from '../../support/browser/page.ts';

/** Somebody with Hydrogen in a browser of their own: what a person does there, by what a person sees there. */
export class Hydrogen {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Opens the client and logs in; the server is the one that the client's configuration names. */
  static async logIn(browser: Browser, client: string, user: string, password: string): Promise<Hydrogen> {
    const page = await browser.newPerson();
    await page.open(client);
    const hydrogen = new Hydrogen(page);
    await hydrogen.logInAgain(user, password);
    return hydrogen;
  }

  async logInAgain(user: string, password: string): Promise<void> {
    await this.page.type('#username', user);
    await this.page.type('#password', password);
    await this.page.click('.PasswordLoginView button[type=submit]');
    await this.page.sees('.LeftPanel');
  }

  async createEncryptedRoom(name: string): Promise<void> {
    await this.page.click('.utilities .create');
    await this.page.click('.menu button', 'Create Room');
    await this.page.type('#name', name);
    await this.page.click('.CreateRoomView button[type=submit]');
    await this.openRoom(name);
    await this.page.sees('.MessageComposer textarea[placeholder^="Send an encrypted message"]');
  }

  async say(text: string): Promise<void> {
    await this.page.type('.MessageComposer textarea', text);
    await this.page.pressEnter();
  }

  async openRoom(name: string): Promise<void> {
    await this.page.click('.RoomList a', name);
    await this.page.sees('.middle-header', name);
  }

  async acceptInvitation(name: string): Promise<void> {
    await this.openRoom(name);
    await this.page.click('.InviteView button', 'Accept');
    await this.page.sees('.MessageComposer');
  }

  /** Waits until a message can be read. */
  reads(text: string): Promise<void> {
    return this.page.sees('.Timeline .Timeline_messageBody', text);
  }

  async logOut(): Promise<void> {
    await this.page.click('.utilities .settings');
    await this.page.click('.Settings a, .Settings button', 'Log out');
    await this.page.click('button.destructive', 'Log out');
    // The accounts of this browser, and none is left.
    await this.page.click('.SessionPickerView a', 'Sign In');
  }
}
