import { googleEnvelope } from '../engine/envelope.ts';
import type { Envelope } from '../engine/envelope.ts';
import { Refusal } from '../engine/route.ts';

/** RFC 6749 errors: STS and the token endpoint. */
export function oauth(code: number, error: string, description: string): Refusal {
  return new Refusal({ status: code, body: { error, error_description: description } });
}

/** That of the token endpoint, which knows OAuth's words for keys only; for the rest it is Google. */
export const oauthEnvelope: Envelope = {
  ...googleEnvelope,
  refuse: (fault, asked) =>
    fault === 'lag' && asked.path === '/token'
      ? oauth(400, 'invalid_grant', 'Invalid JWT Signature.')
      : googleEnvelope.refuse(fault, asked),
};
