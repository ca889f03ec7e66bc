/** What a run writes to standard output, as a person reads it. */

/** Without what the runner swallows or hides: a log is mostly masks, and a mask is a secret. */
export function readable(stdout: string): string {
  return stdout
    .split('\n')
    .filter((line) => !/^::(add-mask|debug|stop-commands)::/.test(line))
    .join('\n');
}

/** The texts of its errors, in order, as GitHub shows them. */
export function errorsIn(stdout: string): string[] {
  return annotationsIn(stdout, 'error');
}

/** The texts of its warnings, in order, as GitHub shows them. */
export function warningsIn(stdout: string): string[] {
  return annotationsIn(stdout, 'warning');
}

function annotationsIn(stdout: string, kind: 'error' | 'warning'): string[] {
  const command = `::${kind}::`;
  return stdout.split('\n').flatMap((line) => (line.startsWith(command) ? [unescape(line.slice(command.length))] : []));
}

/** Commands are one line: the runner takes these characters back. */
function unescape(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
