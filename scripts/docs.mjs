// Writes the tables of inputs and outputs in README.md from action.yml; a test fails when they differ.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';

const file = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

/** The README with its two tables made anew. */
export async function withTables() {
  const { inputs, outputs } = parse(readFileSync(file('action.yml'), 'utf8'));
  const row = (...cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const inputRows = Object.entries(inputs).map(([name, { description, default: standard, required }]) => {
    return row(
      `\`${name}\``,
      required ? '**required**' : standard === undefined ? '–' : `\`${standard}\``,
      description,
    );
  });
  const outputRows = Object.entries(outputs).map(([name, { description }]) => row(`\`${name}\``, description));
  const between = (text, name, table) =>
    text.replace(
      new RegExp(`<!-- ${name} -->[\\s\\S]*<!-- /${name} -->`),
      `<!-- ${name} -->\n\n${table}\n\n<!-- /${name} -->`,
    );
  let readme = readFileSync(file('README.md'), 'utf8');
  readme = between(
    readme,
    'inputs',
    [row('Input', 'Default', 'Meaning'), '| --- | --- | --- |', ...inputRows].join('\n'),
  );
  readme = between(readme, 'outputs', [row('Output', 'Meaning'), '| --- | --- |', ...outputRows].join('\n'));
  return format(readme, { ...(await resolveConfig(file('README.md'))), parser: 'markdown' });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(file('README.md'), await withTables());
