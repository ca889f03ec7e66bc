const PROJECT = 'acme-analytics';
const EMAIL = `segment-reverse-etl@${PROJECT}.iam.gserviceaccount.com`;

/** A source that was set up and then drifted in every direction, as the pictures of README.md show it. */
export const INPUTS = { access_mode: 'scoped', source_datasets: 'shop\ncrm' };
const DATASETS = `/bigquery/v2/projects/${PROJECT}/datasets`;

/** A request as the project's owner, which answers the body, and throws unless it was granted. */
type Owner = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;
type Entry = Record<string, unknown>;

export async function makeDatasets(owner: Owner): Promise<void> {
  for (const datasetId of ['shop', 'crm', 'finance']) {
    const datasetReference = { projectId: PROJECT, datasetId };
    await owner('POST', DATASETS, { datasetReference, location: 'EU' });
  }
}

/** One reader entry is gone; a writer entry, a role and somebody who may mint tokens have come. */
export async function drift(owner: Owner): Promise<void> {
  await setAccess(owner, 'crm', (access) => access.filter((entry) => entry['userByEmail'] !== EMAIL));
  await setAccess(owner, 'finance', (access) => [...access, { role: 'WRITER', userByEmail: EMAIL }]);
  const condition = { title: 'office hours', expression: 'request.time.getHours("UTC") < 18' };
  await bind(
    owner,
    `/v1/projects/${PROJECT}`,
    { options: { requestedPolicyVersion: 3 } },
    {
      ...{ role: 'roles/editor', members: [`serviceAccount:${EMAIL}`], condition },
    },
  );
  await bind(
    owner,
    `/v1/projects/${PROJECT}/serviceAccounts/${EMAIL}`,
    {},
    {
      ...{ role: 'roles/iam.serviceAccountTokenCreator', members: ['user:eve@acme.example'] },
    },
  );
}

async function setAccess(owner: Owner, name: string, change: (access: Entry[]) => Entry[]): Promise<void> {
  const { access } = (await owner('GET', `${DATASETS}/${name}?accessPolicyVersion=3`)) as { access: Entry[] };
  await owner('PATCH', `${DATASETS}/${name}?accessPolicyVersion=3`, { access: change(access) });
}

async function bind(owner: Owner, path: string, options: object, binding: object): Promise<void> {
  const policy = await owner('POST', `${path}:getIamPolicy`, options);
  const bindings = [...((policy['bindings'] as object[] | undefined) ?? []), binding];
  await owner('POST', `${path}:setIamPolicy`, { policy: { ...policy, version: 3, bindings } });
}
