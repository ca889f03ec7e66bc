import type { Key } from '../cloud/google/keys.ts';
import type { AccountDocument } from '../cloud/google/service-accounts.ts';
import { isNotFound } from '../errors/api-error.ts';

/** The keys of the account as the plan sees them: asked once, for everybody. What could not be read is asked again. */
export type KeyList = () => Promise<readonly Key[]>;

export function keyListOf(account: AccountDocument, listKeys: () => Promise<readonly Key[]>): KeyList {
  let known: Promise<readonly Key[]> | undefined;
  return () => {
    if (known !== undefined) return known;
    const asked = list(account, listKeys);
    known = asked;
    asked.catch(() => {
      if (known === asked) known = undefined;
    });
    return asked;
  };
}

/** An account that is not there has no keys; one that is there answers. */
async function list(account: AccountDocument, listKeys: () => Promise<readonly Key[]>): Promise<readonly Key[]> {
  try {
    return await listKeys();
  } catch (error) {
    if (isNotFound(error) && (await account.read()) === undefined) return [];
    throw error;
  }
}
