/**
 * What GitHub's runner makes of what a step prints: ActionCommand.cs, ActionCommandManager.cs and OutputManager.cs of
 * actions/runner, rebuilt. Commands are obeyed line by line; masks count from where they stand.
 */

/** What is left when the runner has read it. */
export interface RunnerView {
  /** As people see it, starred out. */
  readonly log: string;
  /** Every command that was obeyed, in order. */
  readonly commands: readonly Command[];
  /** Of the command `set-output`, which still works. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly masks: readonly string[];
  /** The word that would start commands again; undefined = they were never stopped. */
  readonly stopped: string | undefined;
}

export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

const KNOWN = [
  ...[
    'set-env',
    'set-output',
    'save-state',
    'add-mask',
    'add-path',
    'add-matcher',
    'remove-matcher',
    'warning',
    'error',
  ],
  ...['notice', 'debug', 'group', 'endgroup', 'echo', 'stop-commands', 'internal-set-repo-path'],
];

export function runnerView(printed: string): RunnerView {
  const known = new Set(KNOWN);
  const [masks, commands, log]: [Set<string>, Command[], string[]] = [new Set(), [], []];
  const outputs: Record<string, string> = {};
  let stopped: string | undefined;
  const hide = (text: string): string =>
    [...masks]
      .sort((one, other) => other.length - one.length)
      .reduce((rest, mask) => rest.replaceAll(mask, '***'), text);
  for (const line of printed.split(/\r\n|\r|\n/)) {
    const command = commandIn(line, known);
    if (command === undefined || (stopped !== undefined && command.name !== stopped)) log.push(hide(line));
    else if (command.name === stopped) stopped = undefined;
    else {
      commands.push(command);
      const { name, data, properties } = command;
      if (name === 'stop-commands') known.add((stopped = data.toLowerCase()));
      if (name === 'add-mask')
        [data, ...data.split(/[\r\n]+/)].filter((one) => one.trim() !== '').forEach((one) => masks.add(one));
      if (name === 'set-output') outputs[properties['name'] ?? ''] = data;
      if (['error', 'warning', 'notice', 'debug', 'group'].includes(name)) log.push(hide(`##[${name}]${data}`));
    }
  }
  return { log: log.join('\n'), commands, outputs, masks: [...masks], stopped };
}

/** The runner compares by culture, to which these are not there. */
const IGNORED = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

function commandIn(line: string, known: ReadonlySet<string>): Command | undefined {
  const seen = line.replace(IGNORED, '');
  return newStyle(seen.trimStart(), known) ?? oldStyle(seen, known);
}

/** `::name key=value,key=value::data`, at the beginning. */
function newStyle(line: string, known: ReadonlySet<string>): Command | undefined {
  const end = line.indexOf('::', 2);
  return !line.startsWith('::') || end < 0 ? undefined : parse(line.slice(2, end), line.slice(end + 2), ',', known);
}

/** `##[name key=value;key=value]data`, anywhere. */
function oldStyle(line: string, known: ReadonlySet<string>): Command | undefined {
  const start = line.indexOf('##[');
  const end = line.indexOf(']', start);
  return start < 0 || end < 0 ? undefined : parse(line.slice(start + 3, end), line.slice(end + 1), ';', known);
}

function parse(head: string, data: string, separator: string, known: ReadonlySet<string>): Command | undefined {
  const [word = '', ...rest] = head.split(' ');
  const name = word.toLowerCase();
  if (!known.has(name)) return undefined;
  const pairs = rest
    .join(' ')
    .split(separator)
    .filter((pair) => pair.includes('='));
  const properties = Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')).trim(), pair.slice(pair.indexOf('=') + 1)]),
  );
  return { name, properties, data: unescape(data) };
}

function unescape(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
