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
}

export const modes = {
  plan: { writes: false, redOnDrift: false, delivers: false, wants: 'present' },
  check: { writes: false, redOnDrift: true, delivers: false, wants: 'present' },
  apply: { writes: true, redOnDrift: false, delivers: true, wants: 'present' },
  destroy: { writes: true, redOnDrift: false, delivers: false, wants: 'absent' },
} as const satisfies Record<string, ModeRow>;

export type Mode = keyof typeof modes;
