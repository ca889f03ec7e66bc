select id, plan from {{ ref('stg_users') }} where plan = 'paid'
