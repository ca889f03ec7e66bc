#!/usr/bin/env bash
# Sets up the identities of the workflows: pool, provider, service accounts, custom roles and grants. docs/set-up-identities.md
# tells what each is for. Run it as somebody who may create roles and set policies, such as an owner, first with --dry-run.
# It can be run again: what is there is kept, and roles get the permissions of this release.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: set-up.sh --repository OWNER/NAME --identities PROJECT --project PROJECT [option ...]

  --repository OWNER/NAME         the repository whose workflows sign in
  --identities PROJECT            the project that holds the pool and the workflow's service accounts
  --project PROJECT               a project to set up; once for each
  --source-project PROJECT        another project with datasets that models read; once for each
  --secret projects/P/secrets/S   for key_delivery secret-manager: created if it does not exist
  --segment                       for key_delivery segment
  --tester                        for mode models on pull requests
  --subject names|ids             bind by GitHub's subject, in this form, instead of by attributes that suit both forms
  --location LOCATION             stored for the example workflows: EU, US, europe-west1 ...
  --account ACCOUNT_ID            if the input account_id is set
  --after-apply                   only the grants on the service account that the first apply makes
  --dry-run                       print the commands, and run none
USAGE
}

fail() {
  printf 'set-up.sh: %s\n' "$1" >&2
  exit 2
}

REPOSITORY='' IDENTITIES='' SECRET='' SUBJECT='' LOCATION='' ACCOUNT='segment-reverse-etl'
PROJECTS=() SOURCES=()
IS_DRY=false IS_SEGMENT=false IS_AFTER=false IS_TESTED=false
while (($#)); do
  case $1 in
    --dry-run) IS_DRY=true ;;
    --segment) IS_SEGMENT=true ;;
    --tester) IS_TESTED=true ;;
    --after-apply) IS_AFTER=true ;;
    --help | -h)
      usage
      exit
      ;;
    --repository | --identities | --project | --source-project | --secret | --subject | --location | --account)
      (($# > 1)) || fail "$1 needs a value"
      case $1 in
        --repository) REPOSITORY=$2 ;;
        --identities) IDENTITIES=$2 ;;
        --project) PROJECTS+=("$2") ;;
        --source-project) SOURCES+=("$2") ;;
        --secret) SECRET=$2 ;;
        --subject) SUBJECT=$2 ;;
        --location) LOCATION=$2 ;;
        --account) ACCOUNT=$2 ;;
      esac
      shift
      ;;
    *) fail "unknown option $1; --help lists them" ;;
  esac
  shift
