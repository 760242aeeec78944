/** Run on the operator's machine: logs in with what stands as JSON on standard input, uploads so many MiB, prints the mxc URI. */
let text = '';
for await (const chunk of process.stdin) text += chunk;
const { baseUrl, user, password, mebibytes } = JSON.parse(text) as {
  readonly baseUrl: string;
  readonly user: string;
  readonly password: string;
  readonly mebibytes: number;
};

const post = async (path: string, type: string, body: string | Buffer, token?: string) => {
  const headers = { 'Content-Type': type, ...(token && { Authorization: `Bearer ${token}` }) };
  const response = await fetch(`${baseUrl}/_matrix/${path}`, { method: 'POST', headers, body });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
};

const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user }, password };
const { access_token: token } = await post('client/v3/login', 'application/json', JSON.stringify(login));
const bytes = Buffer.alloc(mebibytes * 1024 * 1024, 'x');
const { content_uri: uri } = await post('media/v3/upload', 'text/plain', bytes, String(token));
console.log(uri);
await post('client/v3/logout', 'application/json', '{}', String(token));
