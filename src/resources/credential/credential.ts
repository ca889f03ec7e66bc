import { isNotFound } from '../../errors/api-error.ts';
import type { Key } from '../../cloud/google/keys.ts';
import { readDescription } from '../../ownership/record.ts';
import type { Difference, Note, Resource } from '../../engine/resource.ts';
import { refusePresent } from './refusals.ts';
import { diffAbsent, diffPresent } from './examine.ts';
import type { CredentialLive, CredentialOptions } from './examine.ts';
import { assess } from './assess.ts';
import { warn } from './warnings.ts';
import { issue } from './issue.ts';
import { clearBeforeEnabling, pruneForeign, retire, revokeOurs } from './retire.ts';

/** The key that Segment uses: one, valid, and delivered to every destination. */
export function credential(options: CredentialOptions): Resource<CredentialLive> {
  const { destinations, want } = options;
  return {
    address: `credential/${options.accountId}`,
    want,
    read: () => (want === 'left alone' ? Promise.resolve(undefined) : read(options)),
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
      // What goes before the account is enabled must not wait for the account.
      if (!chosen.some(({ phase }) => phase === 'grant')) await ready(`service-account/${options.accountId}`);
      return make(options, live, chosen);
    },
  };

  async function read({ document, delivers, clock, issuer }: CredentialOptions): Promise<CredentialLive> {
    const [account, keys, readings, obstacles, constraints] = await Promise.all([
      document.read(),
      listKeys(options),
      Promise.all(
        destinations.map(async (destination) => ({ name: destination.name, reading: await destination.read() })),
      ),
      Promise.all(delivers ? destinations.map((destination) => destination.refuse()) : []),
      delivers ? options.constraints() : { closed: [], otherClosed: [] },
    ]);
    const evidence = { owned: readDescription(account?.description).ownership, keys, readings };
    return {
      ...evidence,
      state: assess(evidence, clock.now(), issuer.demands),
      obstacles: obstacles.filter((obstacle) => obstacle !== undefined),
      constraints,
      isAccountThere: account !== undefined,
      isCutOff: account?.disabled === true,
      now: clock.now(),
    };
  }
}

async function make(options: CredentialOptions, live: CredentialLive, chosen: readonly Difference[]): Promise<Note[]> {
  const notes: Note[] = [];
  if (chosen.some(({ phase, kind }) => phase === 'grant' && kind !== 'surplus'))
    notes.push(...(await clearBeforeEnabling(options, live)));
  if (chosen.some(({ phase }) => phase === 'issue')) notes.push(...(await issue(options.issuer)));
  if (chosen.some(({ exempt }) => exempt === 'housekeeping')) notes.push(...(await retire(options, live)));
  if (chosen.some(({ kind }) => kind === 'surplus')) notes.push(...(await pruneForeign(options, live)));
  return notes;
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
