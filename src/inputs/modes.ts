/** What sets one mode apart from another: the program asks these rows, never the mode's name. */
export interface ModeRow {
  /** Whether it changes anything. */
  readonly writes: boolean;
  /** Whether drift fails the step. */
  readonly failsOnDrift: boolean;
  /** Whether a key may be issued and delivered. */
  readonly delivers: boolean;
  /** Whether our resources should exist, or be gone. */
  readonly wants: 'present' | 'absent';
  /** Whether what the account can do is tried as the account. */
  readonly verifies: boolean;
  /** Whether a new key is due whatever the age of the one in use. */
  readonly rotates: boolean;
  /** Whether the account is disabled before anything is read. */
  readonly revokes: boolean;
  /** Whether models are validated, if there are any. */
  readonly validates: boolean;
  /** Whether the project is compared with what is asked for; without that, nothing but the models is looked at. */
  readonly compares: boolean;
  /** Whether it carries out what mode plan shows. */
  readonly appliesPlan: boolean;
  /** Whether it tells which targets a file has, and asks nobody. */
  readonly lists: boolean;
}

const reads = {
  writes: false,
  failsOnDrift: false,
  delivers: false,
  wants: 'present',
  verifies: false,
  rotates: false,
  revokes: false,
  validates: false,
  compares: true,
  appliesPlan: false,
  lists: false,
} as const;

export const modes = {
  plan: { ...reads, validates: true },
  check: { ...reads, failsOnDrift: true, verifies: true, validates: true },
  apply: { ...reads, writes: true, delivers: true, verifies: true, validates: true, appliesPlan: true },
  rotate: { ...reads, writes: true, delivers: true, verifies: true, rotates: true },
  revoke: { ...reads, writes: true, revokes: true },
  destroy: { ...reads, writes: true, wants: 'absent' },
  models: { ...reads, validates: true, compares: false },
  list: { ...reads, compares: false, lists: true },
} as const satisfies Record<string, ModeRow>;

export type Mode = keyof typeof modes;
