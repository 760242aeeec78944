/** Run on the operator's machine: logs in with what stands as JSON on standard input and prints who it is. */
import { MatrixClient } from '../../support/matrix-client.ts';

let text = '';
for await (const chunk of process.stdin) text += chunk;
const { baseUrl, user, password } = JSON.parse(text) as Record<'baseUrl' | 'user' | 'password', string>;
const client = await MatrixClient.login(baseUrl, user, password);
const { body } = await client.get('/_matrix/client/v3/account/whoami');
console.log(String(body.user_id));
await client.post('/_matrix/client/v3/logout', {});
