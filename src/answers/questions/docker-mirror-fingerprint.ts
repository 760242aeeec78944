import { bad, ok, type Question } from '../question.ts';

export const dockerMirrorFingerprint: Question<'dockerMirrorFingerprint'> = {
  id: 'dockerMirrorFingerprint',
  flag: '--docker-mirror-fingerprint <hex>',
  environment: 'MATRIX_BASTION_DOCKER_MIRROR_FINGERPRINT',
  label: "Fingerprint of the mirror's signing key",
  help: "fingerprint of the mirror's signing key, 40 hex digits",
  asked: false,
  required: true,
  when: ({ dockerMirror }) => dockerMirror !== undefined,
  otherwise: 'needs --docker-mirror',
  dependsOn: ['dockerMirror'],
  parse(text) {
    const digits = text.replace(/\s/g, '').toUpperCase();
    return /^[0-9A-F]{40}$/.test(digits)
      ? ok(digits)
      : bad(`"${text.trim()}" is not a fingerprint of 40 hex digits`);
  },
};