done
[[ $REPOSITORY =~ ^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$ ]] || fail '--repository must be OWNER/NAME'
[[ -n $IDENTITIES ]] || fail '--identities must name a project'
((${#PROJECTS[@]} > 0)) || fail '--project must name at least one project'
for id in "$IDENTITIES" "${PROJECTS[@]}" ${SOURCES[@]+"${SOURCES[@]}"}; do
  [[ $id =~ ^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$ ]] || fail "$id is no project ID"
done
[[ $ACCOUNT =~ ^[a-z][a-z0-9-]{4,28}[a-z0-9]$ ]] || fail "$ACCOUNT is no ID of a service account"
[[ $LOCATION =~ ^[A-Za-z0-9-]*$ ]] || fail "$LOCATION is no location"
[[ $SUBJECT =~ ^(names|ids)?$ ]] || fail '--subject must be names or ids'
[[ $SECRET =~ ^(projects/([a-z0-9:.-]+)/secrets/([A-Za-z0-9_-]+))?$ ]] || fail '--secret must be projects/PROJECT/secrets/SECRET'
SECRET_PROJECT=${BASH_REMATCH[2]:-} SECRET_ID=${BASH_REMATCH[3]:-}

# One word of a command, as it can be pasted; only what this script itself asks for stands for a value.
word() {
  local quote="'"
  if [[ $1 == *\$* ]]; then
    printf '"%s"' "$1"
  elif [[ $1 =~ ^[A-Za-z0-9_@%+=:,./-]+$ ]]; then
    printf '%s' "$1"
  else
    printf "'%s'" "${1//$quote/$quote\\$quote$quote}"
  fi
}

show() {
  local line='' one
  for one in "$@"; do line+="${line:+ }$(word "$one")"; done
  printf '%s\n' "$line"
}

run() {
  if $IS_DRY; then show "$@"; else "$@"; fi
}

# Makes something that may be there already: then the second command, after --or, must succeed.
make() {
  local first=()
  while [[ $1 != --or ]]; do
    first+=("$1")
    shift
  done
  shift
  if $IS_DRY; then
    printf '%s \\\n  || %s\n' "$(show "${first[@]}")" "$(show "$@")"
  else
    "${first[@]}" || "$@"
  fi
}

# Asks for a value; a dry run asks nothing, and prints the question.
ask() {
  local name=$1
  shift
  if $IS_DRY; then
    printf '%s=$(%s)\n' "$name" "$(show "$@")"
    printf -v "$name" '$%s' "$name"
  else
    printf -v "$name" '%s' "$("$@")"
  fi
}

say() {
  printf '\n# %s\n' "$1"
}

permissions_of() {
  case $1 in
    # Written by npm run docs from permissions/*.yaml.
    # <permissions>
    Reader) echo bigquery.datasets.get,bigquery.datasets.getIamPolicy,bigquery.rowAccessPolicies.list,iam.roles.get,iam.serviceAccountKeys.list,iam.serviceAccounts.get,iam.serviceAccounts.getIamPolicy,orgpolicy.policy.get,resourcemanager.projects.getIamPolicy,secretmanager.secrets.get,secretmanager.versions.get,serviceusage.services.get ;;
    Provisioner) echo bigquery.datasets.create,bigquery.datasets.delete,bigquery.datasets.get,bigquery.datasets.getIamPolicy,bigquery.datasets.setIamPolicy,bigquery.datasets.update,bigquery.rowAccessPolicies.list,bigquery.tables.delete,iam.roles.create,iam.roles.delete,iam.roles.get,iam.roles.undelete,iam.roles.update,iam.serviceAccountKeys.create,iam.serviceAccountKeys.delete,iam.serviceAccountKeys.disable,iam.serviceAccountKeys.enable,iam.serviceAccountKeys.list,iam.serviceAccounts.create,iam.serviceAccounts.delete,iam.serviceAccounts.disable,iam.serviceAccounts.enable,iam.serviceAccounts.get,iam.serviceAccounts.getAccessToken,iam.serviceAccounts.getIamPolicy,iam.serviceAccounts.setIamPolicy,iam.serviceAccounts.update,orgpolicy.policy.get,resourcemanager.projects.getIamPolicy,resourcemanager.projects.setIamPolicy,serviceusage.services.enable,serviceusage.services.get ;;
    Rotator) echo iam.serviceAccountKeys.create,iam.serviceAccountKeys.delete,iam.serviceAccountKeys.disable,iam.serviceAccountKeys.enable,iam.serviceAccounts.getAccessToken,iam.serviceAccounts.update ;;
    Segment) echo iam.serviceAccountKeys.get,iam.serviceAccounts.list,monitoring.timeSeries.list ;;
    Secret) echo secretmanager.secrets.get,secretmanager.secrets.update,secretmanager.versions.add,secretmanager.versions.destroy,secretmanager.versions.disable,secretmanager.versions.get ;;
    # </permissions>
    Source) echo bigquery.datasets.get,bigquery.datasets.getIamPolicy ;;
    SourceAdmin)
      echo bigquery.datasets.get,bigquery.datasets.getIamPolicy,bigquery.datasets.setIamPolicy,bigquery.datasets.update
      ;;
  esac
}

# @param project, name
make_role() {
  local permissions
  permissions=$(permissions_of "$2")
  make gcloud iam roles create "segmentReverseEtl$2" --project "$1" --title "Segment Reverse ETL $2" --stage GA \
    --permissions "$permissions" \
    --or gcloud iam roles update "segmentReverseEtl$2" --project "$1" --permissions "$permissions"
}

