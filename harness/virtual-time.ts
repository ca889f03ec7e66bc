/**
 * A time of this process's own: whoever waits moves it on, so that minutes of waiting take none, and nothing else does. So it
 * does not matter how fast the machine is: what was played once is played again as it was.
 */

const RealDate = globalThis.Date;
const START = RealDate.now();
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
  return START + ahead;
}

/** From now on everything in this process that asks for the time is told the virtual one. */
export function installVirtualTime(): void {
  globalThis.Date = VirtualDate as DateConstructor;
}

/** It is then, whatever was before: what hangs on the date is the same each time. @param moment - milliseconds since 1970 */
export function beginAt(moment: number): void {
  ahead = moment - START;
}

/** Lets so many milliseconds pass. */
export function pass(milliseconds: number): void {
  ahead += Math.max(0, milliseconds);
}
