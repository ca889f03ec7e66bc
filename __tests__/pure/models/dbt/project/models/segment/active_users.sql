{{ config(tags=['segment'], materialized='view', meta={'segment': {'query_identifier_column': 'id', 'columns': ['id', 'plan']}}) }}
-- who came in the last 30 days
select
  id,
  email,
  plan
from {{ ref('stg_users') }}
where plan != 'none'
