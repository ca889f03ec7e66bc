/** An answer came that is not what was asked for: as good as none, so nothing may be concluded from it. */
export class UnreadableAnswer extends Error {
  /** @param why - a clause: `it has no etag` */
  constructor(why: string) {
    super(`the answer cannot be used: ${why}`);
    this.name = 'UnreadableAnswer';
  }
}
