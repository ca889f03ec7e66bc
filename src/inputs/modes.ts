/** What sets one mode apart from another: the program asks these rows, never the mode's name. */
export interface ModeRow {
  /** Whether it changes anything. */
  readonly writes: boolean;
  /** Whether drift makes the step red. */
  readonly redOnDrift: boolean;
  /** Whether a key may be issued and delivered. */
  readonly delivers: boolean;
  /** Whether our things should be there, or gone. */
  readonly wants: 'present' | 'absent';
  /** Whether what the account can do is tried as the account. */
  readonly proves: boolean;
  /** Whether a new key is due whatever the age of the one in use. */
  readonly rotates: boolean;
  /** Whether the account is to be cut off before anything is looked at. */
  readonly cutsOff: boolean;
}

const looks = {
  writes: false,
  redOnDrift: false,
  delivers: false,
  wants: 'present',
  proves: false,
  rotates: false,
  cutsOff: false,
} as const;

export const modes = {
  plan: looks,
  check: { ...looks, redOnDrift: true, proves: true },
  apply: { ...looks, writes: true, delivers: true, proves: true },
  rotate: { ...looks, writes: true, delivers: true, proves: true, rotates: true },
  revoke: { ...looks, writes: true, cutsOff: true },
  destroy: { ...looks, writes: true, wants: 'absent' },
} as const satisfies Record<string, ModeRow>;

export type Mode = keyof typeof modes;
