/** Shows the runner's workflow commands as GitHub's log does: groups, annotations, and stars for what is masked. */

const COMMAND = /^::([a-z-]+)(?: [^:]*)?::(.*)$/;

/** @param isColored - whether the terminal takes colors */
export function renderLog(stdout: string, isColored: boolean): string[] {
  const color = (code: number, text: string): string => (isColored ? `\u001b[${String(code)}m${text}\u001b[0m` : text);
  const masks: string[] = [];
  const lines: string[] = [];
  let indent = '';
  for (const line of stdout.split('\n')) {
    const [, command, value = ''] = COMMAND.exec(line) ?? [];
    const text = decode(value);
    if (command === 'add-mask') masks.push(...text.split('\n').filter((one) => one.trim() !== ''));
    else if (command === 'group') {
      lines.push(color(1, `▼ ${text}`));
      indent = '  ';
    } else if (command === 'endgroup') indent = '';
    else if (command === 'error') lines.push(color(31, `Error: ${text}`));
    else if (command === 'warning') lines.push(color(33, `Warning: ${text}`));
    else if (command === 'notice') lines.push(color(34, `Notice: ${text}`));
    else if (command === undefined && line !== '') lines.push(indent + line);
  }
  return lines.map((line) => masks.reduce((shown, mask) => shown.replaceAll(mask, '***'), line));
}

function decode(value: string): string {
  return value.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
