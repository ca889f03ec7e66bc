import { googleError } from '../../../errors/from-google.ts';
import { UnreadableAnswer } from '../../../errors/unreadable.ts';
import type { Asked } from '../../../errors/api-error.ts';
import type { Wire } from '../wire.ts';

/** An access token and when it ends, in milliseconds since 1970. */
export interface Token {
  readonly value: string;
  readonly expiresAt: number;
}

/** What every way to a token needs: how to send, and how to keep what comes out of the log. */
export interface TokenDesk {
  readonly wire: Wire;
  readonly mask: (value: string) => void;
}

/** One request that is answered with a token. */
export interface TokenRequest extends Asked {
  readonly url: string;
  /** A form, or what becomes JSON. */
  readonly data: URLSearchParams | Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** As OAuth endpoints spell it, or as IAM Service Account Credentials does. */
interface Answer {
  readonly access_token?: unknown;
  readonly expires_in?: unknown;
  readonly accessToken?: unknown;
  readonly expireTime?: unknown;
}

/** Without a word about its end, a token is taken to last as long as Google's usually do. */
const USUAL_SECONDS = 3600;

/** Gets a token, and masks it before anybody sees it. @throws ApiError in the service's words; never anything else */
export async function requestToken({ wire, mask }: TokenDesk, request: TokenRequest): Promise<Token> {
  const { call, service, url, data, headers = {} } = request;
  const asked = { call, service };
  try {
    const { data: answer } = await wire.transporter.request<Answer>({ url, method: 'POST', data, headers });
    const token = read(answer, wire.clockAhead());
    mask(token.value);
    return token;
  } catch (thrown) {
    throw googleError(asked, thrown);
  }
}

/** Whether text can stand in a header as a token (RFC 6750): with anything else no request could ever be sent. */
export function isToken(text: string): boolean {
  return /^[\w.~+/-]{1,16384}=*$/.test(text);
}

/** @param ahead - of Google's clock: an end is given by that, and compared with ours */
function read(answer: Answer, ahead: number): Token {
  const value = answer.access_token ?? answer.accessToken;
  if (typeof value !== 'string' || !isToken(value)) throw new UnreadableAnswer('there is no access token in it');
  const end = typeof answer.expireTime === 'string' ? Date.parse(answer.expireTime) : NaN;
  const seconds = Number(answer.expires_in ?? USUAL_SECONDS);
  const relative = Date.now() + (Number.isFinite(seconds) ? seconds : USUAL_SECONDS) * 1000;
  return { value, expiresAt: Number.isNaN(end) ? relative : end + ahead };
}
