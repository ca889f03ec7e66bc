import type { Finding } from '../engine/finding.ts';

/** What is found of no single resource: by trying as the account, and what could not be read at all. */
export const generalFindings = {
  'access.missing': {
    level: 'error',
    what: 'The service account cannot do what Segment needs',
    why: 'It was tried as the service account itself: a sync would fail in the same way.',
    remedy:
      'See the cause in the message. If there is none, access may not have taken effect yet, which takes minutes.',
    needs: [],
  },
  'access.excess': {
    level: 'error',
    securitySeverity: '8.0',
    what: 'The service account has an unexpected permission',
    why: 'It was tried as the service account itself. Whoever holds its key has the permission too.',
    remedy:
      'See in the message where the permission comes from; it may come from a group, the folder or the organization.',
    needs: [],
  },
  'resource.unreadable': {
    level: 'error',
    what: 'A resource could not be read',
    why: 'What cannot be read may be anything: it never counts as in sync.',
    remedy: "See the message: most often the workflow's identity lacks a permission of permissions/reader.yaml.",
    needs: [],
  },
} satisfies Record<string, Finding>;

declare module '../engine/finding.ts' {
  interface FindingCodes extends Record<keyof typeof generalFindings, true> {}
}
