import { DOCKER_SOURCES } from '../answers.ts';
import { bad, ok, type Question } from '../question.ts';

export const dockerSource: Question<'dockerSource'> = {
  id: 'dockerSource',
  flag: '--docker-source <name>',
  environment: 'MATRIX_BASTION_DOCKER_SOURCE',
  label: 'Where Docker comes from',
  help: "where Docker comes from when there is none: docker (Docker's own repository) or distro",
  choices: [
    { value: 'docker', label: "docker: Docker's own repository, its key pinned" },
    { value: 'distro', label: "distro: the distribution's packages" },
  ],
  asked: false,
  required: true,
  parse(text) {
    const wanted = text.trim().toLowerCase();
    const found = DOCKER_SOURCES.find((name) => name === wanted);
    return found ? ok(found) : bad(`"${text.trim()}" is not a source: ${DOCKER_SOURCES.join(' or ')}`);
  },
  default: () => ({ value: 'docker', reason: 'current versions, on every supported distribution' }),
};
