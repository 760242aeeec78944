/** One difference between what the specification says of a server and what the public tester says. */
export interface Difference {
  /** Name of the case in the catalogue. */
  readonly fault: string;
  readonly spec: 'green' | 'red';
  readonly go: 'green' | 'red';
  /** What decides: a section of the server-server specification, unless another document is named. */
  readonly decides: string;
  /** What the tester does instead. */
  readonly why: string;
}

const RESOLVING = '"Resolving server names"';
const OWNER = 'nothing there: the owner knows better';

/**
 * All of them, in the catalogue's order: in every other case the two agree. What the tester says is what the program
 * beside this file says, which the contract suite compares; so this is its record too, for machines without Go.
 */
export const DIFFERENCES: readonly Difference[] = [
  {
    fault: 'nothing: IP literal with a certificate for the address',
    spec: 'green',
    go: 'red',
    decides: `${RESOLVING}, step 1`,
    why: 'finds no address for an IP literal',
  },
  {
    fault: 'nothing: SRV with a certificate for the name',
    spec: 'green',
    go: 'red',
    decides: `${RESOLVING}, step 4`,
    why: 'knows `_matrix._tcp` only, and goes to port 8448',
  },
  {
    fault: 'our own is not published, although 8448 answers',
    spec: 'red',
    go: 'green',
    decides: OWNER,
    why: 'is content with step 6',
  },
  {
    fault: 'an old copy',
    spec: 'red',
    go: 'green',
    decides: OWNER,
    why: 'does not know where the server ought to be',
  },
  {
    fault: 'the apex has no address, and SRV leads to the homeserver',
    spec: 'green',
    go: 'red',
    decides: `${RESOLVING}, step 4`,
    why: 'knows `_matrix._tcp` only, and goes to port 8448',
  },
  {
    fault: 'a private address',
    spec: 'red',
    go: 'green',
    decides: `${RESOLVING}: all servers have to get there`,
    why: 'connects when it happens to be in the same network',
  },
  {
    fault: 'keys as text/plain',
    spec: 'red',
    go: 'green',
    decides: '"API standards": JSON has to say that it is JSON',
    why: 'does not look at Content-Type',
  },
  {
    fault: 'a key both current and old',
    spec: 'red',
    go: 'green',
    decides: '"Publishing Keys": old keys are those that the server used to use',
    why: 'looks at current keys only',
  },
  {
    fault: 'the key of the test vectors',
    spec: 'red',
    go: 'green',
    decides: 'appendices, "Cryptographic Test Vectors", which print the private half',
    why: 'does not know it',
  },
  {
    fault: 'reinstalled with a new key',
    spec: 'red',
    go: 'green',
    decides: OWNER,
    why: 'does not know which keys there were',
  },
  { fault: 'no CORS on our own server', spec: 'red', go: 'green', decides: OWNER, why: 'is not for clients' },
  {
    fault: 'another base_url than ours',
    spec: 'red',
    go: 'green',
    decides: OWNER,
    why: 'is not for clients',
  },
  {
    fault: 'only version and keys are routed',
    spec: 'red',
    go: 'green',
    decides: '"Unsupported endpoints": what is not known is answered by the homeserver, with a Matrix error',
    why: 'asks for version and keys only',
  },
  {
    fault: 'nothing: a name with a port, where a well-known leads elsewhere',
    spec: 'green',
    go: 'red',
    decides: `${RESOLVING}, step 2`,
    why: 'asks for well-known at that port, and believes it',
  },
  {
    fault: 'nothing: an IP literal with a port',
    spec: 'green',
    go: 'red',
    decides: `${RESOLVING}, step 1`,
    why: 'finds no address for an IP literal',
  },
  {
    fault: 'nothing: m.server is an IP literal',
    spec: 'green',
    go: 'red',
    decides: `${RESOLVING}, step 3.1`,
    why: 'finds no address for an IP literal',
  },
  {
    fault: 'nothing: both services, of which only the new one leads to the homeserver',
    spec: 'green',
    go: 'red',
    decides: `${RESOLVING}, steps 4 and 5`,
    why: 'knows `_matrix._tcp` only',
  },
  {
    fault: 'SRV fails, and 8448 works',
    spec: 'red',
    go: 'green',
    decides: `${RESOLVING}, steps 3.3 to 3.5: a lookup that fails has not found that there is none`,
    why: 'takes a failure for a "no"',
  },
  {
    fault: 'keys redirected to where they are',
    spec: 'red',
    go: 'green',
    decides: '"Publishing Keys": they are at this path; only well-known may be redirected',
    why: 'follows redirects everywhere',
  },
  {
    fault: 'version whose server is a text',
    spec: 'green',
    go: 'red',
    decides: '"Server implementation": no field of the version is required',
    why: 'insists on the kinds of the fields',
  },
  {
    fault: 'nothing: base64 with padding',
    spec: 'green',
    go: 'red',
    decides: 'appendices, "Unpadded Base64": padding is to be accepted',
    why: 'refuses padding',
  },
  {
    fault: 'an old key of three bytes',
    spec: 'red',
    go: 'green',
    decides: 'appendices, "Signing Details": keys are ed25519, 32 bytes',
    why: 'looks at current keys only',
  },
];
