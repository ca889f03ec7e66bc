import { modes } from '../inputs/modes.ts';
import { inputGroups, rowsOf } from '../inputs/schema.ts';
import { exitCodes } from '../runner/exit-codes.ts';
import { options, variableOf } from './options.ts';
import type { Option } from './options.ts';

/** What `--help` says, and the tables of docs/cli.md. Pure: made of the rows that the action's own inputs are made of. */

export const NAME = 'segment-reverse-etl-bigquery';

const WIDTH = 100;
const INDENT = 6;

type Group = keyof typeof inputGroups;

/** What the inputs of a group are about. */
const headings: Readonly<Record<Group, string>> = {
  task: 'What to do',
  fleet: 'Many targets',
  project: 'Project',
  access: 'Access',
  identity: 'Identity',
  names: 'Names',
  delivery: 'Where the key goes',
  segment: 'Segment',
  tokens: 'Tokens',
  keyLife: 'How long a key lives',
  verification: 'Verification',
  proof: 'Tables to try',
  models: 'Models',
  consent: 'Opting in',
  reporting: 'Reports',
};

/** Every option beneath the heading of its group. */
export function sections(): readonly (readonly [string, readonly Option[]])[] {
  const ofRows = Object.entries(inputGroups).map(([group, rows]) => {
    const own = rowsOf({ [group]: rows });
    return [headings[group as Group], options.filter(({ row }) => row !== undefined && own.includes(row))] as const;
  });
  return [...ofRows, ['Of the command', options.filter(({ row }) => row === undefined)]];
}

export function helpText(): string {
  const lines = [
    `Usage: ${NAME} MODE [OPTION ...]`,
    '',
    ...wrapped(
      'Sets up BigQuery as a source for Segment Reverse ETL, and detects and fixes drift: the same program as the GitHub Action of that name, for terminals and other CI systems.',
      0,
    ),
    '',
    `Modes: ${Object.keys(modes).join(', ')}`,
    ...sections().flatMap(([heading, own]) => ['', `${heading}:`, ...own.flatMap(optionLines)]),
    '',
    'Variables:',
    ...wrapped(
      `Each option can also be set by a variable: --project-id by ${variableOf('project-id')}. Options come first. A secret can be set by the variable without _FILE: ${variableOf('github-token')}.`,
      INDENT,
    ),
    '',
    'Exit codes:',
    ...Object.values(exitCodes).flatMap(({ code, means }) => wrapped(`${String(code)}  ${plain(means)}`, INDENT)),
  ];
  return `${lines.join('\n')}\n`;
}

function optionLines(option: Option): string[] {
  const usage = option.row?.input === 'mode' ? 'MODE' : usageOf(option);
  return [`  ${usage}`, ...wrapped(plain(`${option.description}${standing(option)}`), INDENT)];
}

/** `--project-id VALUE`, `--adopt` */
export function usageOf({ flag, takes }: Option): string {
  return takes === undefined ? `--${flag}` : `--${flag} ${takes}`;
}

/** What holds where it is not given, as a sentence of its own. */
function standing({ row }: Option): string {
  if (row?.input === 'mode') return '';
  if (row?.required === true) return ' Required, here or in config_file.';
  const standard = row?.default ?? '';
  return standard === '' || standard === 'false' || standard.startsWith('${{') ? '' : ` Default: ${standard}.`;
}

/** Without Markdown's backticks. */
function plain(markdown: string): string {
  return markdown.replaceAll(/`([^`]*)`/g, '$1').replaceAll('**', '');
}

function wrapped(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(' '.repeat(indent) + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, ' '.repeat(indent) + line];
}
