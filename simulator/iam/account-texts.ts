/** What a person writes on a service account: changed under a mask, or both at once. */
import { record, text } from '../engine/json.ts';
import { invalid } from '../engine/refusal.ts';
import type { Context, Reply, Request } from '../engine/route.ts';
import { answer, findAccount } from './accounts.ts';

/** Throws for texts that are too long. */
export function checkTexts(given: Record<string, unknown>): void {
  if (Buffer.byteLength(text(given['displayName']) ?? '') > 100)
    throw invalid('The display name must be at most 100 bytes.');
  if (Buffer.byteLength(text(given['description']) ?? '') > 256)
    throw invalid('The description must be at most 256 bytes.');
}

export function patchAccount(request: Request, context: Context): Reply {
  const account = findAccount(request, context, 'iam.serviceAccounts.update');
  const body = record(request.body);
  const given = record(body['serviceAccount']);
  checkTexts(given);
  const mask = (text(body['updateMask']) ?? '').split(',').filter((field) => field !== '');
  if (mask.length === 0 || mask.some((field) => field !== 'displayName' && field !== 'description')) {
    throw invalid('The update mask must name displayName, description or both.');
  }
  if (mask.includes('displayName')) account.displayName = text(given['displayName']) ?? '';
  if (mask.includes('description')) account.description = text(given['description']) ?? '';
  const changed = Object.fromEntries(
    Object.entries(answer(account)).filter(([field]) => mask.includes(field) || field === 'name'),
  );
  return { status: 200, body: changed };
}

export function updateAccount(request: Request, context: Context): Reply {
  const account = findAccount(request, context, 'iam.serviceAccounts.update');
  const given = record(request.body);
  checkTexts(given);
  account.displayName = text(given['displayName']) ?? account.displayName;
  account.description = text(given['description']) ?? account.description;
  return { status: 200, body: answer(account) };
}
