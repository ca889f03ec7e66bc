/** A source that was set up and then drifted in every direction, as the pictures of README.md show it. */
import { EMAIL } from './names.ts';
import type { Owner } from './owner.ts';

export const INPUTS = { access_mode: 'scoped', source_datasets: 'shop\ncrm' };

export async function makeDatasets(owner: Owner): Promise<void> {
  for (const name of ['shop', 'crm', 'finance']) await owner.makeDataset(name);
}

/** One reader entry is gone; a writer entry, a role and somebody who may mint tokens have come. */
export async function drift(owner: Owner): Promise<void> {
  await owner.changeEntries(() => [], 'crm');
  await owner.addEntries([{ role: 'WRITER', userByEmail: EMAIL }], 'finance');
  const condition = { title: 'office hours', expression: 'request.time.getHours("UTC") < 18' };
  await owner.bind('roles/editor', { condition });
  await owner.bindOnAccount('roles/iam.serviceAccountTokenCreator', ['user:eve@acme.example']);
}
