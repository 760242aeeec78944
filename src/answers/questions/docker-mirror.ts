import { bad, ok, type Question } from '../question.ts';

export const dockerMirror: Question<'dockerMirror'> = {
  id: 'dockerMirror',
  flag: '--docker-mirror <url>',
  environment: 'MATRIX_BASTION_DOCKER_MIRROR',
  label: "URL of the mirror of Docker's repository",
  help: "mirror of Docker's repository that is signed with its own key",
  asked: false,
  required: false,
  when: ({ dockerSource }) => dockerSource === 'docker',
  otherwise: "is about Docker's repository and has no meaning with --docker-source distro",
  dependsOn: ['dockerSource'],
  parse(text) {
    const given = text.trim();
    // The text becomes a field of an apt source: nothing that could end the field or the line.
    if (!/^https?:\/\/[A-Za-z0-9._~:/[\]-]+$/.test(given) || !URL.canParse(given))
      return bad(`"${given}" is not an http or https URL of letters, digits and . _ ~ : / -`);
    const url = new URL(given);
    if (url.hostname === '') return bad(`"${given}" names no host`);
    return ok(url.href.replace(/\/+$/, ''));
  },
};