# @param project, account of the workflow, role
grant() {
  run gcloud projects add-iam-policy-binding "$1" --condition None --member "serviceAccount:$(email "$2")" \
    --role "projects/$1/roles/segmentReverseEtl$3"
}

# @param project, account of the workflow, role in full
grant_on_account() {
  run gcloud iam service-accounts add-iam-policy-binding "$ACCOUNT@$(domain "$1")" --project "$1" \
    --member "serviceAccount:$(email "$2")" --role "$3"
}

# Of a project that belongs to a domain: example.com:project → project.example.com.
domain() {
  if [[ $1 == *:* ]]; then printf '%s.%s.iam.gserviceaccount.com' "${1#*:}" "${1%%:*}"; else printf '%s.iam.gserviceaccount.com' "$1"; fi
}

email() {
  printf '%s@%s' "$1" "$(domain "$IDENTITIES")"
}

# @param account, member
make_identity() {
  make gcloud iam service-accounts create "$1" --project "$IDENTITIES" \
    --or gcloud iam service-accounts describe "$(email "$1")" --project "$IDENTITIES" --format 'value(email)'
  run gcloud iam service-accounts add-iam-policy-binding "$(email "$1")" --project "$IDENTITIES" \
    --role roles/iam.workloadIdentityUser --member "$2"
}

# The jobs of one environment. @param environment
jobs_in() {
  case $SUBJECT in
    names) printf 'principal://%s/subject/repo:%s:environment:%s' "$POOL" "$REPOSITORY" "$1" ;;
    ids) printf 'principal://%s/subject/repo:%s@%s/%s@%s:environment:%s' "$POOL" "${REPOSITORY%/*}" "$OWNER_ID" "${REPOSITORY#*/}" "$REPOSITORY_ID" "$1" ;;
    *) printf 'principalSet://%s/attribute.environment/%s:%s' "$POOL" "$REPOSITORY_ID" "$1" ;;
  esac
}

after_apply() {
  local project
  for project in "${PROJECTS[@]}"; do
    say "In $project: the rotator may replace the key of Segment's account, and act as it"
    make_role "$project" Rotator
    grant_on_account "$project" segment-rotator "projects/$project/roles/segmentReverseEtlRotator"
    if $IS_TESTED; then
      say "In $project: the tester may act as Segment's account"
      grant_on_account "$project" segment-tester roles/iam.serviceAccountTokenCreator
    fi
  done
}

make_pool() {
  say "In $IDENTITIES: APIs, pool and provider"
  run gcloud services enable \
    bigquery.googleapis.com \
    cloudresourcemanager.googleapis.com \
    iam.googleapis.com \
    iamcredentials.googleapis.com \
    monitoring.googleapis.com \
    orgpolicy.googleapis.com \
    secretmanager.googleapis.com \
    serviceusage.googleapis.com \
    sts.googleapis.com \
    --project "$IDENTITIES"
  make gcloud iam workload-identity-pools create github --project "$IDENTITIES" --location global \
    --or gcloud iam workload-identity-pools describe github --project "$IDENTITIES" --location global --format 'value(name)'
  make gcloud iam workload-identity-pools providers create-oidc repository --project "$IDENTITIES" --location global \
    --workload-identity-pool github --issuer-uri https://token.actions.githubusercontent.com \
    --attribute-mapping "google.subject=assertion.sub,attribute.repository_id=assertion.repository_id,attribute.environment=assertion.repository_id + ':' + (has(assertion.environment) ? assertion.environment : '')" \
    --attribute-condition "assertion.repository_owner_id == '$OWNER_ID' && assertion.repository_id == '$REPOSITORY_ID'" \
    --or gcloud iam workload-identity-pools providers describe repository --project "$IDENTITIES" --location global \
    --workload-identity-pool github --format 'value(name)'
}

make_identities() {
  say 'The reader: every run of the repository that GitHub gives an identity to'
  make_identity segment-reader "principalSet://$POOL/attribute.repository_id/$REPOSITORY_ID"
  say 'The provisioner: jobs in the environment segment-provisioning, which you protect before'
  make_identity segment-provisioner "$(jobs_in segment-provisioning)"
  say 'The rotator: jobs in the environment segment-rotation'
  make_identity segment-rotator "$(jobs_in segment-rotation)"
  if $IS_TESTED; then
    say 'The tester: jobs in the environment segment-models'
    make_identity segment-tester "$(jobs_in segment-models)"
  fi
}

