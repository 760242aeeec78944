import type { Answers, WebClient } from '../../answers/answers.ts';
import { guide } from '../../guide/guide.ts';
import { htmlOf } from '../../guide/html.ts';
import type { RenderedDirectory, RenderedFile } from '../desired.ts';
import { PATHS, ROOT } from '../layout.ts';
import type { Templates } from '../templates.ts';
import { cinnyConfig } from './cinny.ts';
import { elementConfig } from './element.ts';

/** Nothing in it is worth hiding: everybody who opens the client gets it. */
const readByAll = (path: string, content: string): RenderedFile => ({
  path,
  content,
  mode: 0o644,
  owner: 'root',
});

const CONFIG: Readonly<
  Record<Exclude<WebClient, 'none'>, (answers: Answers, templates: Templates) => readonly RenderedFile[]>
> = {
  element: (answers) => [readByAll(`${PATHS.elementConfig}/config.json`, elementConfig(answers))],
  cinny: (answers, templates) => [
    readByAll(`${PATHS.cinnyConfig}/config.json`, cinnyConfig(answers)),
    readByAll(`${PATHS.cinnyConfig}/nginx.conf`, templates['cinny.nginx.conf']),
  ],
};

/** What the web client reads at its start. */
export const clientConfig = (answers: Answers, templates: Templates): readonly RenderedFile[] =>
  answers.client === undefined ? [] : CONFIG[answers.client.name](answers, templates);

/** The page for users, which is served beside the client. */
export const guidePage = (answers: Answers): readonly RenderedFile[] => {
  const { client, domain, matrixHost, admin, email } = answers;
  if (client === undefined) return [];
  const page = guide({
    domain,
    matrixHost,
    admin,
    client: `https://${client.host}`,
    ...(email !== undefined && { contact: email }),
  });
  return [readByAll(`${PATHS.guide}/index.html`, htmlOf(page))];
};

/** The folders of these files, parents first. */
export const clientDirectories = ({ client }: Answers): readonly RenderedDirectory[] => {
  if (client === undefined) return [];
  const paths = [`${ROOT}/${client.name}`, `${ROOT}/${client.name}/config`, PATHS.guide];
  return paths.map((path) => ({ path, owner: 'root', mode: 0o755 }));
};
