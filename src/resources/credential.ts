import { isNotFound } from '../api-error.ts';
import type { Key } from '../google/keys.ts';
import { readDescription } from '../record.ts';
import type { Note, Resource } from '../resource.ts';
import { diffAbsent, diffPresent, refusePresent, warn } from './credential-rules.ts';
import type { CredentialLive, CredentialOptions } from './credential-rules.ts';
import { assess } from './credential-state.ts';
import { issue } from './key-issue.ts';
import { pruneForeign, removeRetired, revokeOurs } from './key-removal.ts';

/** The key that Segment uses: one, valid, and delivered to every destination. */
export function credential(options: CredentialOptions): Resource<CredentialLive> {
  const { document, destinations, want, clock } = options;
  return {
    address: `credential/${options.accountId}`,
    want,
    read: async () => {
      if (want === 'left alone') return undefined;
      const [account, keys, readings, obstacles] = await Promise.all([
        document.read(),
        listKeys(options),
        Promise.all(
          destinations.map(async (destination) => ({ name: destination.name, reading: await destination.read() })),
        ),
        Promise.all(options.delivers ? destinations.map((destination) => destination.refuse()) : []),
      ]);
      const evidence = { owned: readDescription(account?.description).ownership, keys, readings };
      return {
        ...evidence,
        state: assess(evidence, clock.now()),
        obstacles: obstacles.filter((obstacle) => obstacle !== undefined),
        isAccountThere: account !== undefined,
        now: clock.now(),
      };
    },
    diff: (live) => {
      if (live === undefined || want === 'left alone') return [];
      return want === 'present' ? diffPresent(options, live) : diffAbsent(live);
    },
    refuse: (live) => (live === undefined || want !== 'present' ? [] : refusePresent(options, live)),
    warn: (live) => (live === undefined ? [] : warn(options, live)),
    facts: (live) => ({ key_id: live?.state.reason === undefined ? (live?.state.current?.id ?? '') : '' }),
    change: async (live, chosen, ready) => {
      if (live === undefined) return [];
      if (want === 'absent') return revokeOurs(options, live, chosen);
      await ready(`service-account/${options.accountId}`);
      const notes: Note[] = [];
      if (chosen.some((difference) => difference.phase === 'issue')) notes.push(...(await issue(options.issuer)));
      if (chosen.some((difference) => difference.exempt === 'housekeeping'))
        notes.push(...(await removeRetired(options, live)));
      if (chosen.some((difference) => difference.kind === 'surplus'))
        notes.push(...(await pruneForeign(options, live)));
      return notes;
    },
  };
}

/** An account that is not there has no keys; one that is there answers. */
async function listKeys(options: CredentialOptions): Promise<Key[]> {
  try {
    return await options.keys.list();
  } catch (error) {
    if (isNotFound(error) && (await options.document.read()) === undefined) return [];
    throw error;
  }
}
