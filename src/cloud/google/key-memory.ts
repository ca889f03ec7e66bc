import { YOUNG } from '../../time.ts';
import type { Key, KeyMemory } from './keys.ts';

interface Switch {
  readonly to: 'disabled' | 'enabled';
  readonly at: number;
}

/** Remembers nothing yet. @param now - as IAM's clock tells it, in milliseconds since 1970 */
export function keyMemory(now: () => number): KeyMemory {
  const own = new Map<string, Key>();
  const madeAt = new Map<string, number>();
  const switches = new Map<string, Switch>();
  const gone = new Set<string>();
  const isRecent = (moment: number): boolean => now() - moment < YOUNG;
  const asSwitched = (key: Key): Key => {
    const last = switches.get(key.id);
    return last === undefined || !isRecent(last.at) ? key : { ...key, disabled: last.to === 'disabled' };
  };
  return {
    made: (key) => {
      own.set(key.id, key);
      madeAt.set(key.id, key.createdAt);
    },
    switched: (id, to) => {
      switches.set(id, { to, at: now() });
    },
    deleted: (id) => {
      gone.add(id);
    },
    isOwn: (id) => own.has(id),
    gone: () => [...gone],
    isYoung: (id) => isRecent(madeAt.get(id) ?? now()),
    corrected: (listed) => {
      for (const { id, createdAt } of listed) madeAt.set(id, createdAt);
      const unlisted = [...own.values()].filter(
        ({ id, createdAt }) => isRecent(createdAt) && !listed.some((key) => key.id === id),
      );
      return [...listed, ...unlisted].filter(({ id }) => !gone.has(id)).map(asSwitched);
    },
  };
}
