/**
 * A time of this process's own: whoever waits moves it on, so that minutes of waiting take none. It never runs backward, and
 * goes on by itself as well, as all clocks do.
 */

const RealDate = globalThis.Date;
let ahead = 0;

/** Like the real one, but for what it calls now. */
class VirtualDate extends RealDate {
  constructor(...given: readonly (number | string | Date)[]) {
    // Whoever gives year, month and day apart asks for no time.
    super(...((given.length === 0 ? [now()] : given) as [number]));
  }

  static override now(): number {
    return now();
  }
}

function now(): number {
  return RealDate.now() + ahead;
}

/** From now on everything in this process that asks for the time is told the virtual one. */
export function installVirtualTime(): void {
  globalThis.Date = VirtualDate as DateConstructor;
}

/** Lets so many milliseconds pass. */
export function pass(milliseconds: number): void {
  ahead += Math.max(0, milliseconds);
}
