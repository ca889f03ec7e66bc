select id, email, plan from {{ source('crm', 'users') }}
