/** What some tests and benchmarks need that npm does not install. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A browser of the Chromium family that is installed here; undefined where there is none. */
export function findBrowser(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const onPath = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  // Where installers put it that leave the path alone.
  const programs = [process.env['ProgramFiles'], process.env['ProgramFiles(x86)']].filter(
    (folder) => folder !== undefined,
  );
  const installed = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ...programs.map((folder) => join(folder, 'Google/Chrome/Application/chrome.exe')),
  ];
  return [...onPath, ...installed].find((path) => existsSync(path));
}

/** Whether Google's own tools are installed here. */
export function hasGoogleCli(): boolean {
  return missingCli().length === 0;
}

/** Whether the audit of workflows is installed here: `pip install zizmor`. */
export function hasZizmor(): boolean {
  return runs('zizmor', '--version');
}

/** What is not installed here, by name. */
export function missingTools(): string[] {
  return [
    ...missingCli(),
    ...(findBrowser() === undefined ? ['Chromium'] : []),
    ...(hasZizmor() ? [] : ['zizmor (pip install zizmor)']),
  ];
}

function missingCli(): string[] {
  return ['gcloud', 'bq'].filter((tool) => !runs(tool, 'version'));
}

function runs(tool: string, argument: string): boolean {
  return spawnSync(tool, [argument], { stdio: 'ignore' }).status === 0;
}
