/** Something that is asked for once, and remembered until it is asked for again or may have changed. */
export interface Remembered<T> {
  readonly get: () => Promise<T>;
  readonly again: () => Promise<T>;
  readonly forget: () => void;
}

export function remembered<T>(ask: () => Promise<T>): Remembered<T> {
  let asked: Promise<T> | undefined;
  const get = (): Promise<T> => (asked ??= ask());
  const forget = (): void => {
    asked = undefined;
  };
  return {
    get,
    again: () => {
      forget();
      return get();
    },
    forget,
  };
}
