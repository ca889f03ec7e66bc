#!/usr/bin/env bash
# Makes manifests/VERSION.json with a real dbt: ./make.sh VERSION COMMAND, where COMMAND is the dbt of that version, for example
#
#   python3 -m venv venv && venv/bin/pip install dbt-bigquery==1.9.2 dbt-core==1.9.10 && ./make.sh 1.9 venv/bin/dbt
#
# Nothing is asked of BigQuery: compile runs without introspection and without filling its cache. What no reader of a manifest
# needs (macros, documentation, times) is left out, so that a fixture stays small.
set -euo pipefail
cd "$(dirname "$0")"
version=$1 dbt=$(realpath "$2")
work=$(mktemp -d)
cp -r project/. "$work"
(cd "$work" && DBT_SEND_ANONYMOUS_USAGE_STATS=false "$dbt" --no-populate-cache compile --no-introspect --profiles-dir .)
python3 - "$work/target/manifest.json" "manifests/$version.json" <<'PYTHON'
import json, sys
manifest = json.load(open(sys.argv[1]))
for part in ('macros', 'docs', 'selectors', 'disabled', 'parent_map', 'child_map', 'group_map'):
    if part in manifest:
        manifest[part] = {}
for key in ('invocation_id', 'invocation_started_at', 'run_started_at', 'user_id', 'project_id', 'generated_at', 'env'):
    manifest['metadata'].pop(key, None)
for node in manifest['nodes'].values():
    for key in ('created_at', 'root_path', 'compiled_path'):
        node.pop(key, None)
json.dump(manifest, open(sys.argv[2], 'w'), indent=1, sort_keys=True)
open(sys.argv[2], 'a').write('\n')
PYTHON
rm -rf "$work"
