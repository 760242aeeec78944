import type { CodeText } from './explained.ts';

export const PEOPLE_CODES: Readonly<Record<string, CodeText>> = {
  'MB-SERVER-ABSENT': {
    means: 'The machine has no server that matrix-bastion installed.',
    why: 'Accounts, invitations and rooms are changed through a server that is there.',
    fix: ['Compare the machine with the one that you mean', 'Or install one: matrix-bastion init user@host'],
    safe: 'Nothing was changed.',
  },
  'MB-SERVER-STOPPED': {
    means: 'The server is installed, but Synapse does not run.',
    why: 'Only a running Synapse can be asked and told something.',
    fix: ['Run matrix-bastion init user@host, which brings it up or says why not'],
    safe: 'Nothing was changed.',
  },
  'MB-ADMIN-API': {
    means: "Synapse's admin API could not be asked at all.",
    why: 'It is asked inside of its container: the container is gone, or Synapse starts or hangs.',
    fix: [
      'Look at docker compose ps and docker compose logs synapse on the machine',
      'Run the command again',
    ],
    safe: 'What was not answered may have been done; running it again looks first.',
  },
  'MB-ADMIN-REFUSED': {
    means: 'Synapse did not carry out a request of the admin API.',
    why: 'The reason in its own words stands with the failure.',
    fix: ['Correct what Synapse names, then run the command again'],
    safe: 'Nothing was changed by that request.',
  },
  'MB-USER-DEACTIVATED': {
    means: 'The account is deactivated.',
    why: 'Its name stays taken, so that nobody else can pass for its owner.',
    fix: ['Bring it back with matrix-bastion user reactivate, or choose another name'],
    safe: 'No account was changed.',
  },
  'MB-USER-OWN': {
    means: "The account is the program's own, with which it asks the admin API.",
    why: 'Nobody logs in with it; without it a new one would be made.',
    fix: ['Leave it as it is'],
    safe: 'No account was changed.',
  },
  'MB-USER-BOT': {
    means: "The account is the moderation bot's.",
    why: 'The bot would lose its login, and with it every room and list that it guards.',
    fix: ['Take the bot away first: matrix-bastion moderation disable user@host'],
    safe: 'No account was changed.',
  },
  'MB-USER-LAST-ADMIN': {
    means: 'The account is the last administrator of the server.',
    why: 'Nobody could administer the server from a client any more.',
    fix: ['Make another administrator first: matrix-bastion user add user@host NAME --admin'],
    safe: 'No account was changed.',
  },
  'MB-ADMIN-DATABASE': {
    means: "Synapse's database did not answer.",
    why: 'Which rooms there are, and who is in them, is read from it.',
    fix: ['Look at docker compose ps postgres on the machine', 'Run the command again'],
    safe: 'Nothing was changed.',
  },
  'MB-ROOM-OUTSIDE': {
    means: 'Nobody of this server is in the room.',
    why: 'What a room is like, and who is in it, only a server knows that is in it.',
    fix: ['Join it with an account of this server, from a client', 'Run the command again'],
    safe: 'Nothing was changed.',
  },
  'MB-ROOM-POWER': {
    means: 'Nobody of this server may replace the room with a successor.',
    why: 'That takes the power to send m.room.tombstone, which the people of the room give.',
    fix: [
      'Ask one of those who have it, or let them give it to an administrator of this server',
      'Or make a room here that follows it: matrix-bastion room move user@host ROOM --dry-run',
    ],
    safe: 'Nothing was changed.',
  },
  'MB-ROOM-SUCCESSOR': {
    means: 'The room has a successor, and nobody of this server may invite into it.',
    why: 'Somebody else made it, or whoever did has left it.',
    fix: ['Join it from a client: the old room leads there', 'Let somebody with the power invite the others'],
    safe: 'Nothing was changed.',
  },
  'MB-FEDERATION-OPEN': {
    means: 'The answers name servers, or none, to talk to, and others are let in, or that could not be told.',
    why: 'It is tried from outside in every run: a file in conf.d may say otherwise than the answers.',
    fix: [
      'Take federation_domain_whitelist out of the files in /opt/matrix-bastion/synapse/conf.d, then run init again',
      'To talk to every server: matrix-bastion federation user@host open',
    ],
    safe: 'Nothing was changed by the check.',
  },
  'MB-DISK-LOOK': {
    means: 'It could not be seen what takes the space on the machine.',
    why: 'df(1) did not answer there, or the connection was lost meanwhile.',
    fix: ['Run the command again', 'On the machine: df -h /opt/matrix-bastion'],
    safe: 'Nothing was changed.',
  },
  'MB-MODERATION-OFF': {
    means: 'The machine runs no moderation bot.',
    why: 'Policy lists are watched by a bot, Draupnir or Mjolnir; the default is none.',
    fix: ['Set one up: matrix-bastion moderation enable user@host'],
    safe: 'Nothing was changed.',
  },
  'MB-MODERATION-LOGIN': {
    means: "Synapse does not take the moderation bot's token any more.",
    why: 'Its devices were logged out, its account was locked or deactivated, or the database is from before the token.',
    fix: ['Give it a new one: matrix-bastion init user@host'],
    safe: 'Nothing was changed.',
  },
  'MB-MODERATION-ACCOUNT': {
    means: "The name of the moderation bot's account is taken.",
    why: 'The account was not made by this program: it may be a person, or a bot that somebody runs elsewhere.',
    fix: [
      'Keep the bot that runs elsewhere, and leave --moderation none',
      'Or take the other bot: --moderation draupnir or mjolnir',
    ],
    safe: 'No account was changed; the server runs.',
  },
  'MB-MODERATION-ROOM': {
    means: 'The room in which the moderation bot takes its orders cannot be used.',
    why: 'Its alias leads to a room that neither the bot nor an administrator of the server made, or that is encrypted, or the bot was put out of it.',
    fix: [
      'Take the alias away from that room in a client, then run init again',
      'Or, where the bot was put out: invite it again, then run init again',
    ],
    safe: 'No room was changed; the server runs, and the bot was not stopped.',
  },
  'MB-MODERATION-POWER': {
    means: 'The moderation bot cannot get into a room that it is to protect, or lacks power there.',
    why: 'It needs power 100 in most rooms. Only an administrator of this server who is in the room, and has as much, is made to give it that.',
    fix: [
      'Let somebody with that power type in the room: /invite @BOT:DOMAIN, and /op @BOT:DOMAIN 100',
      'Or let them give that power to an administrator of this server',
      'Run the command again',
    ],
    safe: 'Nothing was changed; the bot protects the rooms that it protected before.',
  },
  'MB-POLICY-LIST': {
    means: 'What was to be watched is no policy list, or cannot be reached.',
    why: 'Its alias leads nowhere, the bot cannot join the room, or there is no rule in it.',
    fix: [
      'Compare the name with where you found it',
      'matrix-bastion moderation subscribe user@host without a list names some',
      'A list of another server needs federation: matrix-bastion check DOMAIN',
      'A room that Synapse calls too large needs a larger machine: plan says how large rooms of other servers may be',
    ],
    safe: 'The bot watches what it watched before.',
  },
  'MB-INVITE-CLOSED': {
    means: 'The server takes no registrations, not with a token either.',
    why: 'Its answers say registration: closed, the default.',
    fix: [
      'Let in holders of a token, and nobody else: matrix-bastion init user@host --registration invite',
      'Or make the account yourself: matrix-bastion user add user@host NAME',
    ],
    safe: 'No invitation was made; registration stays shut.',
  },
  'MB-REGISTRATION-OPEN': {
    means: 'Strangers can make accounts, or could with the new configuration.',
    why: 'A file in conf.d allows guests, or registration without a token; such servers are filled with spam.',
    fix: [
      'Take that setting out of /opt/matrix-bastion/synapse/conf.d, then run init again',
      'To let in whom you invite: --registration invite, then matrix-bastion invite create',
    ],
    safe: 'A new configuration that would open the server is not put in place.',
  },
  'MB-REGISTRATION': {
    means: 'Who can make an account is not as the answers want it, or could not be told.',
    why: 'It is tried from outside in every run, because what the configuration says is not yet what the server does.',
    fix: [
      'See what a file in /opt/matrix-bastion/synapse/conf.d says of registration',
      'Choose --registration closed or invite, then run init again',
    ],
    safe: 'Without a token nobody gets in.',
  },
};
