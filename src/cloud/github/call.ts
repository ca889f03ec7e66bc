import { fromOctokit } from '../../errors/from-octokit.ts';
import type { Clock } from '../../time.ts';
import { makeCall } from '../call.ts';
import type { Call, Telling } from '../call.ts';

/** How GitHub is called: by a token that nothing here can renew, so a 401 is final. */
export function gitHubCall({ clock, say, trace, gate }: Telling & { readonly clock: Clock }): Call {
  return makeCall({ clock, toApiError: fromOctokit, say, trace, gate });
}
