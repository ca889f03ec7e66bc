import { styleText } from 'node:util';
import type { WriteStream } from 'node:tty';
import { age } from '../time.ts';
import { heartbeat } from './heartbeat.ts';
import { inert } from './inert.ts';
import type { Masks } from './masks.ts';
import type { Annotation, Log } from './runner.ts';

/** What a run prints where no runner of GitHub's reads it: in color for a person, plain in the log of another CI system. */

/** Where it is printed: standard output or standard error. */
export type Stream = NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;

export interface Printing {
  readonly stream: Stream;
  /** `NO_COLOR`, `FORCE_COLOR` and `TERM` count, as everywhere. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly masks: Masks;
  readonly isDebug: boolean;
  /** Called when the run has failed. */
  readonly onFail: () => void;
}

type Style = Parameters<typeof styleText>[0];

const FRAMES = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const FRAME_TIME = 120;
/** Below that, a person does not wonder. */
const PATIENCE = 1_000;
const ERASE_LINE = '\r\u001b[2K';

/** How a line begins → how it looks: signs of the plan and of what was done. */
const SIGNS: readonly (readonly [RegExp, Style])[] = [
  [/^\+ /, 'green'],
  [/^~ /, 'yellow'],
  [/^- /, 'red'],
  [/^\? /, 'magenta'],
  [/^✓ /, 'green'],
  [/^✗ /, 'red'],
];

const LEVELS: Readonly<Record<Annotation['level'], Style>> = { error: 'red', warning: 'yellow', notice: 'cyan' };

/** Every line is inert and starred out before it is styled: styles are the only control characters that are printed. */
export function screenLog({ stream, env, masks, isDebug, onFail }: Printing): Log {
  const paint = painter(stream, env);
  const { print, during } = canErase(stream, env) ? spinning(stream, paint) : steady(stream);
  const clean = (text: string): string => inert(masks.hide(text));
  const tell = (style: Style | undefined, text: string): void => print(style === undefined ? text : paint(style, text));
  const level = (name: Annotation['level'], text: string): void => tell(LEVELS[name], `${name}: ${clean(text)}`);
  return {
    say: (line) => tell(SIGNS.find(([sign]) => sign.test(line))?.[1], clean(line)),
    trace: (line) => {
      if (isDebug) tell('dim', clean(line));
    },
    isTracing: isDebug,
    group: (title, work) => {
      tell('bold', `▸ ${clean(title)}`);
      return during(clean(title), work);
    },
    warn: (message) => level('warning', message),
    error: (message) => level('error', message),
    fail: (message) => {
      tell(['red', 'bold'], `failed: ${clean(message)}`);
      onFail();
    },
    annotate: ({ level: name, message, title, file, line, column }) =>
      level(name, `${file}:${String(line)}:${String(column)}: ${title}: ${message}`),
  };
}

type Paint = (style: Style, text: string) => string;

function painter(stream: Stream, env: Printing['env']): Paint {
  const { NO_COLOR: no = '', FORCE_COLOR: force = '' } = env;
  const isColored = no === '' && (force === '' ? canErase(stream, env) : !['0', 'false'].includes(force));
  return (style, text) => (isColored ? styleText(style, text, { validateStream: false }) : text);
}

function canErase({ isTTY }: Stream, env: Printing['env']): boolean {
  return isTTY === true && env['TERM'] !== 'dumb';
}

/** How lines are printed, and what is seen between them. */
interface Printer {
  readonly print: (line: string) => void;
  readonly during: Log['group'];
}

/** In a log that is kept: no line is taken back. */
function steady(stream: Stream): Printer {
  const put = (line: string): void => void stream.write(`${line}\n`);
  const beat = heartbeat(put);
  return {
    print: (line) => {
      beat.heard();
      put(line);
    },
    during: beat.during,
  };
}

/** At a terminal: one last line moves while the work goes on, and gives way to whatever is printed. */
function spinning(stream: Stream, paint: Paint): Printer {
  let isShown = false;
  const erase = (): void => {
    if (isShown) stream.write(ERASE_LINE);
    isShown = false;
  };
  const show = (title: string, elapsed: number): void => {
    if (elapsed < PATIENCE) return;
    const frame = FRAMES[Math.floor(elapsed / FRAME_TIME) % FRAMES.length] ?? '';
    const time = elapsed < 60_000 ? `${String(Math.floor(elapsed / 1_000))} s` : age(elapsed);
    stream.write(`${ERASE_LINE}${paint('dim', `${frame} ${title} (${time})`)}`);
    isShown = true;
  };
  return {
    print: (line) => {
      erase();
      stream.write(`${line}\n`);
    },
    during: async (title, work) => {
      const startedAt = Date.now();
      const timer = setInterval(() => show(title, Date.now() - startedAt), FRAME_TIME).unref();
      try {
        return await work();
      } finally {
        clearInterval(timer);
        erase();
      }
    },
  };
}
