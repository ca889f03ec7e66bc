import type { Address } from '../address.ts';
import type { Examination } from '../engine/resource.ts';
import { Blocked } from '../errors/diagnostic.ts';
import type { Notice } from '../errors/diagnostic.ts';
import type { Claims } from '../ownership/claims.ts';
import type { Destination, DestinationChange, DestinationLive, Reading } from './destination.ts';

/** What all places that a plan can read have in common. */

/** Where a place is, and what is to become of it. */
export interface Place {
  readonly address: Address;
  readonly name: string;
  /** The same in full: a review covers it. */
  readonly place: string;
  readonly want: 'present' | 'absent';
  /** Whose the account of its key is. */
  readonly claims: Pick<Claims, 'read' | 'reread'>;
}

/** What a place can do of what a resource must. */
export interface Removable {
  readonly reading: () => Promise<Reading>;
  readonly reread: () => Promise<Reading>;
  /** What is there when it was taken back. */
  readonly leaves: 'nothing' | 'what is not noted';
  /** Takes back what was delivered: the key is deleted next. Tells what it did, or why not; undefined when there was nothing. */
  readonly remove: () => Promise<Notice | undefined>;
}

type PlaceAsResource = Pick<Destination, 'address' | 'name' | 'place' | 'want' | 'read' | 'examine' | 'change'>;

/** What all places are to the plan. */
export function placeAsResource(place: Place, removable: Removable): PlaceAsResource {
  const { reading, remove } = removable;
  const { address, claims, name, want } = place;
  return {
    ...{ address, name, place: place.place },
    want,
    read: async () => {
      const [found, claim] = await Promise.all([reading(), want === 'absent' ? claims.read() : undefined]);
      return { reading: found, isOthers: claim?.account !== undefined && claim.owned === undefined };
    },
    examine: (live) => examineDestination(place, live),
    change: async (_live, changes, run) => {
      // Read from each: a change of another kind does not compile here.
      const places = changes.map(({ remove: from }) => from);
      if (places.length === 0) return undefined;
      const done = await remove();
      if (done !== undefined) run.tell(done);
      run.confirm(() => refuseReturned(place, removable), 'after');
      return undefined;
    },
  };
}

/** Another run may deliver a key right after what was delivered was taken back, and before the account is gone. @throws Blocked */
async function refuseReturned({ claims, name }: Place, { leaves, reread }: Removable): Promise<void> {
  const [found, { owned }] = await Promise.all([reread(), claims.reread()]);
  const isBack = leaves === 'what is not noted' ? isNoted(found) : found.state === 'present';
  // Where the account is ours again, that run has made it all anew, and its key works.
  if (!isBack || owned !== undefined) return;
  throw new Blocked([
    {
      severity: 'error',
      code: 'key.other-runs',
      attempted: `take back what was delivered to ${name}`,
      because: 'it was there no more, and another run has written it again at the same moment',
      remedy:
        `Run mode destroy again, and look at ${name}: if it still holds a key of this account then, delete that by hand. ` +
        'Give the workflows that use this action one concurrency group, so that they take turns.',
    },
  ]);
}

/** Whether a note there is ours, be it of what is there now or of what was there before. */
function isNoted(reading: Reading): boolean {
  if (reading.state === 'absent') return reading.isNoted === true;
  return reading.state === 'present' && (reading.keyId !== undefined || reading.isNoted === true);
}

type Design = Pick<Place, 'address' | 'name' | 'place' | 'want'>;

/** What is to be said of a place, but for the key in it. Pure. */
export function examineDestination(design: Design, live: DestinationLive | undefined): Examination<DestinationChange> {
  if (live === undefined) return { differences: [], diagnostics: [] };
  if (design.want !== 'present') return examineAbsent(design, live);
  const remark = REMARKS[live.reading.state];
  return {
    differences: [],
    diagnostics: noticesOf(design, live.reading),
    ...(remark === undefined ? {} : { remark }),
  };
}

/** What the plan says of a place that could not be read. */
const NOT_READ = 'not read';

/** Whether the right key is there is the credential's to say: of a place that is empty, or was not read, “in sync” would say too much. */
const REMARKS: Readonly<Record<Reading['state'], string | undefined>> = {
  absent: 'holds no key yet',
  unreadable: NOT_READ,
  'by record': undefined,
  written: undefined,
  present: undefined,
};

function noticesOf({ address: subject, name }: Design, reading: Reading): Notice[] {
  if (reading.state === 'unreadable') {
    const because = `${name} could not be read (${reading.why}), so only the record in the account's description tells which key is delivered`;
    const severity = reading.isMeant === true ? 'unseen' : 'warning';
    return [{ severity, code: 'destination.unreadable', subject, because }];
  }
  return reading.state === 'present' && reading.remark !== undefined ? [{ subject, ...reading.remark }] : [];
}

/** What our keys have left there is to go; what carries no note of them is somebody else's. */
function examineAbsent(design: Design, { reading, isOthers }: DestinationLive): Examination<DestinationChange> {
  if (isOthers) return { differences: [], diagnostics: [] };
  if (reading.state === 'unreadable') {
    const because = `${design.name} is left: it could not be read (${reading.why})`;
    const remedy = 'If it holds a key of this account, delete it by hand: the key becomes invalid.';
    return {
      differences: [],
      diagnostics: [{ severity: 'warning', code: 'destination.unreadable', subject: design.address, because, remedy }],
      remark: NOT_READ,
    };
  }
  if (!isNoted(reading)) return { differences: [], diagnostics: [] };
  return {
    differences: [
      {
        code: 'delivery.to-remove',
        ...{ field: design.name, live: 'present', desired: 'absent', kind: 'changed' },
        ...{ phase: 'remove', makes: 'removed', change: { remove: design.place } },
      },
    ],
    diagnostics: [],
  };
}