# @param project
grant_in() {
  say "In $1: roles, and who has them"
  run gcloud services enable iam.googleapis.com bigquery.googleapis.com cloudresourcemanager.googleapis.com --project "$1"
  make_role "$1" Reader
  make_role "$1" Provisioner
  grant "$1" segment-reader Reader
  grant "$1" segment-rotator Reader
  grant "$1" segment-provisioner Provisioner
  $IS_SEGMENT || return 0
  make_role "$1" Segment
  local account
  for account in segment-reader segment-rotator segment-provisioner; do grant "$1" "$account" Segment; done
}

# @param project
grant_in_source() {
  say "In $1: datasets that models read"
  make_role "$1" Source
  make_role "$1" SourceAdmin
  grant "$1" segment-reader Source
  grant "$1" segment-rotator Source
  grant "$1" segment-provisioner SourceAdmin
}

grant_on_secret() {
  say "The secret $SECRET"
  make gcloud secrets create "$SECRET_ID" --project "$SECRET_PROJECT" --replication-policy automatic \
    --or gcloud secrets describe "$SECRET_ID" --project "$SECRET_PROJECT" --format 'value(name)'
  make_role "$SECRET_PROJECT" Secret
  local account
  for account in segment-rotator segment-provisioner; do
    run gcloud secrets add-iam-policy-binding "$SECRET_ID" --project "$SECRET_PROJECT" \
      --member "serviceAccount:$(email "$account")" --role "projects/$SECRET_PROJECT/roles/segmentReverseEtlSecret"
  done
  # For the nightly check, which proves the key in use.
  run gcloud secrets add-iam-policy-binding "$SECRET_ID" --project "$SECRET_PROJECT" \
    --member "serviceAccount:$(email segment-rotator)" --role roles/secretmanager.secretAccessor
}

if $IS_AFTER; then
  after_apply
  exit
fi
ask REPOSITORY_ID gh api "repos/$REPOSITORY" --jq .id
ask OWNER_ID gh api "repos/$REPOSITORY" --jq .owner.id
ask NUMBER gcloud projects describe "$IDENTITIES" --format 'value(projectNumber)'
POOL="iam.googleapis.com/projects/$NUMBER/locations/global/workloadIdentityPools/github"
make_pool
make_identities
for project in "${PROJECTS[@]}"; do grant_in "$project"; done
for project in ${SOURCES[@]+"${SOURCES[@]}"}; do grant_in_source "$project"; done
[[ -z $SECRET ]] || grant_on_secret

say 'Then, in the repository: Settings → Secrets and variables → Actions → Variables'
PROVIDER="projects/$NUMBER/locations/global/workloadIdentityPools/github/providers/repository"
for name in READER ROTATOR PROVISIONER; do
  run gh variable set "SEGMENT_${name}_PROVIDER" --repo "$REPOSITORY" --body "$PROVIDER"
  run gh variable set "SEGMENT_${name}_SERVICE_ACCOUNT" --repo "$REPOSITORY" \
    --body "$(email "segment-$(printf '%s' "$name" | tr '[:upper:]' '[:lower:]')")"
done
if $IS_TESTED; then
  run gh variable set SEGMENT_TESTER_PROVIDER --repo "$REPOSITORY" --body "$PROVIDER"
  run gh variable set SEGMENT_TESTER_SERVICE_ACCOUNT --repo "$REPOSITORY" --body "$(email segment-tester)"
fi
if ((${#PROJECTS[@]} == 1)); then run gh variable set GCP_PROJECT_ID --repo "$REPOSITORY" --body "${PROJECTS[0]}"; fi
[[ -z $LOCATION ]] || run gh variable set SEGMENT_LOCATION --repo "$REPOSITORY" --body "$LOCATION"
say 'After the first apply, run this again with --after-apply. Grants and pools take up to 7 minutes to take effect.'
