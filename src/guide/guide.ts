import { ELEMENT_WEB } from './clients.ts';
import { list, type Page, type Section, steps, text } from './text.ts';

/** The names that the guide is filled with. */
export interface GuideNames {
  /** server_name */
  readonly domain: string;
  /** The host that clients talk to. */
  readonly matrixHost: string;
  /** Localpart of the administrator, where it is known. */
  readonly admin?: string;
  /** Whom to ask: a mail address, a telephone number, a name. */
  readonly contact?: string;
  /** Address of the web client; absent: Element's own. */
  readonly client?: string;
}

/**
 * The page for the people who have an account on the server: how to get in, and how not to lose their messages.
 * What Element's screens are called is as in its sources of 2026: "Back up your chats" is the notice, "Encryption" the
 * page of its settings. What the administrator sees follows from the specification: the room's state, reactions and
 * all that surrounds a message are not encrypted (client-server API, "End-to-End Encryption").
 */
export const guide = (names: GuideNames): Page => ({
  title: `Your account on ${names.domain}`,
  sections: [logIn(names), saveKey(names), secondDevice, whoSees(names), lostDevice, ask(names)],
});

const logIn = ({ domain, matrixHost, client }: GuideNames): Section => {
  const web = client ?? ELEMENT_WEB;
  return {
    title: 'Log in',
    blocks: [
      text(
        'Your name is ',
        { code: `@you:${domain}` },
        ', with your own name in place of ',
        { code: 'you' },
        '.',
      ),
      steps(
        [
          'On a computer: open ',
          { link: web, text: web },
          ', choose to sign in, and type the whole name, ',
          { code: `@you:${domain}` },
          '. The server is found by it.',
        ],
        [
          'On a phone: install Element X (',
          { link: 'https://element.io/download', text: 'element.io/download' },
          '), choose to sign in with another account provider, and type ',
          { code: domain },
          '.',
        ],
        ['If an app asks for a homeserver address, it is ', { code: `https://${matrixHost}` }, '.'],
      ),
      text(
        'If you were given an invitation code, make the account in the web client first: apps on phones cannot take the code.',
      ),
      text('Any other Matrix app works, too: FluffyChat, Cinny, and more. You can use several at once.'),
    ],
  };
};

const saveKey = ({ domain }: GuideNames): Section => ({
  title: 'Save your recovery key now',
  blocks: [
    text(
      'Your messages are encrypted on your devices. The keys are on your devices only. When you lose them all, nobody can give your messages back: not the administrator, not anybody. The recovery key is what saves you.',
    ),
    steps(
      [
        'When Element says "Back up your chats", say yes. Otherwise: Settings, Encryption, and there recovery.',
      ],
      ['It shows a recovery key: some forty letters and digits. Copy it.'],
      [
        'Keep it in your password manager, or write it on paper with the name of this server, ',
        { code: domain },
        ', and put it where your important papers are. Not on the phone alone that you may lose.',
      ],
      ['Type it in once when Element asks, so that you know it is right.'],
    ),
    text(
      'Your password gets you in. The recovery key gets your messages back. They are not the same: keep both.',
    ),
  ],
});

const secondDevice: Section = {
  title: 'A second device',
  blocks: [
    steps(
      ['Log in on the new device with your name and password.'],
      [
        'It asks to be verified. Choose the other device, and compare the pictures on both; or type your recovery key.',
      ],
      ['When both show the same, say so on both. Old messages then become readable on the new one.'],
    ),
    text(
      'A device of your own that you do not know in Settings, Sessions (or Devices) is somebody else: sign it out and change your password.',
    ),
  ],
};

const whoSees = ({ domain }: GuideNames): Section => ({
  title: 'What the administrator can see',
  blocks: [
    text('In encrypted rooms, the administrator of the server ', { code: domain }, ' cannot read:'),
    list(['messages'], ['pictures, voice messages and files']),
    text('The administrator can see:'),
    list(
      ['who has an account, with its name and picture, and from which address and device it is used'],
      ['which rooms there are, their names, topics and members'],
      ['who writes in which room and when, how long it is, and reactions such as a thumb up'],
      ['everything in rooms that are not encrypted'],
    ),
    text(
      'The administrator can set a new password for you, and even log in as you, but not read your old messages with that; your other devices show such a session as not verified. The servers of other people in a room see of that room what yours sees.',
    ),
  ],
});

const lostDevice: Section = {
  title: 'When something is lost',
  blocks: [
    list(
      [
        'A device: sign it out in the settings of another one, and change your password. Your messages come back on a new one with the recovery key.',
      ],
      [
        'The password: ask the administrator for a new one. You need your recovery key, or a device that is still logged in, to read old messages.',
      ],
      ['The recovery key, and a device still works: make a new one in Settings, Encryption. Do it today.'],
      [
        'All devices and the recovery key: the account can be used again after a new password, and old encrypted messages stay unreadable.',
      ],
    ),
  ],
};

const ask = ({ domain, admin, contact }: GuideNames): Section => {
  const account = admin === undefined ? [] : [['on Matrix, ', { code: `@${admin}:${domain}` }]];
  return {
    title: 'Whom to ask',
    blocks: [
      text('The administrator of this server:'),
      list(...(contact === undefined ? [] : [[contact]]), ...account),
      text('Nobody needs your password or your recovery key to help you. Do not tell them to anybody.'),
    ],
  };
};
